"""What the story of the demo company is told in: small dated steps that know people and things by number only.

``config.demo`` thinks the story out; each module's ``demo`` carries its steps out, either by the actions that people
use or in bulk. Numbers count from 0 in the order in which things come to be; the writers turn them into ids.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from xiaoguan.lib.days import start_of_day


class Step(NamedTuple):
    """What all steps begin with: the minute of the day and who does it. Steps are told apart by their class."""

    minute: int
    by: int


class PersonAtCustomer(NamedTuple):
    """Somebody who works at a customer."""

    name: str
    title: str
    phone: str


class EnterCustomer(NamedTuple):
    """A customer is entered by its owner, with the people there."""

    minute: int
    by: int
    number: int
    name: str
    values: dict[str, Any]
    source: int
    people: tuple[PersonAtCustomer, ...]


class HandCustomer(NamedTuple):
    """A customer goes to another owner."""

    minute: int
    by: int
    customer: int
    to: int


class MoveDeal(NamedTuple):
    minute: int
    by: int
    deal: int
    stage: int


class PriceDeal(NamedTuple):
    minute: int
    by: int
    deal: int
    amount: Decimal


class RedateDeal(NamedTuple):
    minute: int
    by: int
    deal: int
    due_on: date


class HandDeal(NamedTuple):
    minute: int
    by: int
    deal: int
    to: int


class PlanDeal(NamedTuple):
    """What the owner will do next, and when."""

    minute: int
    by: int
    deal: int
    next_step: str
    next_step_on: date


class WinDeal(NamedTuple):
    """``taken_back``: the story will come back to this closing."""

    minute: int
    by: int
    deal: int
    amount: Decimal | None
    taken_back: bool


class LoseDeal(NamedTuple):
    minute: int
    by: int
    deal: int
    amount: Decimal | None
    reason: int
    taken_back: bool


class UncloseDeal(NamedTuple):
    """The deal was never closed: a mistake."""

    minute: int
    by: int
    deal: int


class ReopenDeal(NamedTuple):
    """The customer came back."""

    minute: int
    by: int
    deal: int


DealStep = MoveDeal | PriceDeal | RedateDeal | HandDeal | PlanDeal | WinDeal | LoseDeal | UncloseDeal | ReopenDeal


class OpenDeal(NamedTuple):
    """A deal is opened; ``later`` is all that will happen to it until the story ends, in order."""

    minute: int
    by: int
    number: int
    name: str
    customer: int
    product: int
    source: int
    amount: Decimal | None
    due_on: date
    later: tuple[tuple[date, DealStep], ...]


class LogActivity(NamedTuple):
    """Something that was done, about a deal (else about the customer)."""

    minute: int
    by: int
    kind: str
    customer: int
    deal: int | None
    minutes: int | None
    text: str


class GiveTask(NamedTuple):
    """``done``: when it will have been done, None where it is not by the end of the story."""

    minute: int
    by: int
    number: int
    title: str
    due_on: date
    customer: int
    deal: int | None
    done: datetime | None


class DoTask(NamedTuple):
    minute: int
    by: int
    task: int


@dataclass(slots=True)
class Ids:
    """The ids of what the story knows by number."""

    members: list[int] = field(default_factory=list)
    units: list[int] = field(default_factory=list)
    sources: list[int] = field(default_factory=list)
    products: list[int] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    pipeline: int = 0
    stages: list[int] = field(default_factory=list)
    reasons: list[int] = field(default_factory=list)
    customers: dict[int, int] = field(default_factory=dict)
    deals: dict[int, int] = field(default_factory=dict)
    tasks: dict[int, int] = field(default_factory=dict)


_midnight = lru_cache(maxsize=2_000)(start_of_day)


def moment(day: date, minute: int) -> datetime:
    """So many minutes after the day began."""
    return _midnight(day) + timedelta(minutes=minute)
