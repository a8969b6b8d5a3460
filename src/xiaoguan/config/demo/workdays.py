"""The days on which the demo company works, and how busy each is: quarter-ends rush, February sleeps."""

from bisect import bisect_left
from datetime import date, timedelta
from itertools import accumulate
from typing import Final

import chinese_calendar

from xiaoguan.org.calendar import usually_worked

# How much is begun in each month, January first: budgets open in March and after the summer.
_MONTHS: Final = (0.85, 0.6, 1.2, 1.05, 1.0, 1.1, 0.9, 0.9, 1.15, 0.95, 1.1, 1.15)
_NEAR_FESTIVAL: Final = 9
_FEW: Final = 0.3
_RUSH_DAYS: Final = 8


class Workdays:
    """Working days from ``first`` on to long after ``last``, the last day of the story."""

    def __init__(self, first: date, last: date) -> None:
        self.first, self.last = first, last
        span = (last - first).days + 400
        every = (first + timedelta(days=offset) for offset in range(span))
        self._days = [day for day in every if usually_worked(day)]
        self._ends = self._quarter_ends()

    def story(self) -> list[date]:
        """The working days of the story."""
        return [day for day in self._days if day <= self.last]

    def on_or_after(self, day: date) -> date:
        return self._days[min(bisect_left(self._days, day), len(self._days) - 1)]

    def on_or_before(self, day: date) -> date:
        place = bisect_left(self._days, day)
        if place < len(self._days) and self._days[place] == day:
            return day
        return self._days[max(place - 1, 0)]

    def later(self, day: date, count: int) -> date:
        """So many working days later."""
        return self._days[min(bisect_left(self._days, day) + count, len(self._days) - 1)]

    def rush(self, day: date, within: int) -> tuple[date, ...]:
        """The last working days of the quarter, where they are at most so many days away; else none."""
        quarter = _quarter(day)
        days = self._ends.get(quarter, ())
        return tuple(other for other in days if day <= other and (other - day).days <= within)

    def shares(self) -> list[float]:
        """For each day of the story the part of all that has begun by its end."""
        weights = list(accumulate(busy(day) for day in self.story()))
        return [weight / weights[-1] for weight in weights]

    def _quarter_ends(self) -> dict[tuple[int, int], tuple[date, ...]]:
        quarters: dict[tuple[int, int], list[date]] = {}
        for day in self._days:
            quarters.setdefault(_quarter(day), []).append(day)
        return {quarter: tuple(days[-_RUSH_DAYS:]) for quarter, days in quarters.items()}


def _quarter(day: date) -> tuple[int, int]:
    return day.year, (day.month - 1) // 3


def busy(day: date) -> float:
    """How much is begun on a working day, 1 being usual."""
    near = any(_is_festival(day + timedelta(days=offset)) for offset in range(-_NEAR_FESTIVAL, _NEAR_FESTIVAL))
    return _MONTHS[day.month - 1] * (_FEW if near else 1.0)


def _is_festival(day: date) -> bool:
    try:
        return bool(chinese_calendar.get_holiday_detail(day)[1] == "Spring Festival")
    except NotImplementedError:
        return False
