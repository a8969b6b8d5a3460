"""Who sees an activity or a task: whoever sees the record it is about, as its own room's policy says
(``org.records``). A task is also seen by whoever is to do it or gave it, and by those whose scope reaches him."""

from collections.abc import Collection, Sequence
from typing import TypeVar

from django.db.models import Q, QuerySet
from django.utils import timezone

from xiaoguan.lib.days import company_day
from xiaoguan.org.models import Member
from xiaoguan.org.records import opened
from xiaoguan.org.scope import allowed, persons_in, reaches, scope_of
from xiaoguan.services.calendar.models import Activity, Task

Row = TypeVar("Row", Activity, Task)


def sees_subject(member: Member, kind: int, object_id: int) -> bool:
    """Whether the member may open the record that an activity or a task is about."""
    return opened(member, [(kind, object_id)])[kind, object_id].label is not None


def seen(member: Member, rows: Sequence[Row]) -> list[Row]:
    """The rows about records that the member may open, and the tasks that are his own."""
    keys = {(row.about_kind, row.about_id) for row in rows if row.about_kind is not None and row.about_id is not None}
    seen_keys = {key for key, record in opened(member, keys).items() if record.label is not None}
    return [row for row in rows if (row.about_kind, row.about_id) in seen_keys or _own(member, row)]


def _own(member: Member, row: Activity | Task) -> bool:
    return isinstance(row, Task) and member.pk in (row.owner_id, row.created_by_id)


def may_log(member: Member) -> bool:
    """Whether the member may log activities at all; about what, that record's policy says."""
    return allowed(member, "activities.log", company_day(timezone.now()))


def may_give(member: Member) -> bool:
    """Whether the member may create tasks at all."""
    return allowed(member, "tasks.edit", company_day(timezone.now()))


def reachable_activities(member: Member) -> QuerySet[Activity]:
    """Activities of the persons within the member's scope: those that he might amend. What they are about is for
    ``may_amend_activity`` to ask."""
    today = company_day(timezone.now())
    scope = scope_of(member, "activities.view", today)
    standing = Activity.objects.filter(removed_at=None)
    if scope is None:
        return standing.none()
    persons = persons_in(scope, today)
    return standing if persons is None else standing.filter(member_id__in=persons)


def may_amend_activity(member: Member, activity: Activity) -> bool:
    """Whoever's scope reaches the one who logged it, while he sees what it is about."""
    today = company_day(timezone.now())
    reached = reaches(member, "activities.log", activity.member_id, today)
    return reached and sees_subject(member, activity.about_kind, activity.about_id)


def visible_tasks(member: Member, of: Collection[int] | None = None) -> QuerySet[Task]:
    """Tasks of the persons within the member's scope, and those that he gave. ``of``: those alone that these people
    are to do; of a thousand within the scope the database is told once."""
    today = company_day(timezone.now())
    scope = scope_of(member, "tasks.view", today)
    if scope is None:
        return Task.objects.none()
    persons = persons_in(scope, today)
    theirs = Task.objects.all() if of is None else Task.objects.filter(owner_id__in=of)
    if persons is None or (of is not None and persons.issuperset(of)):
        return theirs
    return theirs.filter(Q(owner_id__in=persons) | Q(created_by=member))


def may_edit_task(member: Member, task: Task) -> bool:
    """Whoever gave it, and those whose scope reaches the one who is to do it."""
    gave = task.created_by_id == member.pk and may_give(member)
    return gave or reaches(member, "tasks.edit", task.owner_id, company_day(timezone.now()))


def possible_owners(member: Member) -> set[int] | None:
    """Ids of members to whom the member may give tasks; None means everybody."""
    today = company_day(timezone.now())
    scope = scope_of(member, "tasks.edit", today)
    return set() if scope is None else persons_in(scope, today)
