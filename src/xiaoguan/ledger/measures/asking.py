"""One question: which measures, when, by what, for whom, as organised when, as known when."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from xiaoguan.ledger.measures.dimensions import DIMENSIONS, Sort, Value
from xiaoguan.ledger.measures.language import Filter, Measure
from xiaoguan.lib.periods import Period
from xiaoguan.org.scope import Scope

EVERYBODY: Final = Scope(everything=True)


class Organisation(StrEnum):
    """Figures by the organisation of then, or regrouped by that of today (each person's unit of today)."""

    THEN = "then"
    NOW = "now"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A question about some measures; one scan of the ledger answers all that read it in the same way.

    ``scope`` is what the viewer may see, ``within`` narrows to units and what was below them. ``known_on`` leaves out
    what was not known by the end of that day. ``due`` leaves out what is not expected to close within it: a balance
    then is that of what should close in these days. ``today`` is the company's day: nothing here looks at a clock.
    """

    measures: tuple[Measure, ...]
    period: Period
    today: date
    by: tuple[str, ...] = ()
    scope: Scope = EVERYBODY
    within: frozenset[int] = frozenset()
    org: Organisation = Organisation.THEN
    known_on: date | None = None
    filters: tuple[Filter, ...] = ()
    due: Period | None = None

    def __post_init__(self) -> None:
        for name in self.by:
            if name not in DIMENSIONS:
                raise ValueError(f"no such dimension: {name}")
        if sum(DIMENSIONS[name].sort is Sort.TIME for name in self.by) > 1 or len(set(self.by)) < len(self.by):
            raise ValueError("a question is grouped once by time and once by each other dimension")


def stretches(period: Period, dimension: str) -> list[Period]:
    """The months, quarters, weeks or days of a period, cut to its ends."""
    if dimension == "day":
        days = (period.start + timedelta(days=number) for number in range(period.days))
        return [Period(day, day, period.fiscal_start_month) for day in days]
    return period.split(dimension)


def time_key(part: Period) -> str:
    """What names a stretch of time in an answer: 2017-03, 2017-Q1, or the day."""
    return str(part.start) if part.start == part.end else part.key


def member_of_group(ask: Ask, key: tuple[Value, ...]) -> Ask:
    """The question whose whole is one group of this one: its dimensions become filters, its time the period."""
    period, filters = ask.period, list(ask.filters)
    for name, item in zip(ask.by, key, strict=True):
        if DIMENSIONS[name].sort is not Sort.TIME:
            filters.append(Filter(name, (item,)))
        else:
            period = next(part for part in stretches(ask.period, name) if time_key(part) == item)
    return replace(ask, by=(), period=period, filters=tuple(filters))
