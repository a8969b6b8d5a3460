"""The list in groups: every deal is in one group, the sums add up to the whole, and each group pages on its own."""

from datetime import timedelta
from decimal import Decimal

import pytest

from xiaoguan.deals.models import Deal, Stage
from xiaoguan.deals.queries import grouping
from xiaoguan.deals.queries.filters import Among, Filters
from xiaoguan.deals.queries.grouping import BY, group_of, grouped
from xiaoguan.deals.queries.listing import Wanted
from xiaoguan.deals.queries.tally import Tally, tallies, total
from xiaoguan.deals.tests.views_world import World, text_of
from xiaoguan.lib.money import RATE_SCALE
from xiaoguan.org.tree import touch

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def world(db: None) -> World:
    world = World()
    today, stages = world.today, world.stages
    world.open("a", amount=Decimal("100.25"), due_on=today)
    world.open("b", amount=Decimal("200.50"), stage_id=stages[1].pk, product_id=world.product.pk, due_on=today)
    world.open("c", amount=None, stage_id=stages[1].pk, source_id=world.source.pk)
    later = today + timedelta(days=90)
    world.open("d", amount=Decimal(7), owner=world.cast.zhou, customer_id=world.his.pk, due_on=later)
    return world


@pytest.mark.parametrize("by", BY)
def test_groups_add_up_to_the_whole(world: World, by: str) -> None:
    found = grouped(world.cast.gu, Wanted(), by, today=world.today)
    whole = total(tallies(Deal.objects.all()).values())
    assert found.tally == whole
    assert total(group.tally for group in found.groups) == whole
    assert whole.amount == Decimal("307.75")
    assert (whole.count, whole.unknown) == (4, 1)
    for group in found.groups:
        alone = group_of(world.cast.gu, Wanted(), by, group.key, today=world.today)
        assert alone.tally == group.tally
        assert len(alone.rows or ()) == group.tally.count


def test_groups_by_name(world: World) -> None:
    found = grouped(world.cast.gu, Wanted(), "unit", today=world.today)
    assert [(group.label, group.tally.count) for group in found.groups] == [("华东一组", 3), ("华南一组", 1)]
    found = grouped(world.cast.gu, Wanted(), "stage", today=world.today)
    assert [group.label for group in found.groups] == [str(world.stages[0]), str(world.stages[1])]
    found = grouped(world.cast.gu, Wanted(), "product", today=world.today)
    assert [(group.key, group.tally.count) for group in found.groups][-1] == ("none", 3)


def test_only_what_the_member_sees_is_counted(world: World) -> None:
    found = grouped(world.cast.lin, Wanted(), "owner", today=world.today)
    assert [(group.label, group.tally.count) for group in found.groups] == [("林晓雯", 3)]


def test_weighted_sums_and_other_currencies(world: World) -> None:
    Stage.objects.filter(pk=world.stages[0].pk).update(probability=10)
    Stage.objects.filter(pk=world.stages[1].pk).update(probability=50)
    touch()
    Deal.objects.filter(name="b").update(currency="USD", rate=7 * RATE_SCALE)
    whole = total(tallies(Deal.objects.all()).values())
    assert whole.amount == Decimal("100.25") + Decimal("1403.5") + 7
    assert whole.weighted == Decimal("10.025") + Decimal("701.75") + Decimal("0.7")
    Stage.objects.filter(pk=world.stages[0].pk).update(probability=None)
    touch()
    assert total(tallies(Deal.objects.all()).values()).weighted is None


def test_an_unknown_amount_is_not_zero() -> None:
    assert Tally(count=2, unknown=2).known_amount is None
    assert Tally(count=2, unknown=1, amount=Decimal(0)).known_amount == 0


def test_a_group_pages_on_its_own(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grouping, "PAGE", 1)
    key, after = str(world.stages[1].pk), ""
    seen: list[str] = []
    for _page in range(4):
        part = group_of(world.cast.gu, Wanted(after=after), "stage", key, today=world.today)
        seen += [row.deal.name for row in part.rows or ()]
        after = part.next_after
        if not after:
            break
    assert seen == ["c", "b"]


def test_many_groups_come_in_pages(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grouping, "SHOWN", 1)
    first = grouped(world.cast.gu, Wanted(), "stage", today=world.today)
    second = grouped(world.cast.gu, Wanted(), "stage", today=world.today, start=first.next_from)
    assert (first.count, first.next_from, second.next_from) == (2, 1, 0)
    assert first.groups[0].key != second.groups[0].key


def test_the_page_and_its_fragments(world: World) -> None:
    browser = world.as_("gu")
    page = text_of(browser.get("/deals/", group="stage"))
    assert "in 2 groups" in page
    assert 'aria-expanded="true"' in page
    key = world.stages[1].pk
    folded = text_of(browser.part(f"/deals/group/?group=stage&in={key}&fold=1", target=f"group-{key}"))
    assert 'aria-expanded="false"' in folded
    assert "/deals/group/?group=stage&amp;in=" in folded
    unfolded = text_of(browser.part(f"/deals/group/?group=stage&in={key}", target=f"group-{key}"))
    assert ">b<" in unfolded


@pytest.mark.parametrize("key", ["", "x", "²", "-1", "9" * 30, "2026-13"])
@pytest.mark.parametrize("by", BY)
def test_groups_that_no_key_names_are_not_there(world: World, by: str, key: str) -> None:
    assert world.as_("gu").get("/deals/group/", group=by, **{"in": key}).status_code == 404


def test_a_list_that_is_not_grouped_has_no_groups(world: World) -> None:
    assert world.as_("gu").get("/deals/group/", **{"in": "1"}).status_code == 404


def test_columns_are_chosen_in_their_own_order(world: World) -> None:
    browser = world.as_("lin")
    answer = browser.client.get("/deals/columns/?set=1&col=owner&col=amount&col=no-such&state=won")
    assert answer.headers["Location"] == "/deals/?state=won&cols=amount,owner"
    page = text_of(browser.get("/deals/", cols="owner,amount,no-such"))
    assert "Expected close" not in page.partition("<thead")[2].partition("</thead>")[0]


def test_a_filter_of_the_same_field_stays(world: World) -> None:
    wanted = Wanted(filters=Filters(stage=Among(ids=(world.stages[0].pk,))))
    assert group_of(world.cast.gu, wanted, "stage", str(world.stages[1].pk), today=world.today).rows == []
    alone = group_of(world.cast.gu, wanted, "stage", str(world.stages[0].pk), today=world.today)
    assert {row.deal.name for row in alone.rows or ()} == {"a", "d"}


def test_too_many_deals_are_not_grouped_by_customer(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grouping, "COUNT_TO", 3)
    page = text_of(world.as_("gu").get("/deals/", group="customer"))
    assert "cannot be grouped by customer" in page
    assert "in 2 groups" in text_of(world.as_("gu").get("/deals/", group="stage"))
