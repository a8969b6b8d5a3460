"""From sums to figures: pure, exact integers until the one division at the edge."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
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


@dataclass(slots=True, kw_only=True)  # not frozen: a report makes 1,500 of them, and freezing takes as long as all else
class Figure:
    """A figure with what it was made of. Nobody changes it.

    ``numerator`` and ``denominator`` are as stored (money and days in 1/10,000); ``denominator`` is None where nothing
    was divided. ``count`` says how many records are behind it, ``unknown`` how many of them have no known amount.
    """

    value: Decimal | None
    numerator: int
    denominator: int | None = None
    count: int = 0
    unknown: int = 0
    reason: Reason | None = None

    @property
    def is_something(self) -> bool:
        """Whether anything stands behind it, known or not."""
        return bool(self.count or self.numerator or self.unknown)


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


class _Found(NamedTuple):
    """What a cell holds of a component: what its accounts add up to, how many records they count and how many of these
    have no known amount. ``by_account`` has the sums of each account and its unknown ones, in the same order."""

    of: Component
    amount: int
    units: int
    without_amount: int
    by_account: list[tuple[Sums, int]]

    def accounts_unknown(self) -> tuple[str, ...]:
        """The accounts of which nothing is known although something happened."""
        if not self.without_amount and not any(unknown for _known, unknown in self.by_account):
            return ()
        return tuple(
            account
            for account, (known, unknown) in zip(self.of.accounts, self.by_account, strict=True)
            if unknown and known.quantity == 0 and abs(unknown) >= abs(known.units)
        )

    def all_unknown(self) -> bool:
        """Nothing is known, and no account says otherwise."""
        unknown = self.accounts_unknown()
        if not unknown:
            return False
        rows = zip(self.of.accounts, self.by_account, strict=True)
        return all(account in unknown or known == NO_SUMS for account, (known, _unknown) in rows)

    def reason(self) -> Reason:
        return Reason(Why.UNKNOWN, self.accounts_unknown())


@cache
def _sources(of: Component) -> tuple[tuple[Source, Source], ...]:
    """Where the sums of each account stand, and those of its companion that counts unknown amounts."""
    return tuple((Source(of.where, name), Source(of.where, name + UNKNOWN_SUFFIX)) for name in of.accounts)


def _found(of: Component, cell: Cell) -> _Found:
    quantity = units = unknown = 0
    by_account = []
    for own, companion in _sources(of):
        known, missing = cell.get(own, NO_SUMS), cell.get(companion, NO_SUMS).units
        quantity += known.quantity
        units += known.units
        unknown += missing
        by_account.append((known, missing))
    return _Found(of, quantity if of.field is Field.QUANTITY else units, units, unknown, by_account)


def _total(of: Component, cell: Cell) -> Figure:
    found = _found(of, cell)
    amount, count = found.amount, found.units
    if of.field is Field.UNITS:
        return Figure(value=Decimal(amount), numerator=amount, count=count)
    unknown = found.without_amount
    if found.all_unknown():
        return Figure(value=None, numerator=amount, count=count, unknown=unknown, reason=found.reason())
    return Figure(value=from_stored(amount), numerator=amount, count=count, unknown=unknown)


def _ratio(over: Component, under: Component, cell: Cell) -> Figure:
    above, below = _found(over, cell), _found(under, cell)
    parts = [part for part in (above, below) if part.of.field is Field.QUANTITY]
    accounts = tuple(dict.fromkeys(name for part in parts for name in part.accounts_unknown()))
    # A record counted above stands below as well, so the unknown ones are those of the larger part.
    unknown = max((part.without_amount for part in parts), default=0)
    value = None if accounts else divide(above.amount, below.amount)
    reason = Reason(Why.UNKNOWN, accounts) if accounts else Reason(Why.NOT_POSITIVE) if value is None else None
    return Figure(
        value=value,
        numerator=above.amount,
        denominator=below.amount,
        count=below.units,
        unknown=unknown,
        reason=reason,
    )


def _mean(of: Component, cell: Cell) -> Figure:
    found = _found(of, cell)
    amount, count, unknown = found.amount, found.units, found.without_amount
    known = count - unknown
    value = divide(amount, known * SCALE)
    reason = None
    if value is None:
        reason = found.reason() if found.all_unknown() else Reason(Why.NOT_POSITIVE)
    return Figure(value=value, numerator=amount, denominator=known, count=count, unknown=unknown, reason=reason)


def _median(of: Component, cell: Cell, middle: Middle | None) -> Figure:
    found = _found(of, cell)
    unknown = found.without_amount
    if middle is None or not middle.many:
        reason = found.reason() if found.all_unknown() else Reason(Why.NOT_POSITIVE)
        return Figure(value=None, numerator=0, denominator=0, unknown=unknown, reason=reason)
    value = divide(middle.quantity, middle.taken * SCALE)
    return Figure(value=value, numerator=middle.quantity, denominator=middle.taken, count=middle.many, unknown=unknown)
