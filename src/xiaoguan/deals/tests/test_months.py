"""Days of a filter in whole months and the rest."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiaoguan.deals.queries.filters import Days, span
from xiaoguan.deals.queries.months import in_months

TODAY = date(2026, 11, 28)
DAYS = st.none() | st.dates(date(2023, 11, 1), date(2024, 4, 30))


def whole(start: date | None, end: date | None) -> tuple[Days, bool]:
    return Days(start=start, end=end), True


def rest(start: date, end: date) -> tuple[Days, bool]:
    return Days(start=start, end=end), False


@pytest.mark.parametrize(
    ("days", "parts"),
    [
        (None, [(None, True)]),
        (Days(word="none"), [(Days(word="none"), True)]),
        (Days(word="quarter"), [whole(date(2026, 10, 1), date(2026, 12, 31))]),
        (Days(word="week"), [rest(date(2026, 11, 23), date(2026, 11, 29))]),
        (Days(word="overdue"), [whole(None, date(2026, 10, 31)), (rest(date(2026, 11, 1), date(2026, 11, 27)))]),
        (
            Days(start=date(2024, 1, 20), end=date(2024, 4, 15)),
            [
                whole(date(2024, 2, 1), date(2024, 3, 31)),
                rest(date(2024, 1, 20), date(2024, 1, 31)),
                rest(date(2024, 4, 1), date(2024, 4, 15)),
            ],
        ),
        (Days(start=date(2024, 1, 20), end=date(2024, 2, 10)), [rest(date(2024, 1, 20), date(2024, 2, 10))]),
        (Days(start=date(2024, 12, 31)), [whole(date(2025, 1, 1), None), rest(date(2024, 12, 31), date(2024, 12, 31))]),
    ],
)
def test_worked_examples(days: Days | None, parts: list[tuple[Days | None, bool]]) -> None:
    assert in_months(days, TODAY) == parts


@given(DAYS, DAYS)
def test_the_parts_are_the_days_once_each(start: date | None, end: date | None) -> None:
    if start is not None and end is not None and start > end:
        start, end = end, start
    parts = in_months(Days(start=start, end=end), TODAY)
    for n in range(-40, 240):
        day = date(2023, 11, 1) + timedelta(days=n)
        meant = (start is None or start <= day) and (end is None or day <= end)
        assert sum(within(part, day) for part, _whole in parts) == meant
    for part, is_whole in parts:
        if is_whole and part is not None:
            assert part.start is None or part.start.day == 1
            assert part.end is None or (part.end + timedelta(days=1)).day == 1


def within(part: Days | None, day: date) -> bool:
    first, last = span(part or Days(), TODAY, 1)
    return (first is None or first <= day) and (last is None or day <= last)
