"""Open a deal."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from xiaoguan.deals.actions import NewDeal, create_deals
from xiaoguan.deals.forms.create import NewDealForm
from xiaoguan.deals.models import Pipeline, Tax
from xiaoguan.deals.queries import choices
from xiaoguan.deals.setup import ensure_pipeline
from xiaoguan.deals.views.answers import page_or_part, posted
from xiaoguan.deals.views.customers import chosen_customer
from xiaoguan.journal.kinds import CUSTOMER
from xiaoguan.ledger.closing import first_open_day
from xiaoguan.lib.refusal import Refusal
from xiaoguan.org.access import member_of, require
from xiaoguan.org.company import today


@require("deals.create")
def create(request: HttpRequest) -> HttpResponse:
    """The form of a new deal; a second sending of the same form leads to the deal that the first one opened."""
    pipeline = ensure_pipeline()
    form = _form(request, pipeline)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("deals:deal", pk=_open(request, pipeline, form.cleaned_data))
        except Refusal as refusal:
            form.refuse(refusal)
    more = [form[name] for name in MORE]
    context = {"form": form, "more": more, "more_open": any(field.errors for field in more)}
    return page_or_part(request, "deals/create.html", "form", context, status=422 if form.errors else 200)


MORE = ("source", "opened_on", "tax", "currency", "owner")


def _form(request: HttpRequest, pipeline: Pipeline | None) -> NewDealForm:
    member, day = member_of(request), today(timezone.now())
    stages = choices.stages_of(pipeline.pk) if pipeline else []
    initial = {"opened_on": day, "owner": member.pk, "stage": stages[0].pk if stages else None}
    return NewDealForm(
        posted(request),
        open_from=first_open_day(),
        currencies=choices.currencies(),
        stages=[(stage.pk, str(stage)) for stage in stages],
        products=choices.products(),
        sources=choices.sources(),
        owners=choices.owners(member, "deals.create", day),
        initial=initial | _customer(request),
    )


def _customer(request: HttpRequest) -> dict[str, Any]:
    """The customer that the address names, where the page of a customer led here."""
    given = request.GET.get("customer", "")
    if not (given.isascii() and given.isdigit() and len(given) < 15):
        return {}
    name = choices.may_name(member_of(request), CUSTOMER, int(given))
    return {} if name is None else {"customer": int(given), "customer_name": name}


def _open(request: HttpRequest, pipeline: Pipeline | None, read: dict[str, Any]) -> int:
    if pipeline is None:
        raise Refusal(_("There is no pipeline yet. Somebody who manages settings must create its stages first."))
    member = member_of(request)
    deal = NewDeal(
        name=read["name"],
        owner_id=read["owner"].pk,
        pipeline_id=pipeline.pk,
        opened_on=read["opened_on"],
        stage_id=read["stage"],
        customer_id=chosen_customer(member, read["customer"], read["customer_name"]),
        product_id=read["product"],
        source_id=read["source"],
        amount=read["amount"],
        currency=read["currency"],
        tax=read["tax"] or Tax.UNKNOWN,
        due_on=read["due_on"],
        next_step=read["next_step"],
        next_step_on=read["next_step_on"],
        once=f"{member.pk}:{read['once']}",
    )
    return create_deals([deal], by=member, at=timezone.now())[0]
