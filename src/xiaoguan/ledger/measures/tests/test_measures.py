"""Hand-computed examples of every measure: reversals, re-openings, unknown amounts, late entries, moved people."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from xiaoguan.ledger.measures.asking import Organisation
from xiaoguan.ledger.measures.figures import Reason, Why
from xiaoguan.ledger.measures.language import Filter, all_measures
from xiaoguan.ledger.measures.tests.world import Post, World, answer, day, one, values
from xiaoguan.org.memo import one_request
from xiaoguan.org.scope import Scope

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases, pytest.mark.usefixtures("read_from")]


@pytest.fixture
def world() -> World:
    return World()


def won(deal, on, amount, person, **more):
    return Post("won", day(on), amount, 1, person, deal, **more)


def lost(deal, on, amount, person):
    return Post("lost", day(on), amount, 1, person, deal)


def unknown_lost(deal, on, person):
    return [lost(deal, on, 0, person), Post("lost_unknown", day(on), 0, 1, person, deal)]


def test_won_amount_and_count_are_net_of_reversals(world):
    world.post(
        won(1, "01-10", 300, world.ann), won(2, "01-20", 50, world.ann),
        Post("won", day("01-20"), -50, -1, world.ann, 2),
    )  # fmt: skip
    assert one("won_amount").total.value == 300
    assert one("won_count").total.value == 1
    assert one("won_amount").total.count == 1
    assert one("average_deal").total.value == 300


def test_a_customer_who_came_back_counts_down_in_the_month_of_the_return(world):
    world.post(won(1, "01-10", 300, world.ann), Post("won", day("03-02"), -300, -1, world.ann, 1, "reopened"))
    assert values("won_amount", by=("month",)) == {"2026-01": 300, "2026-03": -300}
    assert values("won_count", by=("quarter",)) == {"2026-Q1": 0}
    march = one("win_rate", period="2026-03").total
    assert (march.value, march.numerator, march.denominator) == (None, -1, -1)
    assert march.reason == Reason(Why.NOT_POSITIVE)


def test_win_rate_divides_once_and_keeps_its_figures(world):
    world.post(won(1, "01-10", 1, world.ann), won(2, "01-10", 2, world.ann), lost(3, "01-11", 5, world.ann))
    by_number, by_value = one("win_rate").total, one("win_rate_value").total
    assert (by_number.value, by_number.numerator, by_number.denominator) == (Decimal("0.6667"), 2, 3)
    assert (by_value.value, by_value.numerator, by_value.denominator) == (Decimal("0.3750"), 30_000, 80_000)
    assert one("lost_count").total.value == 1


def test_lost_amounts_all_unknown_make_the_rate_by_value_unknown(world):
    world.post(won(1, "01-10", 100, world.ann), *unknown_lost(2, "01-11", world.ann))
    total = one("win_rate_value").total
    assert (total.value, total.unknown, total.reason) == (None, 1, Reason(Why.UNKNOWN, ("lost",)))
    assert one("win_rate").total.value == Decimal("0.5000")


def test_some_lost_amounts_unknown_give_a_rate_that_says_so(world):
    world.post(won(1, "01-10", 100, world.ann), lost(2, "01-11", 100, world.ann), *unknown_lost(3, "01-11", world.ann))
    total = one("win_rate_value").total
    assert (total.value, total.unknown, total.reason) == (Decimal("0.5000"), 1, None)


def test_average_deal_leaves_unknown_amounts_out_above_and_below(world):
    world.post(
        won(1, "01-10", 100, world.ann), won(2, "01-10", 201, world.ann),
        won(3, "01-10", 0, world.ann), Post("won_unknown", day("01-10"), 0, 1, world.ann, 3),
    )  # fmt: skip
    total = one("average_deal").total
    assert (total.value, total.denominator, total.unknown, total.count) == (Decimal("150.5000"), 2, 1, 3)
    assert one("won_amount").total.value == 301


def test_mean_and_median_cycle(world):
    cycles = ((1, 10), (2, 20), (3, 61))
    world.post(*(Post("cycle_days", day("01-10"), days, 1, world.ann, deal) for deal, days in cycles))
    assert one("cycle_days").total.value == Decimal("30.3333")
    assert one("cycle_days_median").total.value == 20
    world.post(Post("cycle_days", day("01-12"), 41, 1, world.bob, 4))
    middle = one("cycle_days_median").total
    assert (middle.value, middle.count) == (Decimal("30.5000"), 4)
    world.post(Post("cycle_days", day("01-12"), -61, -1, world.ann, 3))
    assert one("cycle_days_median").total.value == 20


def test_the_median_of_a_stage_takes_each_deal_once_with_all_its_stays(world):
    for deal, days in ((1, 3), (1, 4), (2, 10), (3, 2)):
        world.post(Post("stage_days", day("01-10"), days, 1, world.ann, deal, dims={"stage_id": 5}))
    world.post(Post("stage_days", day("01-10"), 90, 1, world.ann, 1, dims={"stage_id": 6}))
    rows = {row.key[0]: (row.figure.value, row.figure.count) for row in one("stage_days_median", by=("stage",)).rows}
    assert rows == {5: (7, 3), 6: (90, 1)}
    world.post(Post("stage_days", day("01-11"), -10, -1, world.ann, 2, dims={"stage_id": 5}))
    row = next(row for row in one("stage_days_median", by=("stage",)).rows if row.key == (5,))
    assert (row.figure.value, row.figure.count) == (Decimal("4.5"), 2)


def test_a_median_is_worked_out_at_its_own_level(world):
    rows = ((1, 1, world.ann), (2, 2, world.ann), (3, 30, world.ann), (4, 40, world.cai))
    world.post(*(Post("cycle_days", day("01-10"), days, 1, person, deal) for deal, days, person in rows))
    found = one("cycle_days_median", by=("person",))
    assert {row.group: row.figure.value for row in found.rows} == {"Ann": 2, "Cai": 40}
    assert found.total.value == 16


def test_a_deal_won_again_counts_once_in_the_median_with_its_net_days(world):
    world.post(
        Post("cycle_days", day("01-10"), 10, 1, world.ann, 1), Post("cycle_days", day("01-20"), -10, -1, world.ann, 1),
        Post("cycle_days", day("01-30"), 33, 1, world.ann, 1),
    )  # fmt: skip
    total = one("cycle_days_median").total
    assert (total.value, total.count) == (33, 1)


def pipeline(deal, on, amount, person, why="new", units=1, **more):
    return Post("pipeline", day(on), amount, units, person, deal, why, **more)


def test_pipeline_is_a_balance_at_any_past_day(world):
    world.post(
        pipeline(1, "01-05", 100, world.ann), pipeline(1, "01-20", 50, world.ann, "amount", 0),
        pipeline(2, "02-01", 70, world.bob), pipeline(1, "03-01", -150, world.ann, "won", -1),
    )  # fmt: skip
    days = ("01-19", "02-28", "03-01")
    at = {end: one("pipeline_amount", period=f"2026-01-01..2026-{end}").total.value for end in days}
    assert at == {"01-19": 100, "02-28": 220, "03-01": 70}
    assert one("pipeline_count", period="2026-02").total.value == 2
    assert one("pipeline_count", period="2026-03").total.value == 1


def test_a_balance_by_month_stands_at_each_months_end(world):
    world.post(pipeline(1, "01-05", 100, world.ann), pipeline(2, "02-01", 70, world.bob))
    assert values("pipeline_amount", by=("month",), period="2026-Q1") == {
        "2026-01": 100, "2026-02": 170, "2026-03": 170,
    }  # fmt: skip
    assert one("pipeline_amount", by=("month",), period="2026-Q1").total.value == 170


def test_a_persons_transfer_takes_his_pipeline_along_and_leaves_his_wins_behind(world):
    world.post(pipeline(1, "01-05", 100, world.bob), won(2, "01-10", 40, world.bob), won(3, "02-20", 7, world.bob))
    assert values("pipeline_amount", by=("region",), period="2026-01") == {"West": 100}
    assert values("pipeline_amount", by=("region",), period="2026-03") == {"East": 100}
    assert values("won_amount", by=("region",)) == {"West": 40, "East": 7}
    assert values("won_amount", by=("team",)) == {"One": 40, "Three": 7}
    assert values("won_amount", by=("unit",)) == {"One": 40, "Three": 7}


def test_org_now_regroups_by_todays_units(world):
    world.post(won(2, "01-10", 40, world.bob), pipeline(1, "01-05", 100, world.bob))
    assert values("won_amount", by=("region",), org=Organisation.NOW) == {"East": 40}
    assert values("pipeline_amount", by=("region",), period="2026-01", org=Organisation.NOW) == {"East": 100}


def test_a_unit_that_moved_rolls_up_to_the_region_of_then(world):
    from xiaoguan.ledger.measures.tests.world import AT
    from xiaoguan.org.actions import move_unit

    world.post(won(1, "01-10", 10, world.ann), won(2, "04-10", 5, world.ann))
    move_unit(unit_id=world.one.pk, parent_id=world.east.pk, start=day("04-01"), by=None, at=AT)
    assert values("won_amount", by=("region",)) == {"West": 10, "East": 5}
    assert one("won_amount", within=frozenset([world.west.pk])).total.value == 10
    assert values("won_amount", by=("region",), org=Organisation.NOW) == {"East": 15}


def test_open_amounts_all_unknown_are_not_zero(world):
    world.post(pipeline(1, "01-05", 0, world.ann), Post("pipeline_unknown", day("01-05"), 0, 1, world.ann, 1, "new"))
    total = one("pipeline_amount").total
    assert (total.value, total.unknown, total.count) == (None, 1, 1)
    assert total.reason == Reason(Why.UNKNOWN, ("pipeline",))
    assert one("pipeline_count").total.value == 1
    world.post(pipeline(2, "01-06", 30, world.ann))
    total = one("pipeline_amount").total
    assert (total.value, total.unknown, total.count) == (30, 1, 2)


def test_a_late_entry_belongs_to_its_day_and_is_not_yet_known_before(world):
    world.post(won(1, "01-10", 10, world.ann), won(2, "01-20", 5, world.ann, known=day("02-03")))
    assert one("won_amount", period="2026-01").total.value == 15
    assert one("won_amount", period="2026-01", known_on=day("02-02")).total.value == 10
    assert one("won_amount", period="2026-01", known_on=day("02-03")).total.value == 15


def test_known_on_ends_with_the_companys_day(world):
    world.post(won(1, "01-10", 10, world.ann, known=day("01-10")))  # known 04:00 UTC, noon in Shanghai
    assert one("won_amount", known_on=day("01-09")).total.value == 0
    assert one("won_amount", known_on=day("01-10")).total.value == 10


def test_movement_by_why_and_counts(world):
    world.post(
        pipeline(1, "01-05", 100, world.ann), pipeline(2, "02-01", 70, world.bob),
        pipeline(1, "02-10", -100, world.ann, "won", -1), pipeline(2, "02-11", 5, world.bob, "amount", 0),
    )  # fmt: skip
    assert values("pipeline_moved", by=("why",), period="2026-02") == {"won": -100, "new": 70, "amount": 5}
    found = one("pipeline_moved", by=("why",), period="2026-02")
    assert (found.total.value, found.total.count) == (-25, 2)


def test_simple_counts(world):
    world.post(
        Post("new_deals", day("01-05"), 0, 1, world.ann, 1), Post("new_deals", day("01-06"), 0, 1, world.cai, 2),
        Post("activity", day("01-06"), 0, 1, world.cai, 2), Post("customers_new", day("01-06"), 0, 1, world.cai, 2),
        Post("stage_days", day("01-06"), 4, 1, world.ann, 1), Post("stage_days", day("01-06"), 7, 1, world.ann, 2),
    )  # fmt: skip
    found = answer("new_deals", "activity_count", "customers_new", "stage_days").measures
    assert {key: found[key].total.value for key in found} == {
        "new_deals": 2, "activity_count": 1, "customers_new": 1, "stage_days": Decimal("5.5000"),
    }  # fmt: skip


def test_groups_without_postings_are_left_out_and_the_largest_comes_first(world):
    world.post(won(1, "01-10", 10, world.ann), won(2, "01-10", 30, world.cai), lost(3, "01-10", 1, world.bob))
    assert list(values("won_amount", by=("person",))) == ["Cai", "Ann"]
    assert values("win_rate", by=("person",)) == {"Ann": 1, "Cai": 1, "Bob": 0}


def test_an_ungrouped_answer_always_has_its_row(world):
    row = one("won_amount").rows[0]
    assert (row.group, row.key, row.figure.value) == (None, (), 0)
    assert one("win_rate").rows[0].figure.value is None


def test_two_dimensions_and_their_names(world):
    world.post(won(1, "01-10", 10, world.ann), won(2, "02-10", 30, world.ann), won(3, "02-11", 3, world.cai))
    assert values("won_amount", by=("person", "month")) == {
        "Ann · 2026-01": 10, "Ann · 2026-02": 30, "Cai · 2026-02": 3,
    }  # fmt: skip


def test_time_by_week_and_day(world):
    world.post(won(1, "01-04", 10, world.ann), won(2, "01-05", 30, world.ann))  # a Sunday and a Monday
    assert values("won_amount", by=("week",), period="2026-01") == {"2026-01-01..2026-01-04": 10, "2026-W02": 30}
    assert values("won_amount", by=("day",), period="2026-01") == {"2026-01-04": 10, "2026-01-05": 30}


def test_filters_take_values_and_the_lack_of_one(world):
    world.post(won(1, "01-10", 10, world.ann, dims={"is_new": True}), won(2, "01-10", 30, world.cai))
    assert one("won_amount", filters=(Filter("is_new", (True,)),)).total.value == 10
    assert one("won_amount", filters=(Filter("is_new", (None,)),)).total.value == 30
    assert one("won_amount", filters=(Filter("is_new", ()),)).total.value == 0
    assert values("won_amount", by=("is_new",)) == {"True": 10, "–": 30}
    assert one("won_amount", filters=(Filter("region", (world.west.pk,)),)).total.value == 10


def test_scope_own_sees_only_what_the_person_did(world):
    world.post(won(1, "01-10", 10, world.ann), won(2, "01-10", 30, world.bob), pipeline(3, "01-10", 4, world.ann))
    own = Scope(person_ids=frozenset([world.ann.pk]))
    found = answer("won_amount", "pipeline_amount", "pipeline_moved", scope=own).measures
    assert [found[key].total.value for key in found] == [10, 4, 4]


def test_scope_of_units_takes_flows_by_units_of_then_and_balances_by_persons_of_the_day(world):
    world.post(
        won(1, "01-10", 10, world.bob), won(2, "03-10", 30, world.bob), pipeline(3, "01-10", 4, world.bob),
        pipeline(4, "03-10", 5, world.bob),
    )  # fmt: skip
    west = Scope(unit_ids=frozenset([world.west.pk, world.one.pk, world.two.pk]))
    east = Scope(unit_ids=frozenset([world.east.pk, world.three.pk]))
    assert one("won_amount", scope=west).total.value == 10
    assert one("won_amount", scope=east).total.value == 30
    assert one("pipeline_amount", scope=west, period="2026-01").total.value == 4
    assert one("pipeline_amount", scope=west, period="2026-03").total.value == 0
    assert one("pipeline_amount", scope=east, period="2026-03").total.value == 9
    assert one("pipeline_moved", scope=west).total.value == 4
    assert one("pipeline_moved", scope=east).total.value == 5


def test_only_the_generation_that_counts_is_read(world):
    world.post(won(1, "01-10", 10, world.ann), won(2, "01-10", 99, world.ann, dims={"generation": 2}))
    assert one("won_amount").total.value == 10


def test_all_measures_together_cost_few_queries(world):
    world.post(won(1, "01-10", 10, world.ann), pipeline(2, "01-10", 4, world.ann))
    with CaptureQueriesContext(connection) as asked, one_request():
        answer(*(item.key for item in all_measures()))
    # flows, what moved, balances, the two medians; and which segments there are
    assert len(asked) == 6


def test_hostile_values_are_values(world):
    world.post(won(1, "01-10", 10, world.ann, dims={"currency": "CNY"}))
    assert one("won_amount", filters=(Filter("currency", ("x' OR 1=1 --", "%(p0)s", ":p0")),)).total.value == 0
    assert one("won_amount", filters=(Filter("currency", ("CNY",)),)).total.value == 10
    with pytest.raises(ValueError, match="no such dimension"):
        Filter("1=1; --", (1,))
