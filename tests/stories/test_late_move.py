"""A move that is entered late: figures from its day on belong to the new unit, figures before it do not change, and
"as known then" shows what was known then."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.cast import Cast, hire
from xiaoguan.deals.actions import Close, NewDeal, create_deals, reopen_by_mistake, win_deals
from xiaoguan.deals.models import Deal
from xiaoguan.deals.setup import ensure_pipeline
from xiaoguan.ledger.measures.asking import Ask
from xiaoguan.ledger.measures.engine import ask
from xiaoguan.ledger.measures.language import measure
from xiaoguan.ledger.rebuild import rebuild
from xiaoguan.ledger.reconcile import reconcile
from xiaoguan.lib.periods import Period
from xiaoguan.org.actions import Transfer, assign_members

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
QUARTER = Period(date(2026, 1, 1), date(2026, 3, 31))


def at(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 15, tzinfo=ZoneInfo("Asia/Shanghai"))


def won_by_unit(cast: Cast, **further: Any) -> dict[str, int]:
    question = Ask(measures=(measure("won_amount"),), period=QUARTER, today=date(2026, 3, 31), by=("unit",), **further)
    names = {unit.pk: key for key, unit in cast.units.items()}
    rows = ask(question).measures["won_amount"].rows
    return {names[row.key[0]]: int(row.figure.value) for row in rows if row.figure.value}  # type: ignore[index]


@pytest.fixture
def cast(db: None) -> Cast:
    """Lin of East One wins 10 in January, 20 and 40 in February."""
    cast = hire(password=None)
    pipeline = ensure_pipeline()
    for month, day, amount in ((1, 20, 10), (2, 10, 20), (2, 20, 40)):
        (deal_id,) = create_deals(
            [NewDeal(name="一", owner_id=cast.lin.pk, pipeline_id=pipeline.pk, opened_on=date(2026, 1, 5))],
            by=cast.lin,
            at=at(1, 5),
        )
        close = Close(deal_id=deal_id, on=date(2026, month, day), amount=Decimal(amount))
        win_deals([close], by=cast.lin, at=at(month, day))
    return cast


def move_since_february(cast: Cast) -> None:
    move = Transfer(member_id=cast.lin.pk, unit_id=cast.units["south_one"].pk, start=date(2026, 2, 1))
    assign_members([move], by=cast.sun, at=at(3, 5))


def test_only_figures_after_the_day_of_the_move_change(cast: Cast) -> None:
    assert won_by_unit(cast) == {"east_one": 70}
    move_since_february(cast)
    assert won_by_unit(cast) == {"east_one": 10, "south_one": 60}
    assert won_by_unit(cast, known_on=date(2026, 3, 4)) == {"east_one": 70}
    assert reconcile().differences == ()


def test_moving_back_late_brings_the_figures_back(cast: Cast) -> None:
    move_since_february(cast)
    back = Transfer(member_id=cast.lin.pk, unit_id=cast.units["east_one"].pk, start=date(2026, 2, 15))
    assign_members([back], by=cast.sun, at=at(3, 6))
    assert won_by_unit(cast) == {"east_one": 50, "south_one": 20}
    assert reconcile().differences == ()


def test_a_win_taken_back_after_the_move_leaves_the_unit_it_counts_for(cast: Cast) -> None:
    move_since_february(cast)
    reopen_by_mistake([Deal.objects.get(amount=20).pk], by=cast.lin, at=at(3, 7))
    assert won_by_unit(cast) == {"east_one": 10, "south_one": 40}
    assert reconcile().differences == ()
    rebuild()
    assert won_by_unit(cast) == {"east_one": 10, "south_one": 40}
    assert reconcile().differences == ()
