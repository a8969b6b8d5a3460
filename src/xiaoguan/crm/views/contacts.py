"""The people at a customer."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from xiaoguan.crm import policy
from xiaoguan.crm.actions import ContactChange, NewContact, amend_contacts, create_contacts, remove_contacts
from xiaoguan.crm.actions.contacts import EDITABLE
from xiaoguan.crm.forms import ContactForm
from xiaoguan.crm.models import Contact, Customer
from xiaoguan.crm.views.answers import go, page_or_part
from xiaoguan.lib.addresses import address_of
from xiaoguan.lib.refusal import Refusal
from xiaoguan.org.access import allow, member_of


def _record_url(customer_id: int) -> str:
    return address_of("crm:customer", customer_id) + "#people"


@require_GET
@allow(on=policy.known_contacts)
def contact(request: HttpRequest, found: Contact) -> HttpResponse:
    """A contact stands on the page of its customer."""
    return go(request, _record_url(found.customer_id))


@allow(policy.may_edit, on=policy.visible_customers)
def create(request: HttpRequest, customer: Customer) -> HttpResponse:
    """Enter a person at a customer."""
    form = ContactForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            item = NewContact(customer_id=customer.pk, **form.cleaned_data)
            create_contacts([item], by=member_of(request), at=timezone.now())
            return _done(request, customer.pk)
        except Refusal as refusal:
            form.refuse(refusal)
    return _ask(request, form, customer, _("New contact"))


@allow(policy.may_edit_contact, on=policy.visible_contacts)
def edit(request: HttpRequest, found: Contact) -> HttpResponse:
    """Amend a contact."""
    form = ContactForm(request.POST or None, initial={name: getattr(found, name) for name in EDITABLE})
    if request.method == "POST" and form.is_valid():
        try:
            change = ContactChange(contact_id=found.pk, values=form.cleaned_data)
            amend_contacts([change], by=member_of(request), at=timezone.now())
            return _done(request, found.customer_id)
        except Refusal as refusal:
            form.refuse(refusal)
    return _ask(request, form, found.customer, _("Contact"), contact=found)


@require_POST
@allow(policy.may_edit_contact, on=policy.visible_contacts)
def remove(request: HttpRequest, found: Contact) -> HttpResponse:
    """The person is no longer there."""
    remove_contacts([found.pk], by=member_of(request), at=timezone.now())
    return _done(request, found.customer_id)


def _ask(
    request: HttpRequest, form: ContactForm, customer: Customer, title: str, contact: Contact | None = None
) -> HttpResponse:
    remove_url = address_of("crm:remove-contact", contact.pk) if contact else ""
    context = {
        "form": form,
        "customer": customer,
        "title": title,
        "address": request.path,
        "remove_url": remove_url,
    }
    return page_or_part(request, "crm/dialog.html", "dialog", context, status=422 if form.errors else 200)


def _done(request: HttpRequest, customer_id: int) -> HttpResponse:
    response = go(request, _record_url(customer_id))
    if "HX-Redirect" in response.headers:
        # The same page with another fragment would not load again by itself.
        del response.headers["HX-Redirect"]
        response.headers["HX-Refresh"] = "true"
    return response
