"""Whose home looks how, and how changes are told, by examples worked out by hand."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from xiaoguan.deals.rules import longest_rest, rests_too_long
from xiaoguan.home.rules import Home, homes, last_monday, main_cause, months_back, share, year_before
from xiaoguan.lib.periods import Period, parse_period
from xiaoguan.org.roles import DEFAULT_ROLES

ROLES = {role.key: role.grants for role in DEFAULT_ROLES}


def test_each_default_role_begins_where_its_work_does() -> None:
    first = {key: homes([grants])[0] for key, grants in ROLES.items()}
    assert first == {
        "administrator": Home.OFFICE, "director": Home.COMPANY, "manager": Home.TEAM, "representative": Home.DAY,
        "operations": Home.OFFICE, "finance": Home.OFFICE, "hr": Home.OFFICE,
    }  # fmt: skip


def test_several_roles_give_several_homes() -> None:
    assert homes([ROLES["administrator"], ROLES["manager"]]) == [Home.TEAM, Home.DAY, Home.OFFICE, Home.COMPANY]
    assert homes([ROLES["hr"]]) == [Home.OFFICE]
    assert homes([]) == [Home.OFFICE]


def test_a_week_can_be_told_on_a_monday_too() -> None:
    assert last_monday(date(2026, 11, 23)) == date(2026, 11, 16)
    assert last_monday(date(2026, 11, 29)) == date(2026, 11, 16)
    assert last_monday(date(2026, 11, 30)) == date(2026, 11, 23)


def test_periods_a_year_before_and_months_back() -> None:
    assert year_before(parse_period("2026-Q4")) == parse_period("2025-Q4")
    assert year_before(parse_period("2026-03")) == parse_period("2025-03")
    assert year_before(parse_period("2026")) == parse_period("2025")
    assert months_back(date(2026, 11, 27), 24) == Period(date(2024, 12, 1), date(2026, 11, 27))


def test_the_main_cause_goes_with_the_whole() -> None:
    assert main_cause({1: Decimal(50), 2: Decimal(-80)}, Decimal(-30)) == 2
    assert main_cause({1: Decimal(50), 2: Decimal(-20)}, Decimal(30)) == 1
    assert main_cause({1: Decimal(5), 2: Decimal(-5)}, Decimal(0)) is None


def test_there_is_no_share_of_nothing() -> None:
    assert share(Decimal(1), Decimal(4)) == Decimal("0.25")
    assert share(Decimal(1), Decimal(0)) is None
    assert share(Decimal(1), None) is None


@given(st.integers(0, 2000), st.none() | st.decimals(0, 900, places=4))
def test_asking_many_deals_asks_the_same_as_asking_one(days: int, median: Decimal | None) -> None:
    assert rests_too_long(days, median) is (days > longest_rest(median))
