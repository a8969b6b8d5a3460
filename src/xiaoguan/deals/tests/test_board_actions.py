"""Moving deals as they were seen, and taking a set of steps back together."""

from datetime import datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from xiaoguan.deals.actions import (
    Close,
    SeenMove,
    lose_deals,
    move_deals,
    move_seen,
    take_back,
    take_back_together,
)
from xiaoguan.deals.checks import check_deals
from xiaoguan.deals.models import Deal
from xiaoguan.deals.tests.views_world import World, booked
from xiaoguan.journal.facts.general import UNDO
from xiaoguan.journal.models import Entry
from xiaoguan.ledger.reconcile import account_totals
from xiaoguan.lib.refusal import Refusal

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def world(db: None) -> World:
    return World()


@pytest.fixture
def now() -> datetime:
    return timezone.now()


def _seen(world: World, deal: Deal, to: int) -> SeenMove:
    return SeenMove(deal_id=deal.pk, seen_in=deal.stage_id, stage_id=world.stages[to].pk)


def _stage(deal: Deal) -> int | None:
    return Deal.objects.values_list("stage_id", flat=True).get(pk=deal.pk)


def test_a_deal_goes_where_it_is_sent_and_the_second_sending_changes_nothing(world: World, now: datetime) -> None:
    deal = world.open()
    move = _seen(world, deal, 2)
    assert len(move_seen([move], by=world.cast.lin, at=now).recorded) == 1
    again = move_seen([move], by=world.cast.lin, at=now)
    assert (again.recorded, again.overtaken) == ([], [])
    assert _stage(deal) == world.stages[2].pk
    assert booked("pipeline", stage_id=world.stages[2].pk) == (Decimal(100_000), 1)


def test_what_somebody_else_moved_or_closed_stays_where_it_is(world: World, now: datetime) -> None:
    moved, lost, free = world.open("moved"), world.open("lost"), world.open("free")
    moves = [_seen(world, deal, 2) for deal in (moved, lost, free)]
    move_deals([(moved.pk, world.stages[1].pk)], by=world.cast.shen, at=now)
    close = Close(deal_id=lost.pk, on=world.today, amount=None, reason_id=world.reason.pk)
    lose_deals([close], by=world.cast.shen, at=now)
    done = move_seen(moves, by=world.cast.lin, at=now)
    assert done.overtaken == [moved.pk, lost.pk]
    assert len(done.recorded) == 1
    assert (_stage(moved), _stage(free)) == (world.stages[1].pk, world.stages[2].pk)
    assert not list(check_deals(account_totals()))


def test_a_set_of_moves_is_taken_back_as_one(world: World, now: datetime) -> None:
    deals = [world.open(name) for name in ("one", "two", "three")]
    done = move_seen([_seen(world, deal, 3) for deal in deals], by=world.cast.lin, at=now)
    steps = {deal.pk: entry.id for deal, entry in zip(deals, done.recorded, strict=True)}
    back = take_back_together(steps, reason=UNDO, by=world.cast.lin, at=now)
    assert [entry.reverses for entry in back] == [(entry.id,) for entry in done.recorded]
    assert {_stage(deal) for deal in deals} == {world.stages[0].pk}
    assert booked("pipeline", stage_id=world.stages[0].pk) == (Decimal(300_000), 3)
    assert booked("pipeline", stage_id=world.stages[3].pk) == (Decimal(0), 0)
    assert booked("stage_days") == (Decimal(0), 0)
    assert {Deal.objects.get(pk=deal.pk).stage_since for deal in deals} == {deals[0].opened_on}


def test_a_set_is_taken_back_whole_or_not_at_all(world: World, now: datetime) -> None:
    deals = [world.open(name) for name in ("one", "two")]
    done = move_seen([_seen(world, deal, 3) for deal in deals], by=world.cast.lin, at=now)
    steps = {deal.pk: entry.id for deal, entry in zip(deals, done.recorded, strict=True)}
    move_deals([(deals[1].pk, world.stages[4].pk)], by=world.cast.shen, at=now)
    entries = Entry.objects.count()
    with pytest.raises(Refusal, match="two"):
        take_back_together(steps, reason=UNDO, by=world.cast.lin, at=now)
    assert Entry.objects.count() == entries
    assert [_stage(deal) for deal in deals] == [world.stages[3].pk, world.stages[4].pk]
    take_back(deals[0].pk, entry_id=steps[deals[0].pk], reason=UNDO, by=world.cast.lin, at=now)
    assert _stage(deals[0]) == world.stages[0].pk
