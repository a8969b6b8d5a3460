"""Sums of closed deals: equal to the deals whatever is done to them, and read instead of them where they can say."""

from collections import defaultdict
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests.infrastructure.databases import Database
from xiaoguan.deals.checks import check_sums
from xiaoguan.deals.closed_sums import add_up_anew, gather, make_sums, missing_sum_triggers, sums_that_differ
from xiaoguan.deals.models import ClosedSum, Deal
from xiaoguan.deals.queries.filters import Among, Amounts, Days, Filters, filtered
from xiaoguan.deals.queries.listing import Wanted, listing
from xiaoguan.deals.queries.sums import sums_by
from xiaoguan.deals.queries.tally import Tally, tallies, total
from xiaoguan.deals.sum_triggers import NAMES
from xiaoguan.deals.tests.views_world import World
from xiaoguan.lib.money import RATE_SCALE
from xiaoguan.org.models import Member

WON, LOST, OPEN, REMOVED = Deal.State.WON, Deal.State.LOST, Deal.State.OPEN, Deal.State.REMOVED
CLOSED_ON = st.dates(date(2026, 2, 27), date(2026, 3, 2))
AMOUNTS = st.none() | st.integers(0, 10**15 - 1).map(lambda stored: Decimal(stored).scaleb(-4))
DUE = st.none() | st.dates(date(2025, 12, 30), date(2026, 3, 2))
RATES = st.sampled_from([RATE_SCALE, 712_345_678])
STATES = st.sampled_from(Deal.State.values)


@pytest.mark.both_databases
class TestKeptSums(TestCase):
    def setUp(self) -> None:
        self.world = World()

    @settings(max_examples=25, deadline=None)
    @given(st.data())
    def test_they_equal_the_deals_whatever_is_done(self, data: st.DataObject) -> None:
        for _step in range(data.draw(st.integers(1, 8))):
            chosen = (
                Deal.objects.filter(pk__in=data.draw(st.sets(st.sampled_from(self._ids())))) if self._ids() else None
            )
            match data.draw(st.sampled_from(["insert", "update", "delete", "gather", "undo"])):
                case "insert":
                    Deal.objects.bulk_create(deal(**self._values(data)) for _ in range(data.draw(st.integers(1, 4))))
                case "update" if chosen is not None:
                    chosen.update(**self._values(data))
                case "delete" if chosen is not None:
                    chosen.delete()
                case "gather":
                    gather()
                case "undo":
                    with transaction.atomic():
                        Deal.objects.bulk_create([deal(**self._values(data))])
                        transaction.set_rollback(True)
            assert list(sums_that_differ()) == []
        gather()
        assert not ClosedSum.objects.exclude(slot=0).exists()
        assert list(sums_that_differ()) == []

    def _ids(self) -> list[int]:
        return list(Deal.objects.order_by("pk").values_list("pk", flat=True))

    def _values(self, data: st.DataObject) -> dict[str, Any]:
        world, state = self.world, data.draw(STATES)
        return {
            "state": state,
            "closed_on": data.draw(CLOSED_ON) if state in (WON, LOST) else None,
            "owner": data.draw(st.sampled_from([world.cast.lin, world.cast.zhou])),
            "pipeline_id": world.stages[0].pipeline_id,
            "stage": data.draw(st.none() | st.sampled_from(world.stages[:2])),
            "product": data.draw(st.none() | st.just(world.product)),
            "source": data.draw(st.none() | st.just(world.source)),
            "amount": data.draw(AMOUNTS),
            "rate": data.draw(RATES),
            "due_on": data.draw(DUE),
        }


def deal(**values: Any) -> Deal:
    usual = {"name": "二期产线", "currency": "CNY", "opened_on": date(2026, 1, 1), "updated_at": timezone.now()}
    return Deal(**usual | values)


@pytest.fixture
def world(db: None) -> World:
    """Sixty deals that agree in something and differ in something else."""
    world = World()
    states, owners, products = (WON, LOST, OPEN, WON, LOST), (world.cast.lin, world.cast.zhou), (None, world.product)
    Deal.objects.bulk_create(
        deal(
            state=states[n % 5],
            closed_on=None if states[n % 5] == OPEN else date(2026, 1 + n % 3, 31 - 3 * (n % 3)),
            owner=owners[n % 3 % 2],
            pipeline_id=world.stages[0].pipeline_id,
            stage=world.stages[n % 4],
            product=products[n % 2],
            source=(None, None, world.source)[n % 3],
            amount=None if n % 7 == 0 else Decimal(n * 1000) + Decimal("0.0001"),
            rate=RATE_SCALE if n % 4 else 7 * RATE_SCALE,
            due_on=None if n % 6 == 0 else date(2026, 1 + n % 4, 1 + n % 28),
        )
        for n in range(60)
    )
    return world


def wanted_by(world: World) -> dict[str, Filters]:
    """Filters of closed deals that the sums can answer with some grouping or other, and some that they cannot."""
    zhou = Among(ids=(world.cast.zhou.pk,))
    return {
        "none": Filters(),
        "stage": Filters(stage=Among(ids=(world.stages[1].pk, world.stages[2].pk))),
        "but a stage": Filters(stage=Among(ids=(world.stages[1].pk,), but=True)),
        "owner": Filters(owner=zhou),
        "but an owner": Filters(owner=replace(zhou, but=True)),
        "unit": Filters(unit=Among(ids=(world.cast.units["east"].pk,))),
        "product": Filters(product=Among(ids=(world.product.pk,))),
        "no product": Filters(product=Among(unset=True)),
        "but a product": Filters(product=Among(ids=(world.product.pk,), but=True)),
        "source": Filters(source=Among(ids=(world.source.pk,)), stage=Among(ids=(world.stages[2].pk,))),
        "a month": Filters(due=Days(start=date(2026, 2, 1), end=date(2026, 2, 28))),
        "until a month": Filters(due=Days(end=date(2026, 3, 31))),
        "no day": Filters(due=Days(word="none")),
        "overdue": Filters(due=Days(word="overdue")),
        "closed": Filters(closed=Days(start=date(2026, 1, 1), end=date(2026, 2, 28))),
        "closed a quarter ago": Filters(closed=Days(word="last-quarter"), stage=Among(ids=(world.stages[0].pk,))),
        "closed since": Filters(closed=Days(start=date(2026, 3, 1)), product=Among(unset=True)),
        "closed within": Filters(closed=Days(start=date(2026, 1, 1), end=date(2026, 2, 27))),
        "half a month": Filters(due=Days(start=date(2026, 2, 1), end=date(2026, 2, 14))),
        "amount": Filters(amount=Amounts(at_least=Decimal(10_000))),
        "customer": Filters(customer=Among(unset=True)),
        "two": Filters(product=Among(ids=(world.product.pk,)), source=Among(ids=(world.source.pk,))),
    }


COLUMNS = ("state", "stage_id", "owner_id", "product_id", "source_id", "due_on")


@pytest.mark.both_databases
@pytest.mark.parametrize("who", ["gu", "lin"])
@pytest.mark.parametrize("state", [WON, LOST, 0])
def test_they_are_what_adding_up_the_deals_gives(world: World, who: str, state: int) -> None:
    member = world.cast.members[who]
    for name, filters in wanted_by(world).items():
        asked = replace(filters, state=state)
        for column in COLUMNS:
            found = by_month(sums_by(member, asked, column, today=world.today))
            assert found == by_month(tallies(filtered(member, asked, today=world.today), column)), (name, column)


def by_month(found: dict[Any, Tally]) -> dict[Any, Tally]:
    result: dict[Any, Tally] = defaultdict(Tally)
    for key, tally in found.items():
        result[key.replace(day=1) if isinstance(key, date) else key] += tally
    return dict(result)


BUT_OWNER = set(COLUMNS) - {"owner_id"}
NO_DEAL_IS_READ = {
    **{name: set(COLUMNS) for name in ("none", "stage", "but a stage")},
    **{name: {"owner_id"} for name in ("owner", "but an owner", "unit")},
    **{name: {"product_id"} for name in ("product", "no product", "but a product", "closed since")},
    **{name: {"due_on"} for name in ("a month", "until a month", "no day")},
    **dict.fromkeys(("closed", "closed a quarter ago"), BUT_OWNER),
    "source": {"source_id"},
}


def test_they_are_read_instead_of_the_deals(world: World) -> None:
    for name, filters in wanted_by(world).items():
        for column in COLUMNS:
            alone = NO_DEAL_IS_READ.get(name, set())
            alone = alone | {"state", "stage_id"} if alone else alone
            read = tables_read(world, world.cast.gu, replace(filters, state=WON), column)
            assert (read == {"deals_closedsum"}) == (column in alone), (name, column)


def test_of_a_team_they_are_read_by_owner_alone(world: World) -> None:
    for column in COLUMNS:
        read = tables_read(world, world.cast.lin, Filters(state=WON), column)
        assert (read == {"deals_closedsum"}) == (column in ("state", "stage_id", "owner_id"))


def tables_read(world: World, member: Member, filters: Filters, column: str) -> set[str]:
    with CaptureQueriesContext(connection) as queries:
        sums_by(member, filters, column, today=world.today)
    named = ("deals_closedsum", "deals_deal")
    return {table for query in queries for table in named if f'"{table}"' in query["sql"]}


def test_the_list_of_closed_deals_has_its_sum_however_many_there_are(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("xiaoguan.deals.queries.listing.COUNT_TO", 3)
    won = listing(world.cast.gu, Wanted(filters=Filters(state=WON)), today=world.today)
    assert won.tally == total(tallies(Deal.objects.filter(state=WON)).values())
    assert won.count == 24
    assert not won.more_than_counted
    assert listing(world.cast.gu, Wanted(), today=world.today).more_than_counted


@pytest.mark.both_databases
def test_a_sum_that_differs_is_found_and_made_anew(world: World) -> None:
    assert list(check_sums({})) == []
    some = ClosedSum.objects.filter(kind=ClosedSum.Kind.SOURCE).first()
    assert some is not None
    ClosedSum.objects.filter(pk=some.pk).update(amount=some.amount + 1)
    (difference,) = check_sums({})
    assert difference.about == f"source ({some.state:d}, {some.closed}, {some.value}, {some.stage}, {some.rate})"
    add_up_anew()
    assert list(check_sums({})) == []


@pytest.mark.both_databases
def test_triggers_that_are_gone_are_put_up_again_and_what_they_missed_is_added(world: World) -> None:
    assert missing_sum_triggers() == []
    on_table = " ON deals_deal" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {NAMES[1]}{on_table}")
    Deal.objects.filter(state=WON).update(state=LOST)
    assert {difference.about for difference in check_sums({})} > {NAMES[1]}
    make_sums()
    assert list(check_sums({})) == []


@pytest.mark.both_databases
def test_two_who_close_deals_do_not_wait_for_each_other(fresh_db: Database) -> None:
    """Nor does one who gathers, who leaves what is not committed where it is. SQLite has one writer anyway."""
    world = World()
    ids = [world.open(name, days_ago=5).pk for name in ("a", "b")]
    if connection.vendor == "sqlite":
        return
    won = "UPDATE deals_deal SET state = 2, closed_on = %s WHERE id = %s"
    other = connections["default"].copy()
    try:
        with transaction.atomic():
            connection.cursor().execute(won, [world.today, ids[0]])
            other.cursor().execute("SET lock_timeout = '2s'")
            other.cursor().execute(won, [world.today, ids[1]])
            assert gather() > 0
    finally:
        other.close()
    assert list(sums_that_differ()) == []
    gather()
    assert list(sums_that_differ()) == []
    assert sum(ClosedSum.objects.filter(kind=ClosedSum.Kind.WHOLE).values_list("deals", flat=True)) == 2
