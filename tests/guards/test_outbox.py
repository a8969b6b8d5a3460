"""Consequences: an import owes nothing, ``now`` undoes the action whole, ``later`` is retried and ends visible."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.guards.answers import Asker
from tests.guards.world import World, days_ago
from xiaoguan.config import consequences, wiring
from xiaoguan.deals.actions import Close, NewDeal, create_deals, take_back, win_deals
from xiaoguan.deals.models import Deal, Stage
from xiaoguan.journal.facts.deals import DealWon
from xiaoguan.journal.facts.general import UNDO
from xiaoguan.journal.models import Entry, Origin
from xiaoguan.journal.recording import Recorded
from xiaoguan.ledger.models import Posting
from xiaoguan.ledger.reconcile import reconcile
from xiaoguan.services.calendar.models import Task
from xiaoguan.services.jobs import outbox
from xiaoguan.services.jobs.contract import UNDO_SECONDS, NowReaction, Reaction
from xiaoguan.services.jobs.models import Delivery

pytestmark = pytest.mark.both_databases

State = Delivery.State


@pytest.fixture
def as_wired() -> Iterator[None]:
    """Put the real consequences back, whatever a test wired."""
    yield
    wiring.connect()


def test_imported_won_deals_leave_the_outbox_empty(world: World) -> None:
    imported = Entry.objects.filter(kind=DealWon.code, origin=Origin.IMPORT)
    assert imported.count() == 2
    assert not Delivery.objects.filter(entry_id__in=imported.values("id")).exists()
    live = Entry.objects.filter(kind=DealWon.code, origin=Origin.LIVE)
    assert Delivery.objects.filter(entry_id__in=live.values("id")).count() == live.count()


def test_a_raising_now_reaction_undoes_the_action_whole(
    world: World, monkeypatch: pytest.MonkeyPatch, as_wired: None
) -> None:
    def refuse(entries: Sequence[Recorded]) -> None:
        raise RuntimeError("no")

    broken = NowReaction(key="test.broken", facts=(DealWon,), react=refuse)
    monkeypatch.setattr(wiring, "NOW", (*consequences.NOW, broken))
    deal = _open_deal(world)
    before = _everything()
    with pytest.raises(RuntimeError, match="no"):
        _win(world, deal, _now())
    assert _everything() == before
    assert Deal.objects.get(pk=deal).state == Deal.State.OPEN
    assert reconcile().clean


def test_a_failing_later_reaction_is_retried_and_ends_visible(world: World, as_wired: None) -> None:
    tries: list[datetime] = []

    def fail(entry: Recorded, at: datetime) -> None:
        tries.append(at)
        raise ValueError("the printer is out of paper")

    delivery, at = _owed(world, fail)
    for expected in range(1, outbox.MOST_TRIES + 1):
        at += timedelta(days=1)
        outbox.run_due(at)
        delivery.refresh_from_db()
        assert delivery.tries == expected
        assert delivery.state == (State.DEAD if expected == outbox.MOST_TRIES else State.FAILED)
    assert len(tries) == outbox.MOST_TRIES
    page = Asker(world, "finance").get("/settings/work/")
    assert "the printer is out of paper" in page.text
    assert f"/settings/work/{delivery.pk}/retry/" in page.text


def test_a_later_reaction_that_fails_once_is_done_at_the_next_try_and_leaves_nothing_of_the_first(
    world: World, as_wired: None
) -> None:
    def fail_once(entry: Recorded, at: datetime) -> None:
        Task.objects.create(title="half done", due_on=at.date(), owner=world.cast.lin, created_at=at)
        if len(seen) == 0:
            seen.append(entry.id)
            raise ValueError("once")

    seen: list[int] = []
    delivery, at = _owed(world, fail_once)
    outbox.run_due(at + timedelta(minutes=1))
    assert not Task.objects.filter(title="half done").exists()
    outbox.run_due(at + timedelta(hours=1))
    delivery.refresh_from_db()
    assert (delivery.state, delivery.error) == (State.DONE, "")
    assert Task.objects.filter(title="half done").count() == 1


def test_what_is_taken_back_before_its_time_is_skipped(world: World) -> None:
    at, deal = _now(), _open_deal(world)
    _settle(at)
    (won,) = _win(world, deal, at)
    take_back(deal, entry_id=won.id, reason=UNDO, by=world.cast.lin, at=at + timedelta(seconds=8))
    outbox.run_due(at + timedelta(seconds=UNDO_SECONDS - 1))
    owed = Delivery.objects.get(entry_id=won.id)
    assert owed.state == State.WAITING
    outbox.run_due(at + timedelta(seconds=UNDO_SECONDS + 1))
    owed.refresh_from_db()
    assert owed.state == State.SKIPPED
    assert not Task.objects.filter(origin_entry=won.id).exists()


def test_what_stands_causes_its_task_once(world: World) -> None:
    at, deal = _now(), _open_deal(world)
    _settle(at)
    (won,) = _win(world, deal, at)
    for seconds in (UNDO_SECONDS + 1, UNDO_SECONDS + 2):
        outbox.run_due(at + timedelta(seconds=seconds))
    assert Delivery.objects.get(entry_id=won.id).state == State.DONE
    assert Task.objects.filter(origin_entry=won.id).count() == 1


def _owed(world: World, react: Callable[[Recorded, datetime], None]) -> tuple[Delivery, datetime]:
    """Win a deal to which only this reaction listens."""
    at, deal = _now(), _open_deal(world)
    _settle(at)
    outbox.configure([Reaction(key="test.later", facts=(DealWon,), react=react, name="Test")])
    (won,) = _win(world, deal, at)
    return Delivery.objects.get(entry_id=won.id), at


def _settle(at: datetime) -> None:
    """Nothing of the world's own waits any more."""
    Delivery.objects.filter(state__in=(State.WAITING, State.FAILED)).update(state=State.DONE, done_at=at)


def _now() -> datetime:
    from django.utils import timezone

    return timezone.now()


def _open_deal(world: World) -> int:
    stage = Stage.objects.order_by("position")[0]
    new = NewDeal(
        name="测试商机", owner_id=world.cast.lin.pk, pipeline_id=stage.pipeline_id, stage_id=stage.pk,
        opened_on=days_ago(3), amount=Decimal(100),
    )  # fmt: skip
    return create_deals([new], by=world.cast.lin, at=_now())[0]


def _win(world: World, deal: int, at: datetime) -> list[Recorded]:
    return win_deals([Close(deal_id=deal, on=days_ago(0), amount=Decimal(120))], by=world.cast.lin, at=at)


def _everything() -> dict[str, Any]:
    tables = (Entry, Posting, Delivery, Task)
    return {table.__name__: table._default_manager.count() for table in tables} | {
        "deals": sorted(Deal.objects.values_list("pk", "state", "amount", "closed_on"))
    }
