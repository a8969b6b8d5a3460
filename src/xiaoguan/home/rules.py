"""Whose home looks how, since when something moved, and with which day a running period is compared. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

from xiaoguan.lib.periods import Period, containing

OFFICE: Final = frozenset({
    "imports.run", "org.manage", "roles.manage", "periods.close", "books.reconcile",
})  # fmt: skip
PERIODS: Final = ("month", "quarter", "year")
_PERIODS_A_YEAR: Final = {"month": 12, "quarter": 4, "year": 1}


class Home(StrEnum):
    """The kinds of homes, as an address names them."""

    DAY = "day"  # a seller's own
    TEAM = "team"  # whoever answers for others
    COMPANY = "company"  # whoever answers for all
    OFFICE = "office"  # whoever keeps things in order


def homes(roles: Iterable[Mapping[str, str]]) -> list[Home]:
    """The homes of somebody with these roles, the one to begin with first: what he answers for, then his own day, then
    the office. Whoever holds nothing has the office, which says what to do."""
    held = list(roles)
    selling = [role for role in held if not OFFICE & role.keys()]
    found: list[Home] = [home for home in (Home.COMPANY, Home.TEAM) if any(_answers(role) is home for role in selling)]
    found += [Home.DAY] if any({"deals.edit", "tasks.view"} <= role.keys() for role in selling) else []
    office = [role for role in held if OFFICE & role.keys()]
    found += [Home.OFFICE] if office or not found else []
    found += [Home.COMPANY] if any(_answers(role) is Home.COMPANY for role in office) else []
    return list(dict.fromkeys(found))


def _answers(role: Mapping[str, str]) -> Home | None:
    return {"company": Home.COMPANY, "subtree": Home.TEAM, "team": Home.TEAM}.get(role.get("measures.view", ""))


def last_monday(today: date) -> date:
    """The Monday of the week before: since then a week's movement can be told, on a Monday too."""
    return today - timedelta(days=today.weekday() + 7)


def year_before(period: Period) -> Period:
    """The same month, quarter or year one year earlier."""
    for _step in range(_PERIODS_A_YEAR[period.kind]):
        period = period.previous()
    return period


def months_back(today: date, months: int) -> Period:
    """So many months, the one of today being the last, up to today."""
    first = containing(today, "month")
    for _step in range(months - 1):
        first = first.previous()
    return Period(first.start, today)


def share(part: Decimal, whole: Decimal | None) -> Decimal | None:
    """A part of a whole as a ratio; None where there is no whole."""
    return part / whole if whole and whole > 0 else None


def main_cause(changes: Mapping[int, Decimal], total: Decimal) -> int | None:
    """Which group changed most in the direction in which the whole did; None where the whole did not change or no
    group goes with it."""
    with_it = {key: change for key, change in changes.items() if change * total > 0}
    return max(with_it, key=lambda key: (abs(with_it[key]), -key), default=None)
