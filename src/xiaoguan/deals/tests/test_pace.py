"""How long deals usually take, from the ledger, and when one rests too long."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from xiaoguan.deals.actions import NewDeal, create_deals, move_deals, win_deals
from xiaoguan.deals.actions.close import Close
from xiaoguan.deals.queries.pace import StagePace, cycle_pace, stage_paces, twelve_months_before
from xiaoguan.deals.rules import rests_too_long
from xiaoguan.deals.tests.test_actions import World, moment
from xiaoguan.lib.periods import Period

TODAY = date(2026, 3, 20)


@pytest.mark.parametrize(
    ("days", "median", "too_long"),
    [
        (None, Decimal(3), False),
        (24, Decimal(12), False),
        (25, Decimal(12), True),
        (23, Decimal("11.5"), False),
        (24, Decimal("11.5"), True),
        (6, Decimal(1), False),
        (7, Decimal(1), True),
        (7, Decimal(0), True),
        (30, None, False),
        (31, None, True),
    ],
)
def test_a_deal_rests_too_long_after_twice_the_median_and_a_week(days, median, too_long):
    assert rests_too_long(days, median) is too_long


def test_the_twelve_whole_months_before_this_one():
    assert twelve_months_before(date(2026, 3, 20)) == Period(date(2025, 3, 1), date(2026, 2, 28))
    assert twelve_months_before(date(2024, 2, 29)) == Period(date(2023, 2, 1), date(2024, 1, 31))


@pytest.fixture
def world(db) -> World:
    return World()


def stay(world: World, first: date, days: int, *, back: int = 0) -> int:
    """A deal that stays so many days in the first stage, then, once more, ``back`` days; and is won on the last one."""
    new = NewDeal(
        name="单", owner_id=world.cast.lin.pk, pipeline_id=world.stages[0].pipeline_id,
        stage_id=world.stages[0].pk, opened_on=first, amount=Decimal(1),
    )  # fmt: skip
    (deal_id,) = create_deals([new], by=None, at=moment(first))
    day = first + timedelta(days=days)
    move_deals([(deal_id, world.stages[1].pk)], by=None, at=moment(day))
    if back:
        move_deals([(deal_id, world.stages[0].pk)], by=None, at=moment(day))
        day += timedelta(days=back)
        move_deals([(deal_id, world.stages[1].pk)], by=None, at=moment(day))
    win_deals([Close(deal_id=deal_id, on=day, amount=Decimal(1))], by=None, at=moment(day))
    return deal_id


@pytest.mark.django_db
@pytest.mark.both_databases
def test_the_median_counts_a_deal_once_with_all_its_stays(world):
    for days in (2, 4, 10, 20):
        stay(world, date(2026, 1, 1), days)
    stay(world, date(2026, 1, 1), 3, back=4)  # seven days in all: the middle one of 2 4 7 10 20
    first, second = world.stages[0].pk, world.stages[1].pk
    assert stage_paces(TODAY) == {first: StagePace(Decimal(7), 5), second: StagePace(Decimal(0), 5)}
    assert cycle_pace(TODAY) == StagePace(Decimal(7), 5)


@pytest.mark.django_db
@pytest.mark.both_databases
def test_fewer_than_five_and_this_month_are_no_pace(world):
    for days in (2, 4, 10, 20):
        stay(world, date(2026, 1, 1), days)
    stay(world, date(2026, 2, 25), 5)  # left on 2 March: this month is not whole
    assert stage_paces(TODAY) == {}
    assert cycle_pace(TODAY) is None
    with CaptureQueriesContext(connection) as queries:
        assert cycle_pace(TODAY) is None
    assert not queries.captured_queries, "that there is no pace is kept as well"


@pytest.mark.django_db
def test_a_pace_is_kept_for_its_month(world):
    for days in (1, 2, 3, 4, 5):
        stay(world, date(2026, 1, 1), days)
    known = stage_paces(TODAY)
    with CaptureQueriesContext(connection) as queries:
        assert stage_paces(TODAY - timedelta(days=3)) == known
    assert not queries.captured_queries
    cache.clear()
    with CaptureQueriesContext(connection) as queries:
        assert stage_paces(TODAY) == known
    assert queries.captured_queries
