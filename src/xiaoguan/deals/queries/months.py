"""Days that a filter means, parted into whole months and what is left of the months at either end. Pure."""

from datetime import date, timedelta
from typing import Final

from xiaoguan.deals.queries.filters import UNKNOWN, Days, span

_ONE_DAY: Final = timedelta(days=1)
_LONGER_THAN_ANY_MONTH: Final = timedelta(days=31)


def in_months(days: Days | None, today: date, fiscal_start_month: int = 1) -> list[tuple[Days | None, bool]]:
    """The same days in one to three parts that do not overlap, each with whether it is of whole months.

    No filter, and the deals of which no day is known, are whole. From 20 January to 31 March: 1 February to
    31 March is, 20 to 31 January is not.
    """
    if days is None or days.word == UNKNOWN:
        return [(days, True)]
    start, end = span(days, today, fiscal_start_month)
    first = start if start is None or start.day == 1 else (start.replace(day=1) + _LONGER_THAN_ANY_MONTH).replace(day=1)
    last = end if end is None or (end + _ONE_DAY).day == 1 else end.replace(day=1) - _ONE_DAY
    if first is not None and last is not None and first > last:
        return [(Days(start=start, end=end), False)]
    parts: list[tuple[Days | None, bool]] = [(Days(start=first, end=last), True)]
    if first is not None and first != start:
        parts.append((Days(start=start, end=first - _ONE_DAY), False))
    if last is not None and last != end:
        parts.append((Days(start=last + _ONE_DAY, end=end), False))
    return parts
