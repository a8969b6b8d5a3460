"""Each expected text was written by hand from the rules, not copied from the output."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiaoguan.ui import format as write

MINUS = "\u2212"


@pytest.mark.parametrize(
    ("value", "style", "chinese", "english"),
    [
        ("800000", "exact", "¥800,000.00", "¥800,000.00"),
        ("0", "exact", "¥0.00", "¥0.00"),
        ("-155000.5", "exact", f"{MINUS}¥155,000.50", f"{MINUS}¥155,000.50"),
        ("1.005", "exact", "¥1.01", "¥1.01"),
        ("-0.004", "exact", "¥0.00", "¥0.00"),
        ("799999.5", "whole", "¥800,000", "¥800,000"),
        ("1860000", "wan", "186.0 万", "¥1,860k"),
        ("98700000", "wan", "9,870.0 万", "¥98,700k"),
        ("-230000", "wan", f"{MINUS}23.0 万", f"{MINUS}¥230k"),
        ("9860", "compact", "¥9,860", "¥9,860"),
        ("9999.6", "compact", "1.0 万", "¥10k"),
        ("860000", "compact", "86.0 万", "¥860k"),
        ("999600", "compact", "100.0 万", "¥1.00M"),
        ("5900000", "compact", "590.0 万", "¥5.90M"),
        ("9999400", "compact", "999.9 万", "¥10.00M"),
        ("9999600", "compact", "1,000 万", "¥10.00M"),
        ("98700000", "compact", "9,870 万", "¥98.70M"),
        ("99996000", "compact", "1.00 亿", "¥100.00M"),
        ("102000000", "compact", "1.02 亿", "¥102.00M"),
        ("1020000000", "compact", "10.20 亿", "¥1.02B"),
    ],
)
def test_money_is_written_as_people_write_it(value: str, style: write.MoneyStyle, chinese: str, english: str) -> None:
    assert write.money(Decimal(value), style, language="zh-hans") == chinese
    assert write.money(Decimal(value), style, language="en") == english


@pytest.mark.parametrize("style", ["exact", "whole", "wan", "compact"])
def test_an_unknown_amount_is_a_dash_in_every_style(style: write.MoneyStyle) -> None:
    assert write.money(None, style) == "–"


def test_other_currencies_name_themselves_in_every_style() -> None:
    assert write.money(Decimal("1200"), currency="USD") == "US$1,200.00"
    assert write.money(Decimal("1860000"), "wan", currency="USD") == "US$186.0 万"
    assert write.money(Decimal("1200"), currency="CHF") == "CHF 1,200.00"
    assert write.money_unit("wan", currency="USD", language="en") == "US$k"
    assert write.money_unit("wan", language="zh-hans") == "万元"


def test_a_change_may_carry_its_plus() -> None:
    assert write.money(Decimal(960000), "wan", plus=True) == "+96.0 万"
    assert write.number(0, plus=True) == "0"
    assert write.number(-98, plus=True) == f"{MINUS}98"


def test_numbers_keep_their_decimals_up_to_four() -> None:
    assert write.number(1234567) == "1,234,567"
    assert write.number(Decimal("51.7800")) == "51.78"
    assert write.number(Decimal("0.123456")) == "0.1235"
    assert write.number(Decimal("1000")) == "1,000"
    assert write.number(0.1) == "0.1"
    assert write.number(None) == "–"


def test_ratios_become_percent_and_their_differences_points() -> None:
    assert write.percent(Decimal("0.5478")) == "54.8%"
    assert write.percent(1) == "100.0%"
    assert write.percent(None) == "–"
    assert write.points(Decimal("-0.04"), "zh-hans") == f"{MINUS}4.0 点"
    assert write.points(Decimal("0.115"), "en", plus=True) == "+11.5 pts"


def test_lengths_in_days() -> None:
    assert write.days(Decimal("51.78"), "zh-hans") == "51.8 天"
    assert write.days(57, "en") == "57 days"
    assert write.days(1, "en") == "1 day"
    assert write.days(None, "en") == "–"


def test_days_in_both_languages() -> None:
    day = date(2026, 11, 23)
    assert write.day(day) == "11-23 周一"
    assert write.day(day, "long") == "2026-11-23"
    assert write.day(date(2026, 12, 6), "narrow") == "12/06"
    assert write.day(day, language="en") == "Mon 23 Nov"
    assert write.day(day, "long", language="en") == "23 Nov 2026"
    assert write.day(day, "narrow", language="en") == "23 Nov"
    assert write.day(None) == "–"


@pytest.mark.parametrize(
    ("ago", "chinese", "english"),
    [
        (timedelta(seconds=30), "刚刚", "just now"),
        (timedelta(minutes=8), "8 分钟前", "8 min ago"),
        (timedelta(hours=23, minutes=59), "23 小时前", "23 h ago"),
        (-timedelta(minutes=90), "1 小时后", "in 1 h"),
        (timedelta(hours=24), "11-22 周日 10:30", "Sun 22 Nov 10:30"),
        (timedelta(days=400), "2025-10-19 10:30", "19 Oct 2025 10:30"),
    ],
)
def test_moments_are_relative_for_a_day(ago: timedelta, chinese: str, english: str) -> None:
    now = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
    assert write.moment(now - ago, now) == chinese
    assert write.moment(now - ago, now, language="en") == english


AMOUNTS = st.decimals(min_value=-(10**12), max_value=10**12, places=4)


@given(AMOUNTS)
def test_the_exact_form_reads_back_to_the_amount_at_two_decimals(value: Decimal) -> None:
    shown = write.money(value).replace("¥", "").replace(",", "").replace(MINUS, "-")
    assert abs(Decimal(shown) - value) <= Decimal("0.005")


@given(AMOUNTS, st.sampled_from(["exact", "whole", "wan", "compact"]), st.sampled_from(["zh-hans", "en"]))
def test_the_opposite_amount_differs_by_its_minus_alone(value: Decimal, style: write.MoneyStyle, language: str) -> None:
    one, other = (write.money(amount, style, language=language) for amount in (abs(value), -abs(value)))
    assert other.removeprefix(MINUS) == one
    assert "-" not in other


@pytest.mark.parametrize(
    ("largest", "chinese", "english"),
    [
        ("0", ("0", "元"), ("0", "¥")),
        ("-99999", ("99,999", "元"), ("99,999", "¥")),
        ("1860000", ("186.0", "万元"), ("1,860", "¥k")),
        ("9990000", ("999.0", "万元"), ("9,990", "¥k")),
        ("35170000", ("3,517", "万元"), ("35.17", "¥M")),
        ("109190000", ("10,919", "万元"), ("109.2", "¥M")),
        ("3210000000", ("32.10", "亿元"), ("3,210", "¥M")),
        ("45600000000", ("456.0", "亿元"), ("45.60", "¥B")),
    ],
)
def test_a_chart_has_one_unit_by_its_largest_amount(
    largest: str, chinese: tuple[str, str], english: tuple[str, str]
) -> None:
    for language, expected in (("zh-hans", chinese), ("en", english)):
        axis = write.money_axis(Decimal(largest), language=language)
        assert (write.number(abs(Decimal(largest)) / axis.divisor, axis.places), axis.unit) == expected


def test_another_currency_of_a_chart_names_itself() -> None:
    assert write.money_axis(10**8, currency="USD").unit == "万 USD"
    assert write.money_axis(5, currency="USD").unit == "US$"
    assert write.money_axis(10**8, currency="USD", language="en").unit == "US$M"


@given(st.integers(-(10**11), 10**11), st.sampled_from(["zh-hans", "en"]))
def test_the_largest_label_of_a_chart_is_short(value: int, language: str) -> None:
    axis = write.money_axis(value, language=language)
    assert len(write.number(Decimal(abs(value)) / axis.divisor, axis.places)) <= len("100,000")


@given(AMOUNTS)
def test_a_figure_alone_never_shows_five_digits_before_its_unit_in_english(value: Decimal) -> None:
    digits = write.money_parts(value, "compact", language="en").digits
    assert len(digits.split(".")[0].replace(",", "")) <= 4


@pytest.mark.parametrize(("count", "said"), [(0, "0"), (999, "999"), (1_000, "999+")])
def test_a_count_that_stopped_says_so(count: int, said: str) -> None:
    assert write.up_to(count) == said
