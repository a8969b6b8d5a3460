"""Cells: what people type is understood exactly, or refused with the reason."""

from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiaoguan.services.transfer.values import (
    Amount,
    Unreadable,
    cell_error,
    decide_order,
    from_serial,
    parse_amount,
    parse_bool,
    parse_choice,
    parse_date,
    parse_int,
    parse_text,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1200", "1200"), ("1,200", "1200"), ("1,200.50", "1200.5"), ("￥1,200.00", "1200"), ("¥1200", "1200"),
        ("1.2万", "12000"), ("1.2 万元", "12000"), ("3.5亿", "350000000"), ("2千", "2000"), ("10w", "100000"),
        ("1.5k", "1500"), ("3百万", "3000000"), ("１２００", "1200"), ("１，２００．５", "1200.5"), ("1200元", "1200"),
        ("RMB 1200", "1200"), ("人民币1200元", "1200"), ("CNY1,200", "1200"), ("1200 ", "1200"),
        ("\u3000 1200", "1200"),
        ("(1,200)", "-1200"), ("（1,200）", "-1200"), ("−500", "-500"), ("-500", "-500"), ("¥-500", "-500"),
        ("-¥500", "-500"), ("500-", "-500"), ("1 200 000", "1200000"), ("0", "0"), ("-0", "0"), (".5", "0.5"),
        ("1200.0000", "1200"), ("1.2345", "1.2345"), ("1.23450000", "1.2345"), ("99999999999.9999", "99999999999.9999"),
    ],
)  # fmt: skip
def test_amounts_as_people_write_them(text: str, value: str) -> None:
    amount = parse_amount(text)
    assert isinstance(amount, Amount)
    assert amount.value == Decimal(value)
    assert str(amount.value) == str(Decimal(value) + 0)


@pytest.mark.parametrize("text", ["", " ", "-", "–", "—", "N/A", "n/a", "null", "无", "暂无", "－", "　"])
def test_nothing_is_none(text: str) -> None:
    assert parse_amount(text) is None
    assert parse_date(text) is None
    assert parse_int(text) is None
    assert parse_choice(text) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("约五百", "not a number"), ("面议", "not a number"), ("12abc", "not a number"), ("1,20", "comma"),
        ("1.200,50", "comma"), ("1,2000", "not a number"), ("12%", "percentage"), ("1.2E+05", "shortened"),
        ("1.23456", "four decimals"), ("0.00000001万", None), ("0.000000001万", "four decimals"), ("(−5)", "sign"),
        ("999999999999", "larger"), ("$5 CNY", "two currencies"), ("(5", "not a number"), ("1.2.3", "not a number"),
    ],
)  # fmt: skip
def test_what_is_no_amount_says_why(text: str, reason: str | None) -> None:
    answer = parse_amount(text)
    if reason is None:
        assert isinstance(answer, Amount)
    else:
        assert isinstance(answer, Unreadable)
        assert reason in str(answer.reason)
        assert str(answer.hint)


def test_a_numeral_is_suggested_never_taken() -> None:
    answer = parse_amount("约五百")
    assert isinstance(answer, Unreadable)
    assert "500" in str(answer.hint)
    for text, number in [("三千二百", "3200"), ("两万五千", "25000"), ("一亿", "100000000"), ("壹拾贰", "12")]:
        guess = parse_amount(text)
        assert isinstance(guess, Unreadable)
        assert number in str(guess.hint)


def test_the_currency_in_a_cell_is_told() -> None:
    pairs = [("$1,200", "USD"), ("￥5", "CNY"), ("5 EUR", "EUR"), ("HK$5", "HKD"), ("5", None), ("US$ 1.5m", "USD")]
    for text, currency in pairs:
        amount = parse_amount(text)
        assert isinstance(amount, Amount)
        assert amount.currency == currency


def test_a_header_in_wan_multiplies() -> None:
    amount, negative = parse_amount("350", 10_000), parse_amount("-1", 1)
    assert isinstance(amount, Amount)
    assert isinstance(negative, Amount)
    assert (amount.value, amount.negative, negative.negative) == (Decimal(3_500_000), False, True)


amounts = st.integers(-999_999_999_999_999, 999_999_999_999_999).map(lambda n: Decimal(n).scaleb(-4))


@given(amounts)
def test_any_amount_comes_back_however_it_is_dressed(value: Decimal) -> None:
    plain = format(abs(value), "f")
    sign = "-" if value < 0 else ""
    wide = plain.translate(str.maketrans("0123456789.", "０１２３４５６７８９．"))
    dressed = [sign + plain, f"{value:,f}", f"{sign}¥{plain}", f"{sign}{plain}元", sign + wide, f" {sign}{plain} "]
    if value < 0:
        dressed += [f"({plain})", f"−{plain}", f"{plain}-"]
    for text in dressed:
        amount = parse_amount(text)
        assert isinstance(amount, Amount), text
        assert amount.value == value, text


@given(st.text(max_size=30))
def test_no_text_breaks_a_parser(text: str) -> None:
    for parse in (parse_amount, parse_date, parse_int, parse_bool, parse_text, parse_choice):
        parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-05", "2026-3-5", "2026/3/5", "2026.3.5", "2026. 3. 5", "20260305", "2026年3月5日", "2026年03月05日",
        "２０２６年３月５日", "2026年 3月 5日", "5 Mar 2026", "5-Mar-2026", "05 March 2026", "Mar 5, 2026",
        "March 5th, 2026",
        "Thu, 5 Mar 2026", "46086", "46086.75", "2026-03-05 12:30:00", "2026-03-05T12:30", "2026/3/5 9:05",
        "2026/3/5 下午3:05", "2026年3月5日 15时30分", "3/5/2026 12:00:00 AM", "2026-03-05 00:00:00.000", "05.03.2026",
        "2026-03-05T12:30:00Z",
    ],
)  # fmt: skip
def test_days_as_people_write_them(text: str) -> None:
    assert parse_date(text, "mdy") == date(2026, 3, 5)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2026-02-30", "does not exist"), ("2026/13/1", "does not exist"), ("20260230", "does not exist"),
        ("31/04/2026", "does not exist"), ("2026-03", "without a day"), ("2026年3月", "without a day"),
        ("202603", "without a day"), ("5/3/26", "two digits"), ("5-Mar-26", "two digits"), ("明天", "not a date"),
        ("1026-03-05", "year"), ("2026-03-05 25:00", "not a date"), ("12", "not a date"), ("Q1 2026", "not a date"),
        ("30 Feb 2026", "does not exist"), ("9999-12-31", "year"), ("二〇二六年三月", "not a date"),
    ],
)  # fmt: skip
def test_what_is_no_day_says_why(text: str, reason: str) -> None:
    answer = parse_date(text)
    assert isinstance(answer, Unreadable)
    assert reason in str(answer.reason)


def test_a_day_that_could_be_two_is_never_guessed() -> None:
    answer = parse_date("03/04/2026")
    assert isinstance(answer, Unreadable)
    assert answer.ambiguous
    assert "2026-04-03" in str(answer.reason)
    assert "2026-03-04" in str(answer.reason)
    assert parse_date("03/04/2026", "dmy") == date(2026, 4, 3)
    assert parse_date("03/04/2026", "mdy") == date(2026, 3, 4)
    assert parse_date("05/05/2026") == date(2026, 5, 5)
    assert parse_date("25/12/2026") == parse_date("12/25/2026") == date(2026, 12, 25)


def test_a_column_decides_how_its_days_are_meant() -> None:
    assert decide_order(["03/04/2026", "25/12/2026"]) == "dmy"
    assert decide_order(["03/04/2026", "12/25/2026 10:00"]) == "mdy"
    assert decide_order(["03/04/2026", "25/12/2026", "12/25/2026"]) is None
    assert decide_order(["03/04/2026", "2026-12-25", "25.12.2026", ""]) is None


def test_a_moment_with_an_offset_is_the_companys_day() -> None:
    shanghai = ZoneInfo("Asia/Shanghai")
    assert parse_date("2026-03-05T20:00:00Z", None, False, shanghai) == date(2026, 3, 6)
    assert parse_date("2026-03-05T20:00:00+08:00", None, False, shanghai) == date(2026, 3, 5)
    assert parse_date("2026-03-05T20:00:00", None, False, shanghai) == date(2026, 3, 5)


def test_serial_days_know_the_leap_day_that_never_was() -> None:
    assert (from_serial(1), from_serial(59), from_serial(61)) == (date(1900, 1, 1), date(1900, 2, 28), date(1900, 3, 1))
    assert from_serial(45_000) == date(2023, 3, 15)
    assert from_serial(0, from_1904=True) == date(1904, 1, 1)
    assert from_serial(45_000 - 1_462, from_1904=True) == from_serial(45_000)
    for wrong in (60, 0, -1):
        with pytest.raises(ValueError, match=str(wrong)):
            from_serial(wrong)


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_any_day_comes_back_however_it_is_written(day: date) -> None:
    texts = [
        day.isoformat(), f"{day.year}/{day.month}/{day.day}", f"{day.year}.{day.month}.{day.day}", f"{day:%Y%m%d}",
        f"{day.year}年{day.month}月{day.day}日", f"{day.day} {day:%b} {day.year}", f"{day:%B} {day.day}, {day.year}",
        f"{day} 23:59:59", f"{day.day:02}.{day.month:02}.{day.year}",
    ]  # fmt: skip
    assert [parse_date(text) for text in texts] == [day] * len(texts)
    assert parse_date(f"{day.day}/{day.month}/{day.year}", "dmy") == day
    assert parse_date(f"{day.month}/{day.day}/{day.year}", "mdy") == day


@given(st.integers(61, 80_000))
def test_serials_count_days(serial: int) -> None:
    assert from_serial(serial + 1) - from_serial(serial) == timedelta(days=1)


def test_whole_numbers() -> None:
    assert [parse_int(text) for text in ("1200", "1,200", "１２", "1.2万", "-3", "1200.0")] == [
        1200,
        1200,
        12,
        12000,
        -3,
        1200,
    ]
    assert all(isinstance(parse_int(text), Unreadable) for text in ("1.5", "¥3", "abc"))


def test_yes_and_no() -> None:
    assert [parse_bool(text) for text in ("是", "Yes", "TRUE", "1", "√")] == [True] * 5
    assert [parse_bool(text) for text in ("否", "no", "FALSE", "0", "无")] == [False] * 5
    assert parse_bool("") is None
    assert isinstance(parse_bool("也许"), Unreadable)


def test_text_keeps_phones_and_codes_and_refuses_shortened_ones() -> None:
    assert parse_text(" 013805121141 ") == "013805121141"
    assert parse_text("N/A") == "N/A"
    assert parse_text("") is None
    assert isinstance(parse_text("9.13205E+16"), Unreadable)
    assert isinstance(parse_text("x" * 11, 10), Unreadable)


def test_errors_of_the_spreadsheet_are_seen() -> None:
    assert cell_error("#DIV/0!") is not None
    assert cell_error("#FORMULA!") is not None
    assert cell_error("# 1 customer") is None
