"""From sums to figures: pure, exact integers until the one division at the edge."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from xiaoguan.ledger.accounts import UNKNOWN_SUFFIX
from xiaoguan.ledger.measures.language import (
    Balance,
    Component,
    Distinct,
    Field,
    Filter,
    Mean,
    Measure,
    Median,
    Movement,
    Ratio,
    Total,
)
from xiaoguan.lib.money import SCALE, divide, from_stored


class Sums(NamedTuple):
    """What the postings of an account add up to: quantity in 1/10,000, and units."""

    quantity: int = 0
    units: int = 0

    def plus(self, other: "Sums") -> "Sums":
        return Sums(self.quantity + other.quantity, self.units + other.units)


class Source(NamedTuple):
    """Which sums: those of an account under some filters."""

    where: tuple[Filter, ...]
    account: str


Cell = Mapping[Source, Sums]
NO_SUMS = Sums()


class Middle(NamedTuple):
    """The one or two middle quantities added up, how many they are, of how many objects."""

    quantity: int
    taken: int
    many: int


class Why(StrEnum):
    """Why a figure has no value."""

    UNKNOWN = "unknown"  # all amounts of these accounts are unknown
    NOT_POSITIVE = "not_positive"  # nothing to divide by


@dataclass(frozen=True, slots=True)
class Reason:
    """Why there is no value, and which accounts are to blame."""

    why: Why
    accounts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure with what it was made of.

    ``numerator`` and ``denominator`` are as stored (money and days in 1/10,000); ``denominator`` is None where nothing
    was divided. ``count`` says how many records are behind it, ``unknown`` how many of them have no known amount.
    """

    value: Decimal | None
    numerator: int
    denominator: int | None = None
    count: int = 0
    unknown: int = 0
    reason: Reason | None = None


def figure(measure: Measure, cell: Cell, middle: Middle | None = None, distinct: int = 0) -> Figure:
    """The figure of one group. ``middle`` and ``distinct`` come from their own queries."""
    match measure.aggregate:
        case Total(of) | Balance(of) | Movement(of):
            return _total(of, cell)
        case Ratio(over, under):
            return _ratio(over, under, cell)
        case Mean(of):
            return _mean(of, cell)
        case Median(of):
            return _median(of, cell, middle)
        case Distinct(of):
            return Figure(value=Decimal(distinct), numerator=distinct, count=distinct)


def _total(of: Component, cell: Cell) -> Figure:
    amount, count = _amount(of, cell), _units(of, cell)
    if of.field is Field.UNITS:
        return Figure(value=Decimal(amount), numerator=amount, count=count)
    unknown = _unknown(of, cell)
    if _all_unknown(of, cell):
        return Figure(value=None, numerator=amount, count=count, unknown=unknown, reason=_unknown_reason(of, cell))
    return Figure(value=from_stored(amount), numerator=amount, count=count, unknown=unknown)


def _ratio(over: Component, under: Component, cell: Cell) -> Figure:
    above, below = _amount(over, cell), _amount(under, cell)
    parts = [part for part in (over, under) if part.field is Field.QUANTITY]
    accounts = tuple(dict.fromkeys(name for part in parts for name in _accounts_unknown(part, cell)))
    # A record counted above stands below as well, so the unknown ones are those of the larger part.
    unknown = max((_unknown(part, cell) for part in parts), default=0)
    count = _units(under, cell)
    value = None if accounts else divide(above, below)
    reason = Reason(Why.UNKNOWN, accounts) if accounts else Reason(Why.NOT_POSITIVE) if value is None else None
    return Figure(value=value, numerator=above, denominator=below, count=count, unknown=unknown, reason=reason)


def _mean(of: Component, cell: Cell) -> Figure:
    amount, count, unknown = _amount(of, cell), _units(of, cell), _unknown(of, cell)
    known = count - unknown
    value = divide(amount, known * SCALE)
    reason = None
    if value is None:
        reason = _unknown_reason(of, cell) if _all_unknown(of, cell) else Reason(Why.NOT_POSITIVE)
    return Figure(value=value, numerator=amount, denominator=known, count=count, unknown=unknown, reason=reason)


def _median(of: Component, cell: Cell, middle: Middle | None) -> Figure:
    unknown = _unknown(of, cell)
    if middle is None or not middle.many:
        reason = _unknown_reason(of, cell) if _all_unknown(of, cell) else Reason(Why.NOT_POSITIVE)
        return Figure(value=None, numerator=0, denominator=0, unknown=unknown, reason=reason)
    value = divide(middle.quantity, middle.taken * SCALE)
    return Figure(value=value, numerator=middle.quantity, denominator=middle.taken, count=middle.many, unknown=unknown)


def _sums(of: Component, cell: Cell, account: str) -> Sums:
    return cell.get(Source(of.where, account), NO_SUMS)


def _amount(of: Component, cell: Cell) -> int:
    sums = (_sums(of, cell, account) for account in of.accounts)
    return sum(item.quantity if of.field is Field.QUANTITY else item.units for item in sums)


def _units(of: Component, cell: Cell) -> int:
    return sum(_sums(of, cell, account).units for account in of.accounts)


def _unknown(of: Component, cell: Cell) -> int:
    return sum(_sums(of, cell, account + UNKNOWN_SUFFIX).units for account in of.accounts)


def _accounts_unknown(of: Component, cell: Cell) -> list[str]:
    """The accounts of which nothing is known although something happened."""
    found = []
    for account in of.accounts:
        known, unknown = _sums(of, cell, account), _sums(of, cell, account + UNKNOWN_SUFFIX).units
        if unknown and known.quantity == 0 and abs(unknown) >= abs(known.units):
            found.append(account)
    return found


def _all_unknown(of: Component, cell: Cell) -> bool:
    """Nothing is known, and no account says otherwise."""
    unknown = set(_accounts_unknown(of, cell))
    silent = {account for account in of.accounts if _sums(of, cell, account) == NO_SUMS}
    return bool(unknown) and unknown | silent == set(of.accounts)


def _unknown_reason(of: Component, cell: Cell) -> Reason:
    return Reason(Why.UNKNOWN, tuple(_accounts_unknown(of, cell)))
