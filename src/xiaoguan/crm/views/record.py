"""The page of one customer: its facts edited in their rows, its people, its story, its owner."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from xiaoguan.crm import policy
from xiaoguan.crm.actions import (
    CustomerChange,
    NewCustomer,
    amend_customers,
    create_customers,
    transfer_customers,
)
from xiaoguan.crm.forms import FIRST, FURTHER, NewCustomerForm, OneFieldForm, TransferForm
from xiaoguan.crm.models import Customer
from xiaoguan.crm.queries import choices, record, story
from xiaoguan.crm.views.answers import by_fragment, go, page_or_part
from xiaoguan.journal.kinds import CUSTOMER
from xiaoguan.lib.addresses import address_of
from xiaoguan.lib.refusal import Refusal
from xiaoguan.org.access import allow, member_of, require
from xiaoguan.org.company import today
from xiaoguan.org.models import Member
from xiaoguan.org.records import settle
from xiaoguan.org.scope import allowed
from xiaoguan.services.calendar.policy import may_log
from xiaoguan.ui.panels import panel_url

PARTS = ("facts", "people", "tabs", "story")
FACTS = (
    "name", "short_name", "kind", "industry", "region", "country", "city", "source_id", "credit_code", "website",
    "revenue", "employees", "founded_year", "parent_id", "external_id",
)  # fmt: skip


@require("customers.edit")
def create(request: HttpRequest) -> HttpResponse:
    """Enter a customer."""
    member = member_of(request)
    day = today(timezone.now())
    form = NewCustomerForm(
        request.POST or None,
        sources=choices.sources(),
        owners=choices.owners(member, day),
        nobody=choices.may_leave_unowned(member),
        initial={"owner": member.pk, "name": request.GET.get("name", "")[:200]},
    )
    if request.method == "POST" and form.is_valid():
        read = form.cleaned_data
        item = NewCustomer(name=read["name"], owner_id=_id_of(read["owner"]), values=form.values())
        try:
            (customer_id,) = create_customers([item], by=member, at=timezone.now())
            return go(request, address_of("crm:customer", customer_id))
        except Refusal as refusal:
            form.refuse(refusal)
    context = {
        "form": form,
        "first": [form[name] for name in FIRST if name not in ("name", "credit_code")],
        "further": [form[name] for name in FURTHER],
        "open": any(form[name].errors for name in FURTHER),
    }
    return page_or_part(request, "crm/new.html", "form", context, status=422 if form.errors else 200)


@require_GET
@allow(on=record.visible_in_full)
def customer(request: HttpRequest, found: Customer) -> HttpResponse:
    """The record; htmx gets one part of it alone."""
    settle(member_of(request), CUSTOMER, found.pk, found.name)
    asked = request.GET.get("part", "")
    part = asked if asked in PARTS else "tabs"
    whole, of_story = not by_fragment(request), part in ("tabs", "story")
    context = record_context(request, found) if whole or not of_story else {}
    if whole or of_story:
        context |= story_context(request, found)
    return page_or_part(request, "crm/customer.html", part, context)


def record_context(request: HttpRequest, found: Customer) -> dict[str, Any]:
    """What the page of a customer shows beside its story."""
    member, day = member_of(request), today(timezone.now())
    all_contacts = request.GET.get("contacts") == "all"
    return {
        "page": record.customer_page(member, found, day, all_contacts=all_contacts),
        "customer": found,
        "log_url": panel_url("customer", "log", CUSTOMER, found.pk) if may_log(member) else "",
        "work_url": panel_url("customer", "calendar", CUSTOMER, found.pk) if allowed(member, "tasks.view", day) else "",
        "deals_url": panel_url("customer", "deals", found.pk) if allowed(member, "deals.view", day) else "",
        "figures_url": panel_url("customer", "figures", found.pk) if allowed(member, "measures.view", day) else "",
        "products_url": panel_url("customer", "products", found.pk) if allowed(member, "measures.view", day) else "",
        "may_create_deal": allowed(member, "deals.create", day),
    }


def story_context(request: HttpRequest, found: Customer) -> dict[str, Any]:
    """What happened with a customer: one tab, from a place on."""
    member = member_of(request)
    asked = request.GET.get("tab", "")
    tab = asked if asked in story.TABS else story.ALL
    told = story.story(
        member,
        found,
        tab,
        after=story.read_place(request.GET.get("after", "")),
        reads_contacts=policy.may_see_contacts_of(member, found),
    )
    names = {
        story.ALL: _("All"),
        story.ACTIVITIES: _("Activities"),
        story.DEALS: _("Deals"),
        story.CHANGES: _("Changes"),
    }
    return {
        "customer": found,
        "tab": tab,
        "tabs": [(key, name, told.counts.get(key, "")) for key, name in names.items()],
        "story": told,
        "member": member,
    }


@allow(policy.may_edit, on=policy.visible_customers)
def edit(request: HttpRequest, found: Customer, what: str) -> HttpResponse:
    """The form of one fact, and saving it."""
    if what not in FACTS:
        raise Http404
    member = member_of(request)
    form = OneFieldForm(
        request.POST if request.method == "POST" else None,
        name=what,
        present=found.parent.name if what == "parent_id" and found.parent else getattr(found, what),
        sources=choices.sources(found.source_id),
    )
    if request.method == "POST" and form.is_valid():
        try:
            value = _value(member, what, form.cleaned_data["value"])
            change = CustomerChange(customer_id=found.pk, values={what: value})
            amend_customers([change], by=member, at=timezone.now())
            return _saved(request, found, what)
        except Refusal as refusal:
            form.refuse(refusal)
    context = {"form": form, "customer": found, "what": what, "title": form.fields["value"].label}
    return page_or_part(request, "crm/edit.html", "row", context, status=422 if form.errors else 200)


def _value(member: Member, what: str, typed: Any) -> Any:
    if what != "parent_id" or not typed:
        return None if what == "parent_id" else typed
    named = choices.visible_named(member, typed)
    if len(named) == 1:
        return named[0].pk
    if named:
        raise Refusal(_("Several customers have this name."), field="parent_id")
    raise Refusal(_("No customer of yours has this name. Enter it first."), field="parent_id")


def _saved(request: HttpRequest, found: Customer, what: str) -> HttpResponse:
    url = address_of("crm:customer", found.pk)
    if not by_fragment(request) or what == "name":
        return go(request, url)
    found.refresh_from_db()
    response = page_or_part(request, "crm/customer.html", "facts", record_context(request, found))
    response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#facts", "outerHTML"
    response.headers["HX-Trigger"] = "calendar-changed"
    return response


@allow(policy.may_transfer, on=policy.visible_customers)
def transfer(request: HttpRequest, found: Customer) -> HttpResponse:
    """Give the customer to somebody else."""
    member = member_of(request)
    form = TransferForm(
        request.POST if request.method == "POST" else None,
        owners=choices.owners(member, today(timezone.now())),
        nobody=choices.may_leave_unowned(member),
        present=found.owner_id,
    )
    if request.method == "POST" and form.is_valid():
        try:
            transfer_customers([(found.pk, _id_of(form.cleaned_data["owner"]))], by=member, at=timezone.now())
            return _handed_over(request, found)
        except Refusal as refusal:
            form.refuse(refusal)
    context = {"form": form, "customer": found, "title": _("Give the customer to"), "address": request.path}
    return page_or_part(request, "crm/dialog.html", "dialog", context, status=422 if form.errors else 200)


def _id_of(owner: Member | None) -> int | None:
    return None if owner is None else owner.pk


def _handed_over(request: HttpRequest, found: Customer) -> HttpResponse:
    """Back to the record, or to the list where it is out of the member's sight now."""
    messages.success(request, _("%(name)s was handed over.") % {"name": found.name})
    still = policy.visible_customers(member_of(request)).filter(pk=found.pk).exists()
    return go(request, address_of("crm:customer", found.pk) if still else address_of("crm:customers"))
