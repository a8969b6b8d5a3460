from datetime import date

from xiaoguan.lib.periods import Period
from xiaoguan.org.actions import Day, set_company, set_holidays
from xiaoguan.org.calendar import current, is_working_day, worked_so_far, working_days
from xiaoguan.org.models import Holiday
from xiaoguan.org.tests.conftest import AT
from xiaoguan.org.tree import touch


def year(number):
    return working_days(date(number, 1, 1), date(number, 12, 31))


def test_working_days_of_2025_follow_the_official_notice(db):
    # State Council notice 国办发明电〔2024〕12号 for 2025: 261 weekdays, of which 18 are free (1 Jan; 28 Jan - 4
    # Feb: 6; 4 Apr; 1, 2, 5 May; 2 Jun; 1 - 8 Oct: 6), and 5 weekend days are worked (26 Jan, 8 Feb, 27 Apr,
    # 28 Sep, 11 Oct).
    assert year(2025).count == 261 - 18 + 5 == 248
    assert year(2025).unpublished == ()


def test_working_days_of_2026_follow_the_official_notice(db):
    # 国办发明电〔2025〕7号 for 2026: 261 weekdays, 19 of them free (1, 2 Jan; 16 - 20 and 23 Feb; 6 Apr; 1, 4, 5 May;
    # 19 Jun; 25 Sep; 1, 2, 5, 6, 7 Oct), 6 weekend days worked (4 Jan, 14 and 28 Feb, 9 May, 20 Sep, 10 Oct).
    assert year(2026).count == 261 - 19 + 6 == 248


def test_swapped_days(db):
    assert is_working_day(date(2025, 1, 26)), "a Sunday worked for the Spring Festival"
    assert not is_working_day(date(2025, 10, 8)), "a Wednesday free for the National Day"


def test_years_not_announced_know_weekends_only_and_say_so(db):
    answer = working_days(date(2040, 12, 24), date(2041, 1, 6))
    assert (answer.count, answer.unpublished) == (10, (2040, 2041))


def test_the_companys_own_days_override(db):
    before = working_days(date(2025, 6, 2), date(2025, 6, 8)).count  # Monday 2 June is free: 4 days
    items = [
        Day(day=date(2025, 6, 2), kind="work"),
        Day(day=date(2025, 6, 5), kind="off", name="公司日"),
        Day(day=date(2025, 6, 6), kind="off"),
    ]
    set_holidays(items, by=None, at=AT)
    assert (before, working_days(date(2025, 6, 2), date(2025, 6, 8)).count) == (4, 3)
    set_holidays([Day(day=date(2025, 6, 6), kind=None)], by=None, at=AT)
    assert working_days(date(2025, 6, 2), date(2025, 6, 8)).count == 4


def test_no_days_between_an_end_and_a_later_start(db):
    assert working_days(date(2025, 6, 3), date(2025, 6, 2)).count == 0


def test_current_periods_follow_the_companys_fiscal_year(db):
    set_company(name="恒川智控", currency="CNY", fiscal_start_month=4, by=None, at=AT)
    quarter = current("quarter", date(2026, 2, 10))
    assert (quarter.start, quarter.end, quarter.fiscal_year) == (date(2026, 1, 1), date(2026, 3, 31), 2026)


def test_what_is_worked_so_far_follows_the_notice_and_the_companys_own_days(db):
    june = Period(date(2025, 6, 1), date(2025, 6, 30))
    asked = [worked_so_far(june, date(2025, 6, day)) for day in (1, 3, 30)]
    assert asked == [(0, 20), (1, 20), (20, 20)]  # Monday 2 June is free
    Holiday.objects.create(day=date(2025, 6, 3), kind=Holiday.Kind.OFF)
    touch()
    assert worked_so_far(june, date(2025, 6, 30)) == (19, 19)
