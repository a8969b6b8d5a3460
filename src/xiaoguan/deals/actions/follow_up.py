"""What was done on a deal, and its next step, in one save."""

from datetime import date, datetime

from django.db import transaction

from xiaoguan.deals.actions.amend import Amendment, amend_deals
from xiaoguan.org.models import Member
from xiaoguan.services.calendar.actions import NewActivity, log_once


def follow_up(
    activity: NewActivity, *, next_step: str, next_step_on: date | None, once: str, by: Member, at: datetime
) -> bool:
    """Log an activity on a deal and set the deal's next step, both or neither; an empty one leaves what is there.

    False: the form was saved before, and whatever came after it stands.
    """
    with transaction.atomic():
        if log_once(activity, once=once, by=by, at=at) is None:
            return False
        if next_step:
            step = Amendment(deal_id=activity.about_id, next_step=next_step, next_step_on=next_step_on)
            amend_deals([step], by=by, at=at)
        return True
