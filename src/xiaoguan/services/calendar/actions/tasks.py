"""Tasks are given, amended, done, and found not to be done after all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import transaction

from xiaoguan.journal.facts.calendar import TaskAmended, TaskCreated, TaskDone
from xiaoguan.journal.facts.general import UNDO, EntriesReversed
from xiaoguan.journal.kinds import TASK, object_key, split_key
from xiaoguan.journal.models import Entry, Origin, Reversal
from xiaoguan.journal.recording import Happening, Private, Recorded, record
from xiaoguan.lib.days import company_day
from xiaoguan.org.doing import Doing
from xiaoguan.org.models import Member
from xiaoguan.services.calendar import rules
from xiaoguan.services.calendar.actions.common import locked
from xiaoguan.services.calendar.models import Task


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTask:
    """Something to be done. ``origin_entry`` is the journal entry that causes it: a second task for it is not made."""

    title: str
    due_on: date
    owner_id: int
    due_time: time | None = None
    about_kind: int | None = None
    about_id: int | None = None
    customer_id: int | None = None
    origin_entry: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskChange:
    """How a task is to stand."""

    task_id: int
    title: str
    due_on: date
    owner_id: int
    due_time: time | None = None


def create_tasks(
    items: Sequence[NewTask],
    *,
    by: Member | None,
    at: datetime,
    origin: int = Origin.LIVE,
    batch_id: int | None = None,
) -> list[int]:
    """Give tasks and return the ids of those made, in order; one whose cause has its task already is left out."""
    doing = Doing(by=by, at=at, origin=origin, batch_id=batch_id)
    with transaction.atomic():
        causes = {item.origin_entry for item in items} - {None}
        served = set(Task.objects.filter(origin_entry__in=causes).values_list("origin_entry", flat=True))
        rows = [_row(item, doing) for item in items if item.origin_entry not in served]
        Task.objects.bulk_create(rows)
        record([_created(row, at) for row in rows], **doing.book())
    return [row.pk for row in rows]


def _row(item: NewTask, doing: Doing) -> Task:
    return Task(
        title=rules.clean_title(item.title),
        due_on=item.due_on,
        due_time=item.due_time,
        owner_id=item.owner_id,
        about_kind=item.about_kind,
        about_id=item.about_id,
        customer_id=item.customer_id,
        created_by=doing.by,
        origin_entry=item.origin_entry,
        created_at=doing.at,
    )


def _created(row: Task, at: datetime) -> Happening:
    told = TaskCreated(
        task_id=row.pk,
        about_kind=row.about_kind,
        about_id=row.about_id,
        customer_id=row.customer_id,
        owner_id=row.owner_id,
        due_on=row.due_on,
        origin_entry=row.origin_entry,
    )
    return Happening(fact=told, on=company_day(at), private=(Private(field="title", new=row.title),))


def amend_tasks(items: Sequence[TaskChange], *, by: Member | None, at: datetime) -> list[Recorded]:
    """Give tasks another day, owner or wording; those that do not differ are left alone."""
    doing = Doing(by=by, at=at)
    with transaction.atomic():
        rows = locked(Task, [item.task_id for item in items])
        happenings = [told for item in items if (told := _amend(rows[item.task_id], item, at))]
        return record(happenings, **doing.book())


def _amend(row: Task, item: TaskChange, at: datetime) -> Happening | None:
    title = rules.clean_title(item.title)
    if (row.title, row.due_on, row.due_time, row.owner_id) == (
        title,
        item.due_on,
        item.due_time,
        item.owner_id,
    ):
        return None
    told = TaskAmended(
        task_id=row.pk,
        customer_id=row.customer_id,
        owner_id=item.owner_id,
        owner_from=row.owner_id,
        due_on=item.due_on,
        due_from=row.due_on,
        renamed=row.title != title,
    )
    private = (Private(field="title", old=row.title, new=title),) if row.title != title else ()
    row.title, row.due_on, row.due_time, row.owner_id = title, item.due_on, item.due_time, item.owner_id
    row.save()
    return Happening(fact=told, on=company_day(at), private=private)


def complete_tasks(ids: Sequence[int], *, by: Member | None, at: datetime, origin: int = Origin.LIVE) -> list[Recorded]:
    """Tasks are done; those that were already are left alone."""
    with transaction.atomic():
        rows = [row for row in locked(Task, list(ids)).values() if row.done_at is None]
        Task.objects.filter(pk__in=[row.pk for row in rows]).update(done_at=at)
        told = [
            TaskDone(task_id=row.pk, customer_id=row.customer_id, owner_id=row.owner_id, due_on=row.due_on)
            for row in rows
        ]
        happenings = [Happening(fact=fact, on=company_day(at)) for fact in told]
        return record(happenings, **Doing(by=by, at=at, origin=origin).book())


def reopen_tasks(ids: Sequence[int], *, by: Member | None, at: datetime) -> list[Recorded]:
    """Tasks were not done after all: their completion is reversed. Open ones are left alone."""
    with transaction.atomic():
        rows = {pk: row for pk, row in locked(Task, list(ids)).items() if row.done_at is not None}
        entries = _completions(list(rows))
        Task.objects.filter(pk__in=rows).update(done_at=None)
        return record(
            [
                Happening(
                    fact=EntriesReversed(kind=TASK, object_id=pk, customer_id=rows[pk].customer_id, reason=UNDO),
                    on=entry.on_date,
                    reverses=(entry.id,),
                )
                for pk, entry in entries.items()
            ],
            **Doing(by=by, at=at).book(),
        )


def _completions(ids: list[int]) -> dict[int, Entry]:
    """The standing entry by which each task was done."""
    done = Entry.objects.filter(subject_key__in=[object_key(TASK, pk) for pk in ids], kind=TaskDone.code)
    gone = Reversal.objects.filter(reversed_id__in=done.values("id")).values("reversed_id")
    return {split_key(entry.subject_key)[1]: entry for entry in done.exclude(id__in=gone).order_by("id")}
