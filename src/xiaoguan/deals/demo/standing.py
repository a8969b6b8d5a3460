"""How a deal of the demo company stands while its steps are told: what each step changes in the row."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from xiaoguan.deals import rules
from xiaoguan.lib.demo import (
    DealStep,
    HandDeal,
    Ids,
    LoseDeal,
    MoveDeal,
    PlanDeal,
    PriceDeal,
    RedateDeal,
    ReopenDeal,
    UncloseDeal,
    WinDeal,
)
from xiaoguan.lib.money import RATE_SCALE


@dataclass(slots=True, kw_only=True)
class Row:
    """The columns of a deal that facts and rules speak of; ``open_amount`` is the amount before it was closed."""

    pk: int
    name: str
    state: int
    customer_id: int
    owner_id: int
    product_id: int
    product_line_id: int
    source_id: int
    stage_id: int
    amount: Decimal | None
    currency: str
    tax: int
    opened_on: date
    due_on: date
    stage_since: date
    updated_at: datetime
    closed_on: date | None = None
    loss_reason_id: int | None = None
    next_step: str = ""
    next_step_on: date | None = None
    open_amount: Decimal | None = None
    left: int = 0

    def position(self) -> dict[str, Any]:
        """As ``deals.actions.common.position`` tells it."""
        return {
            "deal_id": self.pk,
            "person_id": self.owner_id,
            "customer_id": self.customer_id,
            "product_id": self.product_id,
            "product_line_id": self.product_line_id,
            "source_id": self.source_id,
            "stage_id": self.stage_id,
            "due_on": self.due_on,
            "amount": self.amount,
            "currency": self.currency,
            "rate": RATE_SCALE,
            "tax": self.tax,
        }

    def change(self, step: DealStep, day: date, at: datetime, ids: Ids) -> None:
        """What a step makes of the row."""
        self.updated_at = at
        match step:
            case MoveDeal():
                self.stage_id, self.stage_since = ids.stages[step.stage], day
            case PriceDeal():
                self.amount = step.amount
            case RedateDeal():
                self.due_on = step.due_on
            case HandDeal():
                self.owner_id = ids.members[step.to]
            case PlanDeal():
                self.next_step, self.next_step_on = step.next_step, step.next_step_on
            case WinDeal() | LoseDeal():
                self._close(step, day, ids)
            case UncloseDeal() | ReopenDeal():
                self._open_again(step, day)

    def _close(self, step: WinDeal | LoseDeal, day: date, ids: Ids) -> None:
        self.open_amount, self.amount = self.amount, step.amount
        self.state, self.closed_on = rules.WON if isinstance(step, WinDeal) else rules.LOST, day
        self.loss_reason_id = None if isinstance(step, WinDeal) else ids.reasons[step.reason]

    def _open_again(self, step: UncloseDeal | ReopenDeal, day: date) -> None:
        self.state, self.closed_on, self.loss_reason_id = rules.OPEN, None, None
        if isinstance(step, UncloseDeal) or self.amount is None:
            self.amount = self.open_amount
        if isinstance(step, ReopenDeal):
            self.stage_since = day
