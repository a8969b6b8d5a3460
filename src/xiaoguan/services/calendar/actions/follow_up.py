"""A follow-up: what was done, and what is to be done next, in one save."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from xiaoguan.org.models import Member
from xiaoguan.services.calendar.actions.activities import NewActivity, log_once
from xiaoguan.services.calendar.actions.tasks import NewTask, create_tasks


def log_follow_up(activity: NewActivity, *, task: NewTask | None, once: str, by: Member, at: datetime) -> bool:
    """Log an activity and give the task that follows from it, both or neither. False: the form was saved before."""
    with transaction.atomic():
        entry = log_once(activity, once=once, by=by, at=at)
        if entry is None:
            return False
        if task:
            create_tasks([replace(task, origin_entry=entry.id)], by=by, at=at)
        return True
