"""When a task stands under which heading, and which activities cannot be."""

from datetime import UTC, date, datetime

import pytest

from xiaoguan.lib.refusal import Refusal
from xiaoguan.services.calendar.rules import check_activity, when


@pytest.mark.parametrize(
    ("due_on", "heading"),
    [(date(2026, 3, 1), "overdue"), (date(2026, 3, 2), "today"), (date(2026, 3, 3), "later")],
)
def test_headings(due_on: date, heading: str) -> None:
    assert when(due_on, date(2026, 3, 2)) == heading


def test_an_activity_before_all_calendars_is_a_typing_error() -> None:
    at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    check_activity(happened_at=datetime(1990, 1, 1, tzinfo=UTC), minutes=None, at=at)
    with pytest.raises(Refusal) as refused:
        check_activity(happened_at=datetime(1, 1, 1, tzinfo=UTC), minutes=None, at=at)
    assert refused.value.field == "happened_at"
