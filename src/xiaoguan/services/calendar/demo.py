"""What the demo company's people did and mean to do: by the actions that people use, or in bulk.

The bulk form writes the same rows and tells the same facts; a test holds the two to be equal.
"""

from datetime import date
from typing import Any, Final

from django.db import connection

from xiaoguan.journal.facts.calendar import ActivityLogged, TaskCreated, TaskDone
from xiaoguan.journal.kinds import CUSTOMER, DEAL
from xiaoguan.journal.recording import Happening, Private, Signed
from xiaoguan.lib.bulk import insert_rows, next_id, writer
from xiaoguan.lib.demo import DoTask, GiveTask, Ids, LogActivity
from xiaoguan.services.calendar.actions import NewActivity, NewTask, complete_tasks, create_tasks, log_activities
from xiaoguan.services.calendar.models import Activity, Task

_ACTIVITY: Final = (
    "id", "kind", "about_kind", "about_id", "customer_id", "member_id", "happened_at", "minutes", "text", "created_at",
)  # fmt: skip
_TASK: Final = (
    "id", "title", "due_on", "owner_id", "about_kind", "about_id", "customer_id", "created_by_id", "created_at",
    "done_at",
)  # fmt: skip


class _Knowing:
    def __init__(self, ids: Ids) -> None:
        self._ids = ids

    def _about(self, deal: int | None, customer_id: int) -> tuple[int, int]:
        return (CUSTOMER, customer_id) if deal is None else (DEAL, self._ids.deals[deal])


class Acting(_Knowing):
    """Carries the steps out one by one."""

    def log(self, step: LogActivity, doing: dict[str, Any]) -> None:
        customer_id = self._ids.customers[step.customer]
        about_kind, about_id = self._about(step.deal, customer_id)
        done = NewActivity(
            kind=step.kind,
            about_kind=about_kind,
            about_id=about_id,
            customer_id=customer_id,
            member_id=doing["by"].pk,
            happened_at=doing["at"],
            minutes=step.minutes,
            text=step.text,
        )
        log_activities([done], **doing)

    def give(self, step: GiveTask, doing: dict[str, Any]) -> None:
        customer_id = self._ids.customers[step.customer]
        about_kind, about_id = self._about(step.deal, customer_id)
        task = NewTask(
            title=step.title,
            due_on=step.due_on,
            owner_id=doing["by"].pk,
            about_kind=about_kind,
            about_id=about_id,
            customer_id=customer_id,
        )
        (self._ids.tasks[step.number],) = create_tasks([task], **doing)

    def do(self, step: DoTask, doing: dict[str, Any]) -> None:
        complete_tasks([self._ids.tasks[step.task]], **doing)


class Bulk(_Knowing):
    """Tells what the steps cause and gathers the rows; ``flush`` writes them."""

    def __init__(self, ids: Ids) -> None:
        super().__init__(ids)
        self._next_activity, self._next_task = next_id(Activity), next_id(Task)
        self._activities: list[tuple[Any, ...]] = []
        self._tasks: list[tuple[Any, ...]] = []
        self._open: dict[int, TaskDone] = {}
        self._write = writer(connection)

    def log(self, step: LogActivity, day: date, signed: Signed) -> list[Happening]:
        pk, self._next_activity = self._next_activity, self._next_activity + 1
        customer_id, member_id = self._ids.customers[step.customer], self._ids.members[step.by]
        about_kind, about_id = self._about(step.deal, customer_id)
        at = self._write(signed.at)
        self._activities.append(
            (pk, step.kind, about_kind, about_id, customer_id, member_id, at, step.minutes, step.text, at)
        )
        told = ActivityLogged(
            activity_id=pk, activity_kind=step.kind, about_kind=about_kind, about_id=about_id,
            customer_id=customer_id, member_id=member_id, minutes=step.minutes,
        )  # fmt: skip
        return [Happening(fact=told, on=day, occurred_at=signed.at, signed=signed)]

    def give(self, step: GiveTask, day: date, signed: Signed) -> list[Happening]:
        pk, self._next_task = self._next_task, self._next_task + 1
        customer_id, owner_id = self._ids.customers[step.customer], self._ids.members[step.by]
        about_kind, about_id = self._about(step.deal, customer_id)
        write = self._write
        self._tasks.append((
            pk, step.title, write(step.due_on), owner_id, about_kind, about_id, customer_id, owner_id,
            write(signed.at), write(step.done),
        ))  # fmt: skip
        if step.done:
            self._open[step.number] = TaskDone(
                task_id=pk, customer_id=customer_id, owner_id=owner_id, due_on=step.due_on
            )
        told = TaskCreated(
            task_id=pk, about_kind=about_kind, about_id=about_id, customer_id=customer_id, owner_id=owner_id,
            due_on=step.due_on, origin_entry=None,
        )  # fmt: skip
        return [Happening(fact=told, on=day, private=(Private(field="title", new=step.title),), signed=signed)]

    def do(self, step: DoTask, day: date, signed: Signed) -> list[Happening]:
        return [Happening(fact=self._open.pop(step.task), on=day, signed=signed)]

    def flush(self) -> None:
        """Write what was gathered."""
        insert_rows(Activity, _ACTIVITY, self._activities, ids=False)
        insert_rows(Task, _TASK, self._tasks, ids=False)
        self._activities.clear()
        self._tasks.clear()
