from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from xiaoguan.lib.periods import KINDS, Period, containing, parse_period
from xiaoguan.lib.refusal import Refusal

DAYS = st.dates(date(1990, 1, 1), date(2090, 1, 1))
MONTHS = st.integers(1, 12)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2017", "2017-01-01", "2017-12-31"),
        ("2017-H2", "2017-07-01", "2017-12-31"),
        ("2017-Q2", "2017-04-01", "2017-06-30"),
        ("2017-q4", "2017-10-01", "2017-12-31"),
        ("2016-02", "2016-02-01", "2016-02-29"),
        ("2017-W01", "2017-01-02", "2017-01-08"),
        ("2020-W53", "2020-12-28", "2021-01-03"),
        (" 2017-01-05..2017-03-31 ", "2017-01-05", "2017-03-31"),
    ],
)
def test_texts_name_periods(text, start, end):
    assert parse_period(text) == Period(date.fromisoformat(start), date.fromisoformat(end))


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026", "2025-04-01", "2026-03-31"),
        ("2026-H2", "2025-10-01", "2026-03-31"),
        ("2026-Q1", "2025-04-01", "2025-06-30"),
        ("2026-Q4", "2026-01-01", "2026-03-31"),
        ("2026-03", "2026-03-01", "2026-03-31"),
    ],
)
def test_a_fiscal_year_bears_the_number_of_the_year_in_which_it_ends(text, start, end):
    period = parse_period(text, 4)
    assert period == Period(date.fromisoformat(start), date.fromisoformat(end))
    assert period.key == text


@pytest.mark.parametrize("text", ["", "17", "2017-Q5", "2017-13", "2017-W54", "2017-02-30..2017-03-01", "soon"])
def test_other_texts_are_refused(text):
    with pytest.raises(Refusal):
        parse_period(text)


def test_a_range_that_ends_before_it_starts_is_refused():
    with pytest.raises(Refusal):
        parse_period("2017-03-31..2017-01-01")


def test_labels_in_both_languages():
    quarter = parse_period("2026-Q4")
    with override("en"):
        assert quarter.label == "FY2026 Q4"
        assert parse_period("2026").label == "FY2026"
        assert parse_period("2026-11").label == "November 2026"
        assert parse_period("2026-W47").label == "2026 W47"
        assert parse_period("2026-01-01..2026-01-05").label == "2026-01-01 – 2026-01-05"
    with override("zh-hans"):
        assert quarter.label == "2026 财年 Q4"
        assert parse_period("2026", 4).label == "2026 财年"
        assert parse_period("2026-11").label == "2026年11月"


def test_the_one_before_and_the_one_after():
    assert parse_period("2017-Q1").previous() == parse_period("2016-Q4")
    assert parse_period("2017-12").next() == parse_period("2018-01")
    assert parse_period("2017-01-11..2017-01-20").previous() == parse_period("2017-01-01..2017-01-10")


@given(DAYS, st.integers(0, 800), MONTHS, st.sampled_from(KINDS))
def test_parts_cover_the_whole_exactly(start, length, month, kind):
    whole = Period(start, start + timedelta(days=length), month)
    parts = whole.split(kind)
    assert (parts[0].start, parts[-1].end) == (whole.start, whole.end)
    assert all(a.end + timedelta(days=1) == b.start for a, b in pairwise(parts))
    assert sum(part.days for part in parts) == whole.days
    assert all(part == containing(part.start, kind, month) for part in parts[1:-1]), "inner parts are whole"


@given(DAYS, MONTHS, st.sampled_from(KINDS))
def test_a_period_is_named_by_its_key(day, month, kind):
    period = containing(day, kind, month)
    assert day in period
    assert period.kind == kind
    assert parse_period(period.key, month) == period


@given(DAYS, MONTHS, st.sampled_from(KINDS))
def test_before_and_after_touch(day, month, kind):
    period = containing(day, kind, month)
    assert period.previous().next() == period
    assert period.previous().end + timedelta(days=1) == period.start
