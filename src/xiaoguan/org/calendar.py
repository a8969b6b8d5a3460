"""The company's calendar: its fiscal periods and its working days.

Chinese holidays with their swapped days come from the published calendar as far as it goes; the Holiday
table overrides it. Beyond it only weekends are known to be free, and the answer says so.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import chinese_calendar

from xiaoguan.lib.periods import Period, containing
from xiaoguan.org.company import company
from xiaoguan.org.models import Holiday
from xiaoguan.org.tree import UnitTree

_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """How many days are worked; ``unpublished`` lists the years whose holidays are not announced yet."""

    count: int
    unpublished: tuple[int, ...] = ()


def current(kind: str, today: date) -> Period:
    """The fiscal year, half, quarter, the month or the week in which a day falls."""
    return containing(today, kind, company().fiscal_start_month)


def working_days(start: date, end: date) -> WorkingDays:
    """The days worked from ``start`` to ``end``, both included; none where the end is before the start."""
    own = declared()
    count, unpublished = 0, set()
    for offset in range((end - start).days + 1):
        day = start + timedelta(days=offset)
        kind = own.get(day)
        if kind is None:
            worked = published(day)
            if worked is None:
                unpublished.add(day.year)
                worked = day.weekday() < _SATURDAY
        else:
            worked = kind == Holiday.Kind.WORK
        count += worked
    return WorkingDays(count, tuple(sorted(unpublished)))


def declared() -> dict[date, str]:
    """What the company itself says of days, kept. Do not change the answer."""
    return UnitTree.load().kept("declared days", lambda: dict(Holiday.objects.values_list("day", "kind")))


def worked_so_far(period: Period, today: date) -> tuple[int, int]:
    """How many working days of a period are gone with today, and how many it has."""
    own = declared()
    days = [period.start + timedelta(days=offset) for offset in range(period.days)]
    worked = [day for day in days if _worked(day, own)]
    return sum(day <= today for day in worked), len(worked)


def same_working_day(period: Period, gone: int) -> date:
    """The day of a period on which as many days were worked as ``gone`` says; its last day where it has fewer."""
    own = declared()
    for offset in range(period.days):
        day = period.start + timedelta(days=offset)
        gone -= _worked(day, own)
        if gone <= 0:
            return day
    return period.end


def _worked(day: date, own: dict[date, str]) -> bool:
    if day in own:
        return own[day] == Holiday.Kind.WORK
    return usually_worked(day)


def unpublished(start: date, end: date) -> tuple[int, ...]:
    """The years between two days whose holidays nobody has announced or entered yet."""
    years = [year for year in range(start.year, end.year + 1) if published(date(year, 1, 1)) is None]
    entered = {day.year for day in declared()}
    return tuple(year for year in years if year not in entered)


def is_working_day(day: date) -> bool:
    """Whether a day is worked."""
    return working_days(day, day).count == 1


def usually_worked(day: date) -> bool:
    """Whether a day is worked where a company has no days of its own: Monday to Friday in years nobody announced."""
    worked = published(day)
    return day.weekday() < _SATURDAY if worked is None else worked


@lru_cache(maxsize=4000)
def published(day: date) -> bool | None:
    """Whether the published calendar has a day worked; None for years it does not know.

    Kept, because the library reads through its whole calendar for each day, and every page counts the quarter's days.
    """
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return None
