"""Actions on deals: each by hand once, and any history of them keeps tables, journal and ledger equal."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests.cast import Cast, hire
from xiaoguan.deals import rules
from xiaoguan.deals.actions import (
    Amendment,
    Close,
    Ending,
    NewDeal,
    Opening,
    Reopening,
    Restated,
    amend_deals,
    correct_amounts,
    create_deals,
    enter_openings,
    lose_deals,
    move_deals,
    remove_deals,
    reopen_by_mistake,
    reopen_deals,
    restate_deals,
    take_back,
    transfer_deals,
    win_deals,
)
from xiaoguan.deals.models import Deal, Stage
from xiaoguan.deals.setup import ensure_pipeline
from xiaoguan.journal.facts.general import UNDO
from xiaoguan.journal.kinds import DEAL, object_key
from xiaoguan.journal.models import Entry, Origin
from xiaoguan.ledger.closing import close_through, closed_through
from xiaoguan.ledger.reconcile import account_totals, reconcile
from xiaoguan.lib.refusal import Refusal

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
START = date(2026, 1, 5)


def moment(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 15, tzinfo=ZoneInfo("Asia/Shanghai"))


class World:
    """A company, its stages, and the short forms that the tests need."""

    def __init__(self) -> None:
        self.cast: Cast = hire(password=None)
        self.stages: list[Stage] = list(ensure_pipeline().stages.order_by("position"))
        self.day = START

    @property
    def doing(self) -> dict[str, Any]:
        return {"by": self.cast.lin, "at": moment(self.day)}

    def open(self, amount: str | None = "100000") -> int:
        new = NewDeal(
            name="二期产线", owner_id=self.cast.lin.pk, pipeline_id=self.stages[0].pipeline_id,
            stage_id=self.stages[0].pk, opened_on=self.day, amount=None if amount is None else Decimal(amount),
        )  # fmt: skip
        return create_deals([new], **self.doing)[0]


@pytest.fixture
def world(db: None) -> World:
    return World()


def totals() -> dict[str, tuple[int, int]]:
    return {key: total for key, total in account_totals().items() if total != (0, 0)}


def test_a_won_deal_leaves_the_pipeline_and_counts_as_won(world: World) -> None:
    deal_id = world.open()
    world.day += timedelta(days=10)
    win_deals([Close(deal_id=deal_id, on=world.day, amount=Decimal(98_000))], **world.doing)
    assert totals() == {
        "new_deals": (0, 1),
        "won": (980_000_000, 1),
        "cycle_days": (100_000, 1),
        "stage_days": (100_000, 1),
    }
    deal = Deal.objects.get(pk=deal_id)
    assert (deal.state, deal.amount, deal.closed_on) == (Deal.State.WON, Decimal(98_000), world.day)


def test_losing_an_unknown_amount_stays_unknown(world: World) -> None:
    deal_id = world.open(None)
    lose_deals([Close(deal_id=deal_id, on=world.day, amount=None)], **world.doing)
    assert totals()["lost"] == (0, 1)
    assert totals()["lost_unknown"] == (0, 1)
    assert "pipeline_unknown" not in totals()


def test_winning_twice_is_refused_and_changes_nothing(world: World) -> None:
    deal_id = world.open()
    close = Close(deal_id=deal_id, on=world.day, amount=Decimal(1))
    win_deals([close], **world.doing)
    before = totals(), Entry.objects.count()
    with pytest.raises(Refusal) as refused:
        win_deals([close], **world.doing)
    assert refused.value.code == "already_closed"
    assert (totals(), Entry.objects.count()) == before


def test_one_bad_deal_of_many_undoes_all(world: World) -> None:
    good, bad = world.open(), world.open()
    win_deals([Close(deal_id=bad, on=world.day, amount=Decimal(1))], **world.doing)
    before = totals()
    with pytest.raises(Refusal):
        win_deals([Close(deal_id=i, on=world.day, amount=Decimal(1)) for i in (good, bad)], **world.doing)
    assert totals() == before
    assert Deal.objects.get(pk=good).state == Deal.State.OPEN


@pytest.mark.parametrize(
    ("on", "amount", "field"),
    [
        (START - timedelta(days=1), "1", "on"),  # before it was opened
        (START + timedelta(days=1), "1", "on"),  # in the future
        (START, "-1", "amount"),
    ],
)
def test_an_impossible_win_is_refused_beside_its_field(world: World, on: date, amount: str, field: str) -> None:
    deal_id = world.open()
    with pytest.raises(Refusal) as refused:
        win_deals([Close(deal_id=deal_id, on=on, amount=Decimal(amount))], **world.doing)
    assert refused.value.field == field


def test_undo_brings_back_exactly_what_was(world: World) -> None:
    deal_id = world.open()
    before = Deal.objects.filter(pk=deal_id).values().get(), totals()
    steps: list[Callable[[], Any]] = [
        lambda: move_deals([(deal_id, world.stages[2].pk)], **world.doing),
        lambda: amend_deals([Amendment(deal_id=deal_id, amount=Decimal(7))], **world.doing),
        lambda: amend_deals([Amendment(deal_id=deal_id, due_on=START + timedelta(days=9))], **world.doing),
        lambda: transfer_deals([(deal_id, world.cast.wang.pk)], **world.doing),
        lambda: win_deals([Close(deal_id=deal_id, on=world.day, amount=Decimal(5))], **world.doing),
        lambda: lose_deals([Close(deal_id=deal_id, on=world.day, amount=None)], **world.doing),
    ]
    for step in steps:
        (entry,) = step()
        take_back(deal_id, entry_id=entry.id, reason=UNDO, **world.doing)
        assert (Deal.objects.filter(pk=deal_id).values().get(), totals()) == before


def test_undo_is_refused_when_something_happened_since(world: World) -> None:
    deal_id = world.open()
    (moved,) = move_deals([(deal_id, world.stages[1].pk)], **world.doing)
    transfer_deals([(deal_id, world.cast.wang.pk)], **world.doing)
    with pytest.raises(Refusal) as refused:
        take_back(deal_id, entry_id=moved.id, reason=UNDO, **world.doing)
    assert refused.value.code == "changed_since"


def test_the_same_key_opens_one_deal(world: World) -> None:
    new = NewDeal(
        name="一", owner_id=world.cast.lin.pk, pipeline_id=world.stages[0].pipeline_id, opened_on=START, once="form-1"
    )
    first = create_deals([new], **world.doing)
    assert create_deals([new], **world.doing) == first
    assert Deal.objects.count() == 1


def test_restating_corrects_on_its_day_and_only_what_differs(world: World) -> None:
    opened = NewDeal(
        name="二期产线", owner_id=world.cast.lin.pk, pipeline_id=world.stages[0].pipeline_id,
        stage_id=world.stages[0].pk, opened_on=START, end=Ending(state=rules.WON, on=START, amount=Decimal(10)),
    )  # fmt: skip
    (deal_id,) = create_deals([opened], **world.doing)
    assert totals()["won"] == (100_000, 1)
    world.day += timedelta(days=3)
    right = opened._replace(end=Ending(state=rules.WON, on=START, amount=Decimal(12)))
    assert len(restate_deals([Restated(deal_id=deal_id, opened=right)], **world.doing)) == 1
    assert totals()["won"] == (120_000, 1)
    still_open = opened._replace(end=None)
    assert len(restate_deals([Restated(deal_id=deal_id, opened=still_open)], **world.doing)) == 1
    assert set(totals()) == {"new_deals", "pipeline", "pipeline_unknown"}
    assert reconcile().differences == ()


def test_opened_and_ended_at_once_is_the_same_as_one_after_the_other(world: World) -> None:
    end = Ending(state=rules.WON, on=START, amount=Decimal(10))
    new = NewDeal(name="一", owner_id=world.cast.lin.pk, pipeline_id=world.stages[0].pipeline_id, opened_on=START)
    at_once, one_by_one = create_deals([new._replace(end=end), new], **world.doing)
    win_deals([Close(deal_id=one_by_one, on=START, amount=Decimal(10))], **world.doing)

    def told(deal_id: int) -> list[tuple[object, ...]]:
        entries = Entry.objects.filter(subject_key=object_key(DEAL, deal_id)).order_by("id")
        return [(e.kind, e.on_date, {**e.payload, "deal_id": 0}, e.stamp, e.recorded_at) for e in entries]

    def row(deal_id: int) -> dict[str, object]:
        return {**Deal.objects.filter(pk=deal_id).values().get(), "id": 0}

    assert told(at_once) == told(one_by_one)
    assert row(at_once) == row(one_by_one)


def test_removing_leaves_nothing_in_the_books(world: World) -> None:
    deal_id = world.open()
    move_deals([(deal_id, world.stages[1].pk)], **world.doing)
    win_deals([Close(deal_id=deal_id, on=world.day, amount=Decimal(3))], **world.doing)
    remove_deals([deal_id], reason="import_undone", **world.doing)
    assert totals() == {}
    assert reconcile().differences == ()


def test_a_customer_who_comes_back_brings_the_amount_that_was_open(world: World) -> None:
    deal_id = world.open("100000")
    lose_deals([Close(deal_id=deal_id, on=START, amount=None)], **world.doing)
    world.day += timedelta(days=5)
    (back,) = reopen_deals([Reopening(deal_id=deal_id, on=world.day)], **world.doing)
    assert totals() == {"new_deals": (0, 1), "pipeline": (1_000_000_000, 1), "stage_days": (0, 1)}
    assert Deal.objects.get(pk=deal_id).amount == Decimal(100_000)
    take_back(deal_id, entry_id=back.id, reason=UNDO, **world.doing)
    assert Deal.objects.get(pk=deal_id).amount is None
    assert reconcile().differences == ()


def test_opening_balances_stand_apart_from_what_is_won(world: World) -> None:
    (deal_id,) = create_deals(
        [
            NewDeal(
                name="老单", owner_id=world.cast.lin.pk, pipeline_id=world.stages[0].pipeline_id,
                stage_id=world.stages[1].pk, opened_on=START, amount=Decimal(300),
            )
        ],
        **world.doing,
        origin=Origin.OPENING,
    )  # fmt: skip
    won = Opening(person_id=world.cast.lin.pk, amount=Decimal(1000), how_many=7)
    enter_openings([won], on=START, **world.doing)
    assert totals() == {"pipeline": (3_000_000, 1), "won_opening": (10_000_000, 7)}
    win_deals([Close(deal_id=deal_id, on=START, amount=Decimal(300))], **world.doing)
    assert totals()["won"] == (3_000_000, 1)
    assert totals()["won_opening"] == (10_000_000, 7)
    assert reconcile().differences == ()


_STEPS = st.tuples(
    st.sampled_from(
        ["open", "amend", "redate", "move", "transfer", "win", "lose", "mistake", "back", "correct", "undo", "close",
         "remove"]
    ),
    st.integers(0, 10**8),
)  # fmt: skip


class AnyHistory(TestCase):
    """Tables = books = replay after any sequence of actions, whatever is refused in between."""

    @settings(max_examples=30, deadline=None)
    @given(st.lists(_STEPS, max_size=25))
    def test_books_and_tables_stay_equal(self, steps: list[tuple[str, int]]) -> None:
        world = World()
        deals: list[int] = []
        last: list[tuple[int, int]] = []
        for kind, number in steps:
            world.day += timedelta(days=number % 9)
            amount = None if number % 7 == 0 else Decimal(number).scaleb(-2)
            if kind == "open":
                deals.append(world.open(None if amount is None else str(amount)))
                continue
            if kind == "close":
                target = world.day - timedelta(days=1 + number % 40)
                if (closed_through() or date.min) < target:
                    close_through(target, by=None, at=moment(world.day), today=world.day)
                continue
            if not deals:
                continue
            deal_id = deals[number % len(deals)]
            try:
                _do(world, kind, deal_id, number, amount, last)
            except Refusal:
                continue
        assert reconcile().differences == ()


def _do(
    world: World, kind: str, deal_id: int, number: int, amount: Decimal | None, last: list[tuple[int, int]]
) -> None:
    doing, day = world.doing, world.day
    actions: dict[str, Callable[[], Any]] = {
        "amend": lambda: amend_deals([Amendment(deal_id=deal_id, amount=amount)], **doing),
        "redate": lambda: amend_deals([Amendment(deal_id=deal_id, due_on=day + timedelta(days=number % 90))], **doing),
        "move": lambda: move_deals([(deal_id, world.stages[number % 5].pk)], **doing),
        "transfer": lambda: transfer_deals([(deal_id, [world.cast.wang, world.cast.zhou][number % 2].pk)], **doing),
        "win": lambda: win_deals([Close(deal_id=deal_id, on=day, amount=amount)], **doing),
        "lose": lambda: lose_deals([Close(deal_id=deal_id, on=day, amount=amount)], **doing),
        "mistake": lambda: reopen_by_mistake([deal_id], **doing),
        "back": lambda: reopen_deals([Reopening(deal_id=deal_id, on=day)], **doing),
        "correct": lambda: correct_amounts([(deal_id, amount)], **doing),
        "remove": lambda: remove_deals([deal_id], reason="import_undone", **doing),
        "undo": lambda: take_back(last[-1][0], entry_id=last[-1][1], reason=UNDO, **doing) if last else None,
    }
    told = actions[kind]()
    if kind in ("move", "transfer", "win", "lose", "amend", "redate") and told:
        last.append((deal_id, told[-1].id))


def test_amounts_that_are_together_larger_than_one_may_be_reconcile(world: World) -> None:
    for _number in range(2):
        world.open("99999999999.9999")
    assert totals()["pipeline"] == (2 * 999_999_999_999_999, 2)
    assert reconcile().differences == ()
