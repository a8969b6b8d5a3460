"""What moved between two dates adds up exactly, people who moved included."""

import pytest

from xiaoguan.ledger.measures.asking import Ask, Organisation
from xiaoguan.ledger.measures.language import Filter, measure
from xiaoguan.ledger.measures.movement import Moved, moved
from xiaoguan.ledger.measures.tests.world import TODAY, Post, World, day
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
