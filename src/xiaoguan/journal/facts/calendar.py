"""What people did and mean to do. Titles and notes stand in private values or in their own tables.

``about_kind`` and ``about_id`` name the record it is about (a deal or a customer).
"""

from datetime import date

from xiaoguan.journal.facts.base import Fact, fact
from xiaoguan.journal.kinds import ACTIVITY, TASK


@fact(code=601, subject="activity_id", subject_kind=ACTIVITY, customer="customer_id", persons=("member_id",))
class ActivityLogged(Fact):
    """A call, visit, meeting, mail or note happened. ``minutes`` None: not known."""

    activity_id: int
    activity_kind: str
    about_kind: int
    about_id: int
    customer_id: int | None
    member_id: int
    minutes: int | None


@fact(code=602, subject="task_id", subject_kind=TASK, customer="customer_id", persons=("owner_id",))
class TaskCreated(Fact):
    """Somebody is to do something by a day. ``origin_entry`` is the entry that caused it, None where a person did."""

    task_id: int
    about_kind: int | None
    about_id: int | None
    customer_id: int | None
    owner_id: int
    due_on: date
    origin_entry: int | None


@fact(code=603, subject="task_id", subject_kind=TASK, customer="customer_id", persons=("owner_id",))
class TaskDone(Fact):
    """A task was done."""

    task_id: int
    customer_id: int | None
    owner_id: int
    due_on: date


@fact(
    code=604,
    subject="task_id",
    subject_kind=TASK,
    customer="customer_id",
    persons=("owner_id", "owner_from"),
)
class TaskAmended(Fact):
    """A task got another day, owner or wording (``renamed``; the words are private)."""

    task_id: int
    customer_id: int | None
    owner_id: int
    owner_from: int
    due_on: date
    due_from: date
    renamed: bool


@fact(code=605, subject="activity_id", subject_kind=ACTIVITY, customer="customer_id", persons=("member_id",))
class ActivityAmended(Fact):
    """The words, the kind or the length of an activity were changed; what counted stays one activity."""

    activity_id: int
    customer_id: int | None
    member_id: int
    activity_kind: str
    minutes: int | None
