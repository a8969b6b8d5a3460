"""The story of settled.md: one deal, five changes over three months, a typing error corrected, a transfer, a win
re-opened twice (once by mistake, once because the customer came back), a period closed in between.

Every Monday's pipeline and every month's won, as known now and as known then, worked out by hand.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.cast import Cast, hire
from xiaoguan.deals.actions import (
    Amendment,
    Close,
    NewDeal,
    Reopening,
    amend_deals,
    correct_amounts,
    create_deals,
    move_deals,
    reopen_by_mistake,
    reopen_deals,
    transfer_deals,
    win_deals,
)
from xiaoguan.deals.models import Deal, Stage
from xiaoguan.deals.setup import ensure_pipeline
from xiaoguan.ledger.closing import close_through
from xiaoguan.ledger.measures.answers import MeasureAnswer
from xiaoguan.ledger.measures.asking import Ask
from xiaoguan.ledger.measures.engine import ask
from xiaoguan.ledger.measures.language import measure
from xiaoguan.ledger.rebuild import rebuild
from xiaoguan.ledger.reconcile import reconcile
from xiaoguan.lib.periods import Period

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAYS = [date(2026, 1, 5) + timedelta(weeks=week) for week in range(13)]


def moment(day: date) -> datetime:
    return datetime.combine(day, time(15), tzinfo=SHANGHAI)


@dataclass(frozen=True, slots=True)
class Story:
    cast: Cast
    deal_id: int
    stages: list[Stage]


def d(month: int, day: int) -> date:
    return date(2026, month, day)


@pytest.fixture
def story(db: None) -> Story:
    cast = hire(password=None)
    stages = list(ensure_pipeline().stages.order_by("position"))

    def by(name: str, day: date) -> dict[str, Any]:
        return {"by": cast.members[name], "at": moment(day)}

    opened = d(1, 5)
    (deal_id,) = create_deals(
        [
            NewDeal(
                name="视觉检测线一期", owner_id=cast.lin.pk, pipeline_id=stages[0].pipeline_id, stage_id=stages[0].pk,
                opened_on=opened, amount=Decimal(100_000), due_on=d(3, 31),
            )
        ],
        **by("lin", opened),
    )  # fmt: skip
    steps: list[tuple[date, Callable[[date], object]]] = [
        (d(1, 12), lambda on: move_deals([(deal_id, stages[1].pk)], **by("lin", on))),
        (d(1, 20), lambda on: amend_deals([Amendment(deal_id=deal_id, amount=Decimal(120_000))], **by("lin", on))),
        (d(1, 28), lambda on: amend_deals([Amendment(deal_id=deal_id, due_on=d(4, 30))], **by("lin", on))),
        # She means 150,000 and types one zero too many.
        (d(2, 4), lambda on: amend_deals([Amendment(deal_id=deal_id, amount=Decimal(1_500_000))], **by("lin", on))),
        (d(2, 9), lambda on: move_deals([(deal_id, stages[2].pk)], **by("lin", on))),
        (d(2, 11), lambda on: correct_amounts([(deal_id, Decimal(150_000))], **by("lin", on))),
        (d(2, 17), lambda on: transfer_deals([(deal_id, cast.zhou.pk)], **by("shen", on))),
        (d(2, 25), lambda on: win_deals([Close(deal_id=deal_id, on=on, amount=Decimal(148_000))], **by("zhou", on))),
        # The customer had not signed at all.
        (d(2, 27), lambda on: reopen_by_mistake([deal_id], **by("zhou", on))),
        (d(3, 2), lambda on: close_through(d(2, 28), by=cast.qian.pk, at=moment(on), today=on)),
        (d(3, 10), lambda on: win_deals([Close(deal_id=deal_id, on=on, amount=Decimal(150_000))], **by("zhou", on))),
        (d(3, 20), lambda on: reopen_deals([Reopening(deal_id=deal_id, on=on)], **by("zhou", on))),
        # The amount had been mistyped all along, back into the closed February.
        (d(3, 25), lambda on: correct_amounts([(deal_id, Decimal(145_000))], **by("zhou", on))),
    ]
    for day, step in steps:
        step(day)
    return Story(cast, deal_id, stages)


def value(key: str, period: Period, **further: Any) -> Decimal | None:
    return _answer(key, period, **further).total.value


def by(dimension: str, key: str, period: Period, **further: Any) -> dict[Any, Decimal]:
    rows = _answer(key, period, by=(dimension,), **further).rows
    return {row.key[0]: row.figure.value for row in rows if row.figure.value}


def _answer(key: str, period: Period, **further: Any) -> MeasureAnswer:
    return ask(Ask(measures=(measure(key),), period=period, today=d(3, 31), **further)).measures[key]


def on(day: date) -> Period:
    return Period(day, day)


NOW = [100_000, 100_000, 100_000, 120_000, 120_000, 150_000, 150_000, 150_000, 145_000, 145_000, 0, 145_000, 145_000]
THEN = [100_000, 100_000, 100_000, 120_000, 120_000, 1_500_000, 150_000, 150_000, 150_000, 150_000, 0, 150_000, 145_000]


def test_every_mondays_pipeline_as_known_now(story: Story) -> None:
    assert [value("pipeline_amount", on(day)) or 0 for day in MONDAYS] == NOW


def test_every_mondays_pipeline_as_known_then(story: Story) -> None:
    assert [value("pipeline_amount", on(day), known_on=day) or 0 for day in MONDAYS] == THEN


def test_every_mondays_pipeline_belongs_to_the_owner_of_that_day(story: Story) -> None:
    lin, zhou = story.cast.lin.pk, story.cast.zhou.pk
    assert by("person", "pipeline_amount", on(d(2, 16))) == {lin: 150_000}
    assert by("person", "pipeline_amount", on(d(2, 23))) == {zhou: 150_000}
    assert by("person", "pipeline_amount", on(d(3, 2))) == {zhou: 145_000}


@pytest.mark.parametrize(
    ("month", "known_on", "won", "count"),
    [
        (1, None, 0, 0),
        (2, None, 0, 0),
        (3, None, 0, 0),
        (2, d(2, 26), 148_000, 1),  # before the mistake was noticed
        (2, d(2, 28), 0, 0),
        (3, d(3, 10), 150_000, 1),
        (3, d(3, 19), 150_000, 1),
        (3, d(3, 20), 0, 0),  # the customer came back
        (3, d(3, 31), 0, 0),
    ],
)
def test_every_months_won(story: Story, month: int, known_on: date | None, won: int, count: int) -> None:
    period = Period(d(month, 1), d(month, 28) if month == 2 else d(month, 31))
    assert (value("won_amount", period, known_on=known_on) or 0) == won
    assert (value("won_count", period, known_on=known_on) or 0) == count


def test_the_second_win_took_64_days_as_known_before_the_customer_came_back(story: Story) -> None:
    assert value("cycle_days", Period(d(3, 1), d(3, 31)), known_on=d(3, 19)) == 64
    assert value("cycle_days", Period(d(3, 1), d(3, 31))) is None


def test_the_closed_february_never_changes(story: Story) -> None:
    end = on(d(2, 28))
    as_closed = value("pipeline_amount", end, known_on=d(3, 2))
    assert as_closed == value("pipeline_amount", end) == 150_000


def test_what_moved_in_february_adds_up(story: Story) -> None:
    by_why = by("why", "pipeline_moved", Period(d(2, 1), d(2, 28)))
    # 120,000 on 31 January, 150,000 on 28 February: the amount was raised by 30,000, all else cancels out.
    assert by_why == {"amount": 30_000}


def test_books_and_tables_agree_and_a_rebuild_changes_nothing(story: Story) -> None:
    assert reconcile().differences == ()
    before = [value("pipeline_amount", on(day), known_on=day) or 0 for day in MONDAYS]
    rebuild()
    assert reconcile().differences == ()
    assert [value("pipeline_amount", on(day), known_on=day) or 0 for day in MONDAYS] == before == THEN


def test_the_deal_stands_as_its_story_says(story: Story) -> None:
    deal = Deal.objects.get(pk=story.deal_id)
    assert (deal.state, deal.amount, deal.owner_id) == (Deal.State.OPEN, Decimal(145_000), story.cast.zhou.pk)
    assert (deal.stage_id, deal.due_on, deal.closed_on) == (story.stages[2].pk, d(4, 30), None)
