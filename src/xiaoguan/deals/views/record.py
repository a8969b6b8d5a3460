"""The page of one deal, its story, and taking back what was just done."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from xiaoguan.deals import policy
from xiaoguan.deals.actions import take_back
from xiaoguan.deals.models import Deal
from xiaoguan.deals.queries.history import undoable
from xiaoguan.deals.queries.panel import deals_of_customer
from xiaoguan.deals.queries.records import visible_in_full
from xiaoguan.deals.views.answers import done, page_or_part, record_context
from xiaoguan.journal.facts.general import UNDO
from xiaoguan.journal.kinds import CUSTOMER, DEAL
from xiaoguan.lib.refusal import Refusal
from xiaoguan.org.access import allow, member_of, require
from xiaoguan.org.records import opened, settle


@allow(on=visible_in_full)
def deal(request: HttpRequest, found: Deal) -> HttpResponse:
    """A deal with its facts and its story; htmx gets the record, or the older part of the story alone."""
    settle(member_of(request), DEAL, found.pk, found.name)
    part = "story" if request.GET.get("before") else "record"
    return page_or_part(request, "deals/deal.html", part, record_context(request, found))


@require_POST
@allow(on=policy.visible_deals)
def undo(request: HttpRequest, found: Deal, entry_id: int) -> HttpResponse:
    """Take back a step that the same person took a moment ago."""
    now = timezone.now()
    if not undoable(member_of(request), found.pk, entry_id, now):
        raise Refusal(
            _("It is too late to undo this here. Re-open, move or transfer the deal instead."), code="too_late"
        )
    take_back(found.pk, entry_id=entry_id, reason=UNDO, by=member_of(request), at=now)
    return done(request, found, _("Undone; the deal stands as before."))


@require("deals.view")
def customer_panel(request: HttpRequest, customer_id: int) -> HttpResponse:
    """The deals of a customer, as a fragment of the customer's page."""
    member = member_of(request)
    if opened(member, [(CUSTOMER, customer_id)])[CUSTOMER, customer_id].label is None:
        raise Http404
    context = {
        "found": deals_of_customer(member, customer_id),
        "customer_id": customer_id,
        "may_create": policy.may_create(member),
    }
    return render(request, "deals/panel.html", context)
