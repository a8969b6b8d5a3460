"""What moved between two dates adds up exactly, people who moved included."""

import pytest

from xiaoguan.ledger.measures.asking import Ask, Organisation
from xiaoguan.ledger.measures.behind import postings_behind
from xiaoguan.ledger.measures.engine import ask
from xiaoguan.ledger.measures.language import Filter, measure
from xiaoguan.ledger.measures.movement import Moved, moved
from xiaoguan.ledger.measures.movers import movers
from xiaoguan.ledger.measures.redating import REDATED, asks_of_redated
from xiaoguan.ledger.measures.tests.world import TODAY, Post, World, day
from xiaoguan.lib.money import SCALE
from xiaoguan.lib.periods import parse_period
from xiaoguan.org.scope import Scope

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases, pytest.mark.usefixtures("read_from")]


@pytest.fixture
def world() -> World:
    """Bob, who goes from West to East on 16 February, brings 100 and wins it there; Ann stays in West."""
    world = World()
    world.post(
        _line(1, "01-05", 100, world.bob, "new", 1), _line(2, "01-31", 40, world.ann, "new", 1),
        _line(1, "02-10", 20, world.bob, "amount", 0), _line(3, "02-12", 9, world.ann, "new", 1),
        _line(2, "02-13", -40, world.ann, "lost", -1), _line(1, "02-20", -120, world.bob, "won", -1),
    )  # fmt: skip
    return world


def _line(deal, on, amount, person, why, units):
    return Post("pipeline", day(on), amount, units, person, deal, why)


def asked(period: str = "2026-02", key: str = "pipeline_amount", **more) -> Moved:
    question = Ask(measures=(), period=parse_period(period), today=TODAY, **more)
    return moved(measure(key), question)


def in_words(found: Moved):
    steps = {step.why: step.figure.value for step in found.steps}
    return found.opening.value, steps, found.closing.value


def test_the_whole_company(world):
    assert in_words(asked()) == (140, {"amount": 20, "new": 9, "lost": -40, "won": -120}, 9)


def test_a_unit_that_somebody_left(world):
    west = frozenset([world.west.pk])
    assert in_words(asked(within=west)) == (
        140, {"amount": 20, "new": 9, "lost": -40, "moved_out": -120}, 9,
    )  # fmt: skip


def test_a_unit_that_somebody_joined(world):
    east = Scope(unit_ids=frozenset([world.east.pk, world.three.pk]))
    assert in_words(asked(scope=east)) == (0, {"won": -120, "moved_in": 120}, 0)


def test_joining_on_the_first_day_counts_as_moving_in(world):
    found = asked("2026-02-16..2026-02-28", within=frozenset([world.east.pk]))
    assert in_words(found) == (0, {"won": -120, "moved_in": 120}, 0)
    found = asked("2026-02-17..2026-02-28", within=frozenset([world.east.pk]))
    assert in_words(found) == (120, {"won": -120}, 0)


def test_with_todays_units_nobody_moves(world):
    found = asked(within=frozenset([world.east.pk]), org=Organisation.NOW)
    assert in_words(found) == (100, {"amount": 20, "won": -120}, 0)


def test_numbers_of_deals_move_too(world):
    found = asked(key="pipeline_count", within=frozenset([world.west.pk]))
    assert in_words(found) == (2, {"amount": 0, "new": 1, "lost": -1, "moved_out": -1}, 1)


def test_other_filters_apply_to_every_line(world):
    found = asked(within=frozenset([world.west.pk]), filters=(Filter("person", (world.bob.pk,)),))
    assert in_words(found) == (100, {"amount": 20, "moved_out": -120}, 0)


def test_units_are_asked_within_not_by_filter(world):
    with pytest.raises(ValueError, match="within"):
        asked(filters=(Filter("region", (world.west.pk,)),))


@pytest.fixture
def dated() -> World:
    """In February what should close in the second quarter: 1 leaves for July; 2 comes from March and wins; 3 is new and
    grows; 4 moves within the quarter; 5 leaves, grows outside and comes back; 6, of no known amount, comes; 7 is
    expected some day and changes nothing."""
    world = World()
    world.post(
        _due(1, "01-05", 100, 1, "new", "04-10"), _due(2, "01-05", 70, 1, "new", "03-31"),
        _due(4, "01-06", 50, 1, "new", "04-01"), _due(5, "01-06", 30, 1, "new", "06-30"),
        _due(6, "01-07", 0, 1, "new", "07-01"), _due(6, "01-07", 0, 1, "new", "07-01", "pipeline_unknown"),
        _due(7, "01-08", 9, 1, "new", None),
        *_redate(1, "02-03", 100, "04-10", "07-01"), *_redate(2, "02-03", 70, "03-31", "05-05"),
        _due(3, "02-04", 8, 1, "new", "06-01"), _due(3, "02-05", 2, 0, "amount", "06-01"),
        *_redate(4, "02-06", 50, "04-01", "06-30"),
        *_redate(5, "02-07", 30, "06-30", "08-01"), _due(5, "02-08", 4, 0, "amount", "08-01"),
        *_redate(5, "02-09", 34, "08-01", "06-30"),
        *_redate(6, "02-10", 0, "07-01", "04-30"), *_redate(6, "02-10", 0, "07-01", "04-30", "pipeline_unknown"),
        _due(2, "02-20", -70, -1, "won", "05-05"), _due(7, "02-20", -9, -1, "lost", None),
    )  # fmt: skip
    return world


def _due(deal, on, amount, units, why, due, account="pipeline"):
    return Post(account, day(on), amount, units, None, deal, why, dims={"due_on": day(due) if due else None})


def _redate(deal, on, amount, due_from, due, account="pipeline"):
    return _due(deal, on, -amount, -1, "redate", due_from, account), _due(deal, on, amount, 1, "redate", due, account)


SECOND_QUARTER = {"due": parse_period("2026-Q2")}


def test_what_is_due_in_a_quarter_says_what_new_days_brought_in_and_took_out(dated):
    found = asked(**SECOND_QUARTER)
    # 1 + 4 + 5 before; 2 and 5 (by what it grew) and 6 came in, 1 left; 3, 4, 5 and 6 stand.
    assert in_words(found) == (
        180, {"redated_in": 74, "new": 8, "amount": 2, "won": -70, "redated_out": -100}, 94,
    )  # fmt: skip
    counts = {step.why: (step.figure.count, step.figure.unknown) for step in found.steps}
    assert counts["redated_in"] == (3, 1)
    assert counts["redated_out"] == (1, 0)
    assert in_words(asked(key="pipeline_count", **SECOND_QUARTER)) == (
        3, {"redated_in": 2, "new": 1, "amount": 0, "won": -1, "redated_out": -1}, 4,
    )  # fmt: skip


def test_without_a_stretch_new_days_change_nothing(dated):
    assert in_words(asked()) == (259, {"new": 8, "amount": 6, "redate": 0, "lost": -9, "won": -70}, 194)


def test_the_records_behind_each_side_are_its_figure(dated):
    question = Ask(measures=(), period=parse_period("2026-02"), today=TODAY, **SECOND_QUARTER)
    steps = {step.why: step.figure for step in asked(**SECOND_QUARTER).steps}
    for why, side in REDATED.items():
        behind = postings_behind(measure("pipeline_moved"), [asks_of_redated(question)], None, only_side=side)
        assert behind.whole.over == steps[why].numerator
        assert behind.whole.unknown == steps[why].unknown
        assert behind.opened == steps[why].count


def test_who_moved_most_says_in_which_direction_a_new_day_led(dated):
    question = Ask(measures=(), period=parse_period("2026-02"), today=TODAY, **SECOND_QUARTER)
    found = [(item.id, item.amount, item.why) for item in movers(measure("pipeline_amount"), question, most=3)]
    assert found == [(1, -100, "redated_out"), (3, 10, "new"), (5, 4, "redated_in")]


def test_only_what_is_due_counts_as_open(dated):
    due = {"period": parse_period("2026-02"), "today": TODAY}
    for period, value in (("2026-Q2", 94), ("2026-Q3", 100), ("2026-04", 0)):
        question = Ask(measures=(measure("pipeline_amount"),), due=parse_period(period), **due)
        figure = ask(question).measures["pipeline_amount"].total
        assert figure.numerator == value * SCALE, period
