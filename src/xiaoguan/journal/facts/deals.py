"""What happens to a deal. Each fact carries the position it changes, so that its postings need no look-up.

``amount`` is the amount of the open deal at that moment, None where it is not known.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

from xiaoguan.journal.facts.base import Fact, fact
from xiaoguan.journal.kinds import DEAL, MEMBER, PRODUCT


@dataclass(frozen=True, kw_only=True)
class Position(Fact):
    """How a deal stands in the books: whose it is, for whom, what, until when, and at which rate (1/10^8)."""

    subject: ClassVar[str] = "deal_id"
    subject_kind: ClassVar[int | None] = DEAL
    customer: ClassVar[str | None] = "customer_id"
    objects: ClassVar[Mapping[str, int]] = {"product_id": PRODUCT}
    persons: ClassVar[tuple[str, ...]] = ("person_id",)

    deal_id: int
    person_id: int
    customer_id: int | None
    product_id: int | None
    product_line_id: int | None
    source_id: int | None
    stage_id: int | None
    due_on: date | None
    amount: Decimal | None
    currency: str
    rate: int
    tax: int


@fact(code=501)
class DealCreated(Position):
    """A deal was opened."""


@fact(code=502)
class DealOpenedAtStart(Position):
    """A deal that was open already when the books began."""


@fact(code=503)
class DealAmountChanged(Position):
    """The amount became ``amount``; it was ``amount_from``."""

    amount_from: Decimal | None


@fact(code=504)
class DealRedated(Position):
    """The expected close became ``due_on``; it was ``due_from``."""

    due_from: date | None


@fact(code=505)
class DealStageChanged(Position):
    """The deal went to ``stage_id`` after so many days in ``stage_from`` (None where that is not known)."""

    stage_from: int | None
    stage_days: int | None


@fact(code=506, persons=("person_id", "person_from"))
class DealTransferred(Position):
    """The deal went from one owner to another."""

    person_from: int


@fact(code=507)
class DealDetailsChanged(Position):
    """Customer, product or source of an open deal became another."""

    customer_from: int | None
    product_from: int | None
    product_line_from: int | None
    source_from: int | None


@fact(code=508, asks_new=True)
class DealWon(Position):
    """The customer bought. ``won_amount`` at ``won_rate`` is what was sold; ``amount`` is what the pipeline loses."""

    won_amount: Decimal | None
    won_rate: int
    cycle_days: int
    stage_days: int | None


@fact(code=509)
class DealLost(Position):
    """The customer did not buy. ``lost_amount`` is what was at stake, None where it is not known."""

    lost_amount: Decimal | None
    lost_rate: int
    reason_id: int | None
    stage_days: int | None


@fact(code=510, persons=("person_id", "winner_id"))
class WonDealReopened(Position):
    """A customer who had bought came back: what was won goes, ``amount`` is open again."""

    won_amount: Decimal | None
    won_rate: int
    winner_id: int
    cycle_days: int
    was_new: bool | None


@fact(code=511, persons=("person_id", "loser_id"))
class LostDealReopened(Position):
    """A customer who had declined came back: what was lost goes, ``amount`` is open again."""

    lost_amount: Decimal | None
    lost_rate: int
    loser_id: int


@fact(
    code=512,
    subject="person_id",
    subject_kind=MEMBER,
    customer="customer_id",
    objects={"product_id": PRODUCT},
    persons=("person_id",),
)
class WonBeforeStart(Fact):
    """What a person had won in the year before the books began, for a customer and a product where that is known."""

    person_id: int
    customer_id: int | None
    product_id: int | None
    product_line_id: int | None
    amount: Decimal | None
    how_many: int
    currency: str
    rate: int
    tax: int
