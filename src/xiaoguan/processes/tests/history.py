"""A small company whose history is made by actions, and any history of it that chance can think of."""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from tests.cast import Cast, hire
from xiaoguan.crm.actions import NewCustomer, create_customers
from xiaoguan.deals.actions import (
    Amendment,
    Close,
    NewDeal,
    Reopening,
    amend_deals,
    correct_amounts,
    create_deals,
    lose_deals,
    move_deals,
    reopen_by_mistake,
    reopen_deals,
    transfer_deals,
    win_deals,
)
from xiaoguan.deals.models import Stage
from xiaoguan.deals.setup import ensure_pipeline
from xiaoguan.journal.kinds import CUSTOMER, DEAL
from xiaoguan.lib.refusal import Refusal
from xiaoguan.services.calendar.actions import (
    NewActivity,
    NewTask,
    complete_tasks,
    create_tasks,
    log_activities,
)
from xiaoguan.services.calendar.models import Task

ZONE = ZoneInfo("Asia/Shanghai")
STEPS = (
    "open", "move", "amount", "redate", "win", "lose", "return", "mistake", "correct", "transfer", "call", "task",
    "done",
)  # fmt: skip


def moment(day: date, hour: int = 15) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=ZONE)


@dataclass(slots=True)
class History:
    """Lin's deals from 5 January 2026 on."""

    cast: Cast = field(default_factory=lambda: hire(password=None))
    day: date = date(2026, 1, 5)
    deals: list[int] = field(default_factory=list)
    stages: list[Stage] = field(default_factory=lambda: list(ensure_pipeline().stages.order_by("position")))
    customer: int = 0

    def __post_init__(self) -> None:
        self.customer = create_customers([NewCustomer(name="远山重工", owner_id=self.cast.lin.pk)], **self.doing)[0]

    @property
    def doing(self) -> dict[str, Any]:
        return {"by": self.cast.lin, "at": moment(self.day)}

    def open(self, amount: Decimal | None = Decimal(100_000), *, on: date | None = None) -> int:
        new = NewDeal(
            name="二期产线", owner_id=self.cast.lin.pk, pipeline_id=self.stages[0].pipeline_id,
            stage_id=self.stages[0].pk, opened_on=on or self.day, amount=amount, customer_id=self.customer,
        )  # fmt: skip
        self.deals += create_deals([new], **self.doing)
        return self.deals[-1]

    def play(self, steps: list[tuple[str, int]]) -> None:
        """Whatever the steps say, on and on in time; what the rules refuse does not happen."""
        for step, number in steps:
            self.day += timedelta(days=number % 5)
            with suppress(Refusal):
                self._step(step, number)

    def _step(self, step: str, number: int) -> None:
        amount = None if number % 7 == 0 else Decimal(number).scaleb(-4)
        if step == "open" or not self.deals:
            self.open(amount, on=self.day - timedelta(days=number % 3))
            return
        deal = self.deals[number % len(self.deals)]
        if step == "call":
            self.call(deal)
        elif step == "task":
            self.task(deal)
        elif step == "done":
            complete_tasks(list(Task.objects.filter(done_at=None).values_list("pk", flat=True)[:1]), **self.doing)
        else:
            self._change(step, deal, number, amount)

    def _change(self, step: str, deal: int, number: int, amount: Decimal | None) -> None:
        stage = self.stages[number % len(self.stages)]
        owner = self.cast.wang if number % 2 else self.cast.lin
        close = [Close(deal_id=deal, on=self.day - timedelta(days=number % 2), amount=amount)]
        {
            "move": lambda: move_deals([(deal, stage.pk)], **self.doing),
            "amount": lambda: amend_deals([Amendment(deal_id=deal, amount=amount)], **self.doing),
            "redate": lambda: amend_deals([Amendment(deal_id=deal, due_on=self.day)], **self.doing),
            "win": lambda: win_deals(close, **self.doing),
            "lose": lambda: lose_deals(close, **self.doing),
            "return": lambda: reopen_deals([Reopening(deal_id=deal, on=self.day)], **self.doing),
            "mistake": lambda: reopen_by_mistake([deal], **self.doing),
            "correct": lambda: correct_amounts([(deal, amount)], **self.doing),
            "transfer": lambda: transfer_deals([(deal, owner.pk)], **self.doing),
        }[step]()

    def call(self, deal: int, minutes: int = 20) -> None:
        """Lin calls about a deal, at ten in the morning, and writes it down in the afternoon."""
        new = NewActivity(
            kind="call", about_kind=DEAL, about_id=deal, member_id=self.cast.lin.pk, customer_id=self.customer,
            happened_at=moment(self.day, 10), minutes=minutes, text="很想买",
        )  # fmt: skip
        log_activities([new], **self.doing)

    def task(self, deal: int) -> None:
        new = NewTask(
            title="送样", due_on=self.day + timedelta(days=7), owner_id=self.cast.lin.pk, about_kind=DEAL,
            about_id=deal, customer_id=self.customer,
        )  # fmt: skip
        create_tasks([new], **self.doing)

    def task_about_customer(self) -> None:
        new = NewTask(
            title="回访", due_on=self.day, owner_id=self.cast.lin.pk, about_kind=CUSTOMER, about_id=self.customer,
            customer_id=self.customer,
        )  # fmt: skip
        create_tasks([new], **self.doing)
