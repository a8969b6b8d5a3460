"""The list of deals: who sees what, filters, order, paging, sums; nothing typed into the address breaks it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from xiaoguan.deals.actions import Amendment, Close, amend_deals, lose_deals, win_deals
from xiaoguan.deals.queries import listing as reading
from xiaoguan.deals.queries.filters import Among, Days, Filters, named_period
from xiaoguan.deals.queries.listing import Wanted, listing
from xiaoguan.deals.queries.paging import ORDERS, SORTS
from xiaoguan.deals.tests.views_world import World, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> World:
    return World()


def names(world: World, who: str, **wanted: object) -> list[str]:
    filters = Filters(**wanted)  # type: ignore[arg-type]  # short form
    found = listing(world.cast.members[who], Wanted(filters=filters), today=world.today)
    return [row.deal.name for row in found.rows]


def test_each_role_sees_its_part(world: World) -> None:
    world.open("hers")
    world.open("wangs", owner=world.cast.wang)
    world.open("zhous", owner=world.cast.zhou, customer_id=world.his.pk)
    assert set(names(world, "lin")) == {"hers"}
    assert set(names(world, "shen")) == {"hers", "wangs"}
    assert set(names(world, "zhao")) == {"zhous"}
    for who in ("gu", "he", "qian", "admin"):
        assert set(names(world, who)) == {"hers", "wangs", "zhous"}
    page = text_of(world.as_("lin").get("/deals/"))
    assert "hers" in page
    assert "wangs" not in page
    assert "zhous" not in page


def test_who_may_not_see_deals_may_not_open_the_list(world: World) -> None:
    assert world.as_("sun").get("/deals/").status_code == 403


def test_filters(world: World) -> None:
    today, doing = world.today, {"by": world.cast.lin, "at": timezone.now()}
    world.open("late", due_on=today - timedelta(days=1), next_step="visit")
    world.open("soon", due_on=today, stage_id=world.stages[1].pk)
    won, lost = world.open("won"), world.open("lost")
    win_deals([Close(deal_id=won.pk, on=today, amount=None)], **doing)
    lose_deals([Close(deal_id=lost.pk, on=today, amount=None, reason_id=world.reason.pk)], **doing)
    assert set(names(world, "lin")) == {"late", "soon"}
    assert names(world, "lin", state=2) == ["won"]
    assert names(world, "lin", state=3) == ["lost"]
    assert len(names(world, "lin", state=0)) == 4
    assert names(world, "lin", due=Days(word="overdue")) == ["late"]
    assert "soon" in names(world, "lin", due=Days(word="week"))
    assert names(world, "lin", stage=Among(ids=(world.stages[1].pk,))) == ["soon"]
    assert names(world, "lin", next_step="none") == ["soon"]
    assert names(world, "lin", text="SOO") == ["soon"]
    assert set(names(world, "lin", text="海铭")) == {"late", "soon"}
    assert names(world, "lin", text="%") == []


def test_a_unit_is_everybody_below_it(world: World) -> None:
    world.open("hers")
    world.open("zhous", owner=world.cast.zhou)
    assert names(world, "gu", unit=Among(ids=(world.cast.units["south"].pk,))) == ["zhous"]
    assert len(names(world, "gu", unit=Among(ids=(world.cast.units["company"].pk,)))) == 2


@pytest.mark.parametrize("sort", SORTS)
def test_paging_shows_every_deal_once_in_order(world: World, monkeypatch: pytest.MonkeyPatch, sort: str) -> None:
    monkeypatch.setattr(reading, "PAGE", 2)
    today, doing = world.today, {"by": world.cast.lin, "at": timezone.now()}
    for number, (amount, due) in enumerate([(5, 3), (None, None), (5, 3), (7, 1), (None, 9), (1, None), (5, 2)]):
        amounts = None if amount is None else Decimal(amount)
        deal = world.open(str(number), amount=amounts, due_on=None if due is None else today + timedelta(days=due))
        if "closed" in sort:
            win_deals([Close(deal_id=deal.pk, on=today - timedelta(days=number % 3), amount=amounts)], **doing)
    seen, after = [], ""
    for _page in range(5):
        found = listing(world.cast.lin, Wanted(filters=Filters(state=0), sort=sort, after=after), today=today)
        seen += [row.deal for row in found.rows]
        after = found.next_after
        if not after:
            break
    assert sorted(deal.name for deal in seen) == ["0", "1", "2", "3", "4", "5", "6"]
    order = ORDERS[sort.lstrip("-")]
    field, down = order.column, sort.startswith("-") != order.turned
    known = [getattr(deal, field) for deal in seen if getattr(deal, field) is not None]
    assert known == sorted(known, reverse=down)
    unknown = [getattr(deal, field) is None for deal in seen]
    assert unknown == sorted(unknown), "what is not known comes last"


def test_sum_and_unknown_amounts(world: World) -> None:
    world.open(amount=Decimal("100000.50"))
    world.open(amount=Decimal("0.25"))
    world.open(amount=None)
    found = listing(world.cast.lin, Wanted(), today=world.today)
    assert (found.tally.known_amount, found.tally.unknown, found.count) == (Decimal("100000.75"), 1, 3)
    page = text_of(world.as_("lin").get("/deals/"))
    assert "¥100,000.75" in page
    assert "1 amount not known" in page


def test_a_sum_of_unknown_amounts_is_unknown(world: World) -> None:
    world.open(amount=None)
    found = listing(world.cast.lin, Wanted(), today=world.today)
    assert (found.tally.known_amount, found.tally.unknown) == (None, 1)


def test_too_many_to_count_is_said(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "COUNT_TO", 2)
    for _each in range(3):
        world.open()
    found = listing(world.cast.lin, Wanted(), today=world.today)
    assert (found.count, found.more_than_counted, found.tally) == (2, True, None)
    assert "More than 2 deals" in text_of(world.as_("lin").get("/deals/"))


@pytest.mark.parametrize(
    "query",
    [
        {"state": "x", "stage": "-1", "owner": "999999999999999999999", "unit": "'", "due": "never", "sort": "name"},
        {"after": "NaN|1", "sort": "-amount"},
        {"after": "1e999|1", "sort": "amount"},
        {"after": "x|99999999999999999999999", "sort": "due_on"},
        {"after": "|1", "sort": "due_on"},
        {"after": "2026-02-30|5", "sort": "-closed_on"},
        {"after": "²"},
        {"q": "<script>alert(1)</script>"},
        {"q": "\x00"},
        {"q": "x" * 5000},
    ],
)
def test_nothing_in_the_address_breaks_the_list(world: World, query: dict[str, str]) -> None:
    world.open("hers")
    response = world.as_("lin").get("/deals/", **query)
    assert response.status_code == 200
    assert "<script>alert" not in text_of(response)


def test_htmx_gets_the_table_alone_with_a_tidy_address(world: World) -> None:
    world.open("hers")
    response = world.as_("lin").part("/deals/?q=hers&state=open&sort=-id&due=", target="results")
    assert text_of(response).lstrip().startswith('<div class="col g12" id="deals-view">')
    assert response["HX-Push-Url"] == "/deals/?q=hers"
    assert "HX-Request" in response["Vary"]


def test_going_back_in_history_gets_the_page(world: World) -> None:
    client = world.as_("lin").client
    headers = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    assert "<html" in text_of(client.get("/deals/", headers=headers))


def test_the_number_of_queries_does_not_grow_with_the_deals(world: World) -> None:
    browser = world.as_("shen")

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert browser.get("/deals/").status_code == 200
        return len(captured)

    world.open(owner=world.cast.wang)
    asked()
    before = asked()
    for _each in range(8):
        world.open(customer_id=world.customer("启泰", world.cast.wang).pk)
    assert asked() == before


def test_what_overdue_this_week_month_and_quarter_mean() -> None:
    monday_to_sunday = (date(2026, 11, 23), date(2026, 11, 29))
    assert named_period("week", date(2026, 11, 24), 1) == monday_to_sunday
    assert named_period("month", date(2026, 2, 28), 1) == (date(2026, 2, 1), date(2026, 2, 28))
    assert named_period("quarter", date(2026, 11, 24), 1) == (date(2026, 10, 1), date(2026, 12, 31))
    assert named_period("quarter", date(2026, 1, 15), 11) == (date(2025, 11, 1), date(2026, 1, 31))


def test_an_empty_list_says_what_it_is_for(world: World) -> None:
    assert "Open the first deal" in text_of(world.as_("lin").get("/deals/"))
    assert "No deal fits these filters" in text_of(world.as_("lin").get("/deals/", q="nothing"))


def test_a_name_is_shown_as_it_is(world: World) -> None:
    deal = world.open()
    amend_deals([Amendment(deal_id=deal.pk, name="<b>&二期")], by=world.cast.lin, at=timezone.now())
    assert "&lt;b&gt;&amp;二期" in text_of(world.as_("lin").get("/deals/"))
