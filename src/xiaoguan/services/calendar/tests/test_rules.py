"""When a task stands under which heading."""

from datetime import date

import pytest

from xiaoguan.services.calendar.rules import when


@pytest.mark.parametrize(
    ("due_on", "heading"),
    [(date(2026, 3, 1), "overdue"), (date(2026, 3, 2), "today"), (date(2026, 3, 3), "later")],
)
def test_headings(due_on: date, heading: str) -> None:
    assert when(due_on, date(2026, 3, 2)) == heading
