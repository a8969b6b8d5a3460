"""What screens and other rooms read of activities and tasks. Each starts from ``policy``."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import connection
from django.db.models import Max, QuerySet
from django.utils import timezone

from xiaoguan.journal.kinds import ACTIVITY, CUSTOMER, TASK, object_key
from xiaoguan.journal.models import Entry
from xiaoguan.lib.addresses import address_of
from xiaoguan.lib.days import company_day
from xiaoguan.lib.prepared import Prepared
from xiaoguan.org.choosing import people_among
from xiaoguan.org.models import Member
from xiaoguan.org.records import Opened, opened
from xiaoguan.org.scope import allowed
from xiaoguan.services.calendar import policy, rules
from xiaoguan.services.calendar.models import Activity, Task

PAGE: Final = 20
_MOST_TASKS: Final = 200
_QUIET: Final = """
SELECT met.* FROM ({customers}) AS met WHERE COALESCE((
    SELECT MAX(happened_at) FROM {activities} AS done WHERE done.customer_id = met.customer_id AND removed_at IS NULL
) < %s, TRUE)
""".strip()


_URGENT: Final = ("due_on", "due_time", "id")
_open_tasks_about = Prepared(
    lambda kind, about: (
        Task.objects.filter(about_kind=kind, about_id=about, done_at=None)
        .select_related("owner")
        .order_by(*_URGENT)[:PAGE]
    )
)
_open_tasks_of_customer = Prepared(
    lambda customer: (
        Task.objects.filter(customer_id=customer, done_at=None).select_related("owner").order_by(*_URGENT)[:PAGE]
    )
)
_open_tasks_of = Prepared(
    lambda owner: (
        Task.objects.filter(owner_id=owner, done_at=None).select_related("created_by").order_by(*_URGENT)[:_MOST_TASKS]
    )
)
_done_tasks_of = Prepared(
    lambda owner, since: (
        Task.objects.filter(owner_id=owner, done_at__gte=since).select_related("created_by").order_by("-done_at")[:PAGE]
    )
)
_moments_about = Prepared(
    lambda kind, about, most: (
        Activity.objects.filter(about_kind=kind, about_id=about, removed_at=None)
        .order_by("-happened_at")
        .values_list("happened_at", flat=True)[:most]
    )
)
_standing = Prepared(lambda ids: Activity.objects.filter(pk__in=ids, removed_at=None))
_last_contact = Prepared(
    lambda customers: (
        Activity.objects.filter(customer_id__in=customers, removed_at=None)
        .values_list("customer_id")
        .annotate(Max("happened_at"))
        .order_by()
    )
)
_activities_of = Prepared(
    lambda member, since: Activity.objects.filter(member_id=member, removed_at=None, happened_at__gte=since).order_by(
        "happened_at", "id"
    )[:PAGE]
)


def _newest_about(kind: Any, about: Any, last: Any, before: Any) -> QuerySet[Activity]:
    """One more than a page, behind the one that was shown last (None: from the beginning)."""
    rows = Activity.objects.filter(about_kind=kind, about_id=about, removed_at=None).select_related("member")
    if last is not None:
        rows = rows.filter(happened_at__lte=last).exclude(happened_at=last, pk__gte=before)
    return rows.order_by("-happened_at", "-id")[: PAGE + 1]


_activities_about = Prepared(_newest_about)


@dataclass(frozen=True, slots=True)
class About:
    """A row with the record it is about, as this viewer may meet it (None: about nothing)."""

    row: Activity | Task
    record: Opened | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskList:
    """A member's open tasks under their headings, and those done today."""

    overdue: list[About]
    today: list[About]
    later: list[About]
    done: list[About]

    @property
    def open_count(self) -> int:
        return len(self.overdue) + len(self.today) + len(self.later)


def tasks_of(member: Member, today: date, *, since: datetime | None = None) -> TaskList:
    """The member's own tasks: open ones by urgency, and those done since a moment (the start of his day)."""
    rows = _open_tasks_of(member.pk)
    done = _done_tasks_of(member.pk, since) if since else []
    shown = {about.row.pk: about for about in with_records(member, [*rows, *done])}
    by_heading: dict[str, list[About]] = {"overdue": [], "today": [], "later": []}
    for row in rows:
        by_heading[rules.when(row.due_on, today)].append(shown[row.pk])
    return TaskList(**by_heading, done=[shown[row.pk] for row in done])


def urgent_count(member: Member, today: date) -> int:
    """How many of the member's tasks are due today or overdue."""
    return Task.objects.filter(owner=member, done_at=None, due_on__lte=today).count()


def tasks_about(member: Member, kind: int, object_id: int) -> list[Task]:
    """Open tasks about a record, soonest first; none where the member may not open it."""
    if not policy.sees_subject(member, kind, object_id):
        return []
    return _open_tasks_about(kind, object_id)


def tasks_of_customer(member: Member, customer_id: int) -> list[About]:
    """Open tasks about a customer and about its deals, as far as the member may see them, soonest first."""
    return with_records(member, policy.seen(member, _open_tasks_of_customer(customer_id)))


def activities_about(member: Member, kind: int, object_id: int, *, before: int | None = None) -> list[Activity]:
    """Activities about a record, newest first (one more than a page tells that there are more); none where the member
    may not open it. ``before`` is the id of the last one shown."""
    if not policy.sees_subject(member, kind, object_id):
        return []
    return settled_activities(kind, object_id, before=before)


def settled_activities(kind: int, object_id: int, *, before: int | None = None) -> list[Activity]:
    """The same about a record that the caller has settled the viewer may open."""
    last = None
    if before:
        last = Activity.objects.filter(pk=before).values_list("happened_at", flat=True).first()
    return _activities_about(kind, object_id, last, before if last else None)


def moments_about(kind: int, object_id: int, most: int) -> list[datetime]:
    """When something was done about a record that the caller's policy lets the viewer see, the last first, so many at
    most: their number and the last one are read in one look."""
    return _moments_about(kind, object_id, most=most)


def customer_of(kind: int, object_id: int) -> int | None:
    """The customer to whom a record belongs: itself, or as the latest entry about it says (the journal knows, so that
    no other room has to be asked)."""
    if kind == CUSTOMER:
        return object_id
    told = Entry.objects.filter(subject_key=object_key(kind, object_id)).order_by("-id")
    return told.values_list("customer_id", flat=True).first()


def activities_standing(member: Member, ids: Iterable[int]) -> dict[int, Activity]:
    """Activities that were not taken back; none for whom no role shows activities. Whether the member may open what
    they are about is for the caller to ask."""
    wanted = list(ids)
    if not wanted or not may_view_activities(member, company_day(timezone.now())):
        return {}
    return {row.pk: row for row in _standing(wanted)}


def calendar_of(kind: int, ids: Iterable[int]) -> dict[tuple[int, int], int]:
    """Activities and tasks, as (kind, id), about these records, and which record each is about. For the operator."""
    wanted = {"about_kind": kind, "about_id__in": list(ids)}
    activities = Activity.objects.filter(**wanted).values_list("id", "about_id")
    tasks = Task.objects.filter(**wanted).values_list("id", "about_id")
    found = {(ACTIVITY, pk): about for pk, about in activities}
    return found | {(TASK, pk): about for pk, about in tasks if about is not None}


def last_contact(customer_ids: Iterable[int]) -> dict[int, datetime]:
    """When something was last done with customers that the caller's policy lets the viewer see."""
    return dict(_last_contact(list(customer_ids)))


def without_contact_since(text: str, values: tuple[Any, ...], moment: datetime) -> tuple[str, tuple[Any, ...]]:
    """Text and values of a query: those rows of another room's question, which has a ``customer_id``, with whose
    customer nothing was done since a moment.

    Asked of each customer by its last moment: an anti-join sorts all that was done by everybody, and put into the
    other question it would be asked of each row before they are grouped.
    """
    activities = connection.ops.quote_name(Activity._meta.db_table)
    since = connection.ops.adapt_datetimefield_value(moment)
    return _QUIET.format(customers=text, activities=activities), (*values, since)


def activities_of(member: Member, since: datetime) -> list[About]:
    """What the member himself did since a moment, earliest first."""
    return with_records(member, _activities_of(member.pk, since))


def overdue_tasks(
    member: Member, persons: Iterable[int] | None, today: date, *, most: int, after: int = 0
) -> list[About]:
    """Open tasks of these people that the member may see and that are overdue, longest first; one more than ``most``
    tells that there are more. ``after`` is how many to pass over."""
    rows = _overdue(member, persons, today).select_related("owner").order_by("due_on", "id")
    return with_records(member, list(rows[after : after + most + 1]))


def overdue_count(member: Member, persons: Iterable[int] | None, today: date, *, most: int) -> int:
    """How many of them there are, up to one more than ``most``."""
    return _overdue(member, persons, today).order_by()[: most + 1].count()


def _overdue(member: Member, persons: Iterable[int] | None, today: date) -> QuerySet[Task]:
    of = None if persons is None else frozenset(persons)
    return policy.visible_tasks(member, of).filter(done_at=None, due_on__lt=today)


def with_records(member: Member, rows: Sequence[Activity | Task]) -> list[About]:
    """Rows with the records they are about, named where the member may see them."""
    keys = {(row.about_kind, row.about_id) for row in rows if row.about_kind is not None and row.about_id is not None}
    records = opened(member, keys)
    return [About(row, records.get((row.about_kind or 0, row.about_id or 0))) for row in rows]


def may_view_activities(member: Member, today: date) -> bool:
    """Whether the member's roles show activities at all."""
    return allowed(member, "activities.view", today)


def activities_seen(member: Member, ids: Iterable[int]) -> dict[int, str]:
    """For ``org.records``: how those of these activities are called that the member may see."""
    if not may_view_activities(member, company_day(timezone.now())):
        return {}
    rows = list(Activity.objects.filter(pk__in=list(ids), removed_at=None))
    return {row.pk: row.get_kind_display() for row in policy.seen(member, rows)}


def activity_labels(ids: Iterable[int]) -> dict[int, str]:
    """For ``org.records``: activities named by what they were."""
    rows = Activity.objects.filter(pk__in=list(ids))
    return {row.pk: row.get_kind_display() for row in rows}


def tasks_seen(member: Member, ids: Iterable[int]) -> dict[int, str]:
    """For ``org.records``: the titles of those of these tasks that the member may see."""
    wanted = list(ids)
    own = dict(policy.visible_tasks(member).filter(pk__in=wanted).values_list("pk", "title"))
    rest = list(Task.objects.filter(pk__in=set(wanted) - set(own)))
    return own | {row.pk: row.title for row in policy.seen(member, rest)}


def task_labels(ids: Iterable[int]) -> dict[int, str]:
    """For ``org.records``: tasks by their title."""
    return dict(Task.objects.filter(pk__in=list(ids)).values_list("pk", "title"))


def task_url(task_id: int) -> str:
    """For ``org.records``: where a task opens."""
    return address_of("calendar:task", task_id)


def owners_offered(member: Member, today: date, *, present: int | None = None) -> QuerySet[Member]:
    """The people to whom the member may give tasks: he himself always, those who left only where ``present``."""
    ids = policy.possible_owners(member)
    return people_among(None if ids is None else ids | {member.pk}, today) | Member.objects.filter(pk=present or 0)
