"""Logging a follow-up on a deal: the calendar's form, whose next step is the deal's own."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse

from xiaoguan.deals import policy
from xiaoguan.deals.actions import follow_up
from xiaoguan.deals.models import Deal
from xiaoguan.deals.queries.records import visible_in_full
from xiaoguan.journal.kinds import DEAL
from xiaoguan.org.access import allow, member_of
from xiaoguan.org.models import Member
from xiaoguan.services.calendar.views.follow_up import FollowUp, Place, answer


@allow(policy.may_follow_up, on=visible_in_full)
def log(request: HttpRequest, found: Deal) -> HttpResponse:
    """The form, and saving it. Only an open deal that the member may change takes a next step."""
    takes_step = found.state == Deal.State.OPEN and policy.may_edit(member_of(request), found)
    place = Place(
        kind=DEAL,
        object_id=found.pk,
        customer_id=found.customer_id,
        save=_save,
        next_needs_day=False if takes_step else None,
        next_now=found.next_step,
        changed="calendar-changed, deal-changed",
    )
    return answer(request, place)


def _save(said: FollowUp, by: Member, at: datetime) -> None:
    follow_up(said.activity, next_step=said.next_step, next_step_on=said.next_on, once=said.once, by=by, at=at)
