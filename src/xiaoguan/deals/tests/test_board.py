"""The board: its sums both ways, the order of cards, moving, races, undo and who may."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xiaoguan.deals import policy
from xiaoguan.deals.actions import Amendment, Close, amend_deals, lose_deals, move_deals, transfer_deals, win_deals
from xiaoguan.deals.models import Deal, Stage
from xiaoguan.deals.queries import board as queries
from xiaoguan.deals.queries import history
from xiaoguan.deals.queries.board import Looking
from xiaoguan.deals.queries.board_cards import CARDS, Place
from xiaoguan.deals.queries.board_sums import NO_STAGE, sums_from_books, sums_from_table
from xiaoguan.deals.tests.views_world import World, booked, text_of
from xiaoguan.lib.periods import containing
from xiaoguan.org.actions import Rate, set_rates
from xiaoguan.org.models import Member
from xiaoguan.org.tree import touch

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
PATH = "/deals/board/"


@pytest.fixture
def world(db: None) -> World:
    return World()


def _looking(world: World, member: Member, *, filtered: bool = False) -> Looking:
    deals = policy.visible_deals(member) if filtered else None
    return Looking(member=member, today=world.today, period=containing(world.today, "quarter"), deals=deals)


def _keys(text: str) -> list[int]:
    return [int(found) for found in re.findall(r'<li class="x-deal[^>]*data-deal="(\d+)"', text)]


def _send(world: World, who: str, path: str, *, on: str = PATH, **values: Any) -> Any:
    headers = {"HX-Request": "true", "HX-Target": "board-answer", "HX-Current-URL": f"http://testserver{on}"}
    return world.as_(who).client.post(path, values, headers=headers)


def _move(world: World, who: str, deals: list[Deal], to: Stage, **more: Any) -> Any:
    cards = [f"{deal.pk}.{deal.stage_id or 0}" for deal in deals]
    return _send(world, who, f"{PATH}move/", card=cards, stage=to.pk, **more)


def _busy(world: World) -> None:
    """Deals of all kinds: foreign, unknown, unstaged, moved, handed over, won and lost."""
    now, lin = timezone.now(), world.cast.lin
    second, third = world.stages[1:3]
    world.open("own", amount=Decimal("12345.67"))
    world.open("unknown", amount=None, stage_id=second.pk)
    world.open("unstaged", stage_id=None)
    moved, handed, won, lost, changed = (world.open(name) for name in ("moved", "handed", "won", "lost", "changed"))
    world.open("wang", owner=world.cast.wang, stage_id=third.pk, amount=Decimal(7))
    world.open("zhou", owner=world.cast.zhou, stage_id=third.pk, amount=Decimal(9), customer_id=world.his.pk)
    rate = Rate(currency="USD", start=world.today - timedelta(days=90), rate=Decimal("7.12345678"))
    set_rates([rate], by=None, at=now)
    for _number in range(3):
        world.open("dollars", amount=Decimal("0.0333"), currency="USD", stage_id=second.pk)
    move_deals([(moved.pk, second.pk)], by=lin, at=now)
    transfer_deals([(handed.pk, world.cast.zhou.pk)], by=lin, at=now)
    win_deals([Close(deal_id=won.pk, on=world.today, amount=Decimal(5))], by=lin, at=now)
    lose_deals([Close(deal_id=lost.pk, on=world.today, amount=None, reason_id=world.reason.pk)], by=lin, at=now)
    amend_deals([Amendment(deal_id=changed.pk, amount=Decimal("0.0001"))], by=lin, at=now)


@pytest.mark.parametrize("who", ["lin", "wang", "shen", "zhao", "zhou", "gu", "admin", "qian"])
def test_books_and_table_give_the_same_sums(world: World, who: str) -> None:
    _busy(world)
    member, period = world.cast.members[who], containing(world.today, "quarter")
    books, table = sums_from_books(member, world.today, period), sums_from_table(policy.visible_deals(member), period)
    told = [
        {key: (each.count, each.amount, each.unknown) for key, each in sums.by_stage.items()} for sums in (books, table)
    ]
    assert told[0] == told[1]
    assert {key: each.count for key, each in books.closed.items()} == {
        key: each.count for key, each in table.closed.items()
    }
    assert told[0], "nothing was compared"


def test_the_sums_of_a_column_worked_out_by_hand(world: World) -> None:
    _busy(world)
    found = {column.key: column for column in queries.heads(_looking(world, world.cast.lin), world.stages).columns}
    # 0.0333 dollars at 7.12345678 are 0.2372 each; 100,000 were moved here; one amount is not known.
    second = found[world.stages[1].pk]
    assert (second.sum.count, second.sum.amount, second.sum.unknown) == (5, Decimal("100000.7116"), 1)
    assert second.weighted == Decimal("40000.28464")
    # 12,345.67 and 0.0001; what was won, lost, moved or handed over is here no more.
    assert found[world.stages[0].pk].sum.amount == Decimal("12345.6701")
    assert found[NO_STAGE].sum.count == 1
    assert not found[NO_STAGE].takes


def test_figures_open_to_their_records_only_where_these_are_the_same(world: World) -> None:
    world.open()
    board = queries.heads(_looking(world, world.cast.lin), world.stages)
    assert "measure=pipeline_amount&group=stage" in board.columns[0].sum.amount_url
    assert "measure=won_count" in board.won.count_url
    filtered = queries.heads(_looking(world, world.cast.lin, filtered=True), world.stages)
    assert filtered.columns[0].sum.amount_url == ""


def test_cards_come_by_expected_close_and_all_pages_give_every_card_once(world: World) -> None:
    days = [None, 3, 3, 1, None, 40]
    deals = [
        world.open(f"{number}", due_on=days[number % 6] and world.today + timedelta(days=days[number % 6] or 0))
        for number in range(CARDS * 2 + 5)
    ]
    expected = [deal.pk for deal in sorted(deals, key=lambda deal: (deal.due_on is None, str(deal.due_on), deal.pk))]
    looking = _looking(world, world.cast.lin)
    (column, *others) = queries.board(looking, world.stages).columns
    assert column.cards is not None
    found, after = [card.deal.pk for card in column.cards], column.after
    assert len(found) == CARDS
    while after:
        pile = queries.further(looking, column.key, after)
        found, after = [*found, *(card.deal.pk for card in pile.cards)], pile.after
    assert found == expected
    assert all(other.cards == [] for other in others)


@given(text=st.text(max_size=40))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_read_as_a_place_or_as_none(text: str) -> None:
    place = Place.read(text)
    assert place is None or Place.read(place.written) == place


def test_moving_brings_back_the_card_the_two_heads_and_the_way_back(world: World) -> None:
    deal, other = world.open(), world.open("other")
    answer = _move(world, "lin", [deal], world.stages[2])
    text = text_of(answer)
    assert answer.status_code == 200
    assert _keys(text) == [deal.pk]
    assert f'data-column="{world.stages[2].pk}"' in text
    assert re.findall(r'id="head-(\d+)"', text) == [str(world.stages[0].pk), str(world.stages[2].pk)]
    assert "was moved to Negotiation" in text
    (undo,) = set(re.findall(r'hx-post="([^"]*board/undo/[^"]*)"', text))
    back = _send(world, "lin", undo)
    assert back.status_code == 200
    assert _keys(text_of(back)) == [deal.pk]
    assert booked("pipeline", stage_id=world.stages[0].pk) == (Decimal(200_000), 2)
    again = _send(world, "lin", undo)
    assert again.status_code == 422
    assert "Something else happened" in text_of(again)
    other.refresh_from_db()
    assert other.stage_id == world.stages[0].pk


def test_a_selection_is_moved_and_taken_back_together(world: World) -> None:
    deals = [world.open(name) for name in ("one", "two", "three")]
    text = text_of(_move(world, "lin", deals, world.stages[1]))
    assert "3 deals were moved to Solution accepted." in text
    undo = re.findall(r'hx-post="([^"]*board/undo/[^"]*)"', text)[0].replace("&amp;", "&")
    assert undo.count("entry=") == 3
    assert "the deals stand as before" in text_of(_send(world, "lin", undo))
    assert booked("pipeline", stage_id=world.stages[0].pk) == (Decimal(300_000), 3)


def test_undo_is_for_the_same_person_and_for_a_moment(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    deal = world.open()
    text = text_of(_move(world, "lin", [deal], world.stages[1]))
    undo = re.findall(r'hx-post="([^"]*board/undo/[^"]*)"', text)[0]
    assert "too late" in text_of(_send(world, "shen", undo))
    monkeypatch.setattr(history, "UNDO_WITHIN", timedelta(seconds=-1))
    assert _send(world, "lin", undo).status_code == 422
    deal.refresh_from_db()
    assert deal.stage_id == world.stages[1].pk


def test_who_was_too_late_is_told_where_the_deal_stands_now(world: World) -> None:
    deal, free = world.open(), world.open("free")
    move_deals([(deal.pk, world.stages[3].pk)], by=world.cast.shen, at=timezone.now())
    answer = _move(world, "lin", [deal], world.stages[1])
    assert answer.status_code == 422
    assert "was not moved: somebody moved it to Contract in review in the meantime." in text_of(answer)
    assert f'data-column="{world.stages[3].pk}"' in text_of(answer)
    both = _move(world, "lin", [deal, free], world.stages[1])
    assert both.status_code == 200
    assert "“free” was moved to Solution accepted." in text_of(both)
    win_deals([Close(deal_id=free.pk, on=world.today, amount=None)], by=world.cast.shen, at=timezone.now())
    free.refresh_from_db()
    gone = _move(world, "lin", [free], world.stages[0])
    assert "it has been won in the meantime" in text_of(gone)
    assert _keys(text_of(gone)) == []


def test_who_may_not_see_or_not_move(world: World) -> None:
    deal = world.open(owner=world.cast.zhou, customer_id=world.his.pk)
    assert _move(world, "lin", [deal], world.stages[1]).status_code == 404
    assert _move(world, "qian", [deal], world.stages[1]).status_code == 403
    assert _move(world, "sun", [deal], world.stages[1]).status_code == 403
    finance = text_of(world.as_("qian").get(PATH))
    assert _keys(finance) == [deal.pk]
    for mark in ("data-may-move", "board-menu", "data-move-card", "/edit/next/"):
        assert mark not in finance
    assert "data-may-move" in text_of(world.as_("zhou").get(PATH))
    assert world.as_("sun").get(PATH).status_code == 403
    deal.refresh_from_db()
    assert deal.stage_id == world.stages[0].pk


@pytest.mark.parametrize(
    ("card", "stage"),
    [
        ([], "1"), (["x"], "1"), (["1.1"], ""), (["9" * 30 + ".1"], "1"), (["1.²"], "1"), (["\x00"], "1"),
        ([f"{number}.1" for number in range(1, 102)], "1"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_in_words(world: World, card: list[str], stage: str) -> None:
    answer = _send(world, "lin", f"{PATH}move/", card=card, stage=stage)
    assert answer.status_code == 422
    assert 'role="alert"' in text_of(answer)
    assert _send(world, "lin", f"{PATH}undo/?entry=%00").status_code == 422
    assert world.as_("lin").get(f"{PATH}move/").status_code == 405
    assert world.as_("lin").get(f"{PATH}column/999999/").status_code == 404
    assert world.as_("lin").get(f"{PATH}column/{world.stages[0].pk}/", after=card[:1] or "x").status_code == 200


def test_a_stage_that_is_not_there_moves_nothing(world: World) -> None:
    deal = world.open()
    answer = _send(world, "lin", f"{PATH}move/", card=[f"{deal.pk}.{deal.stage_id}"], stage=999_999)
    assert answer.status_code == 422
    assert "does not belong" in text_of(answer)
    assert _keys(text_of(answer)) == [deal.pk]


def test_won_and_lost_asked_on_the_board_answer_the_board(world: World) -> None:
    deal, lost = world.open(), world.open("lost")
    headers = {"HX-Request": "true", "HX-Target": "x-dialog-body", "HX-Current-URL": f"http://testserver{PATH}"}
    client = world.as_("lin").client
    won = client.post(f"/deals/{deal.pk}/win/", {"amount": "90000", "on": str(world.today)}, headers=headers)
    assert (won["HX-Retarget"], won["HX-Trigger"]) == ("#board-answer", "x:close-dialog")
    assert _keys(text_of(won)) == []
    assert 'id="fold-won"' in text_of(won)
    reason = {"reason": str(world.reason.pk), "on": str(world.today), "amount": ""}
    gone = client.post(f"/deals/{lost.pk}/lose/", reason, headers=headers)
    assert "is lost" in text_of(gone)
    undo = re.findall(r'hx-post="([^"]*board/undo/[^"]*)"', text_of(gone))[0]
    assert _keys(text_of(_send(world, "lin", undo))) == [lost.pk]
    assert booked("lost") == (Decimal(0), 0)


def test_a_next_step_added_on_the_board_brings_the_card_back(world: World) -> None:
    deal = world.open()
    headers = {"HX-Request": "true", "HX-Target": "x-dialog-body", "HX-Current-URL": f"http://testserver{PATH}"}
    sent = {"next_step": "约现场看线", "next_step_on": ""}
    answer = world.as_("lin").client.post(f"/deals/{deal.pk}/edit/next/", sent, headers=headers)
    assert _keys(text_of(answer)) == [deal.pk]
    assert "约现场看线" in text_of(answer)


def test_filters_stay_while_cards_move(world: World) -> None:
    deal = world.open(due_on=world.today)
    world.open("later", due_on=world.today + timedelta(days=400))
    page = text_of(world.as_("lin").get(PATH, due="week"))
    assert _keys(page) == [deal.pk]
    answer = text_of(_move(world, "lin", [deal], world.stages[1], on=f"{PATH}?due=week"))
    head = answer.partition(f'id="head-{world.stages[0].pk}"')[2].partition("</header>")[0]
    assert ">0<" in head
    assert "/analysis/open/" not in head


def test_a_phone_gets_the_cards_of_one_stage(world: World) -> None:
    first, second = world.open("first"), world.open("second", stage_id=world.stages[1].pk)
    client = world.as_("lin").client
    phone = {"User-Agent": "Mozilla/5.0 (iPhone) Mobile/15E148"}
    assert _keys(text_of(client.get(PATH, headers=phone))) == [first.pk]
    assert _keys(text_of(client.get(f"{PATH}?at={world.stages[1].pk}", headers=phone))) == [second.pk]
    assert _keys(text_of(client.get(PATH))) == [first.pk, second.pk]
    assert "User-Agent" in client.get(PATH)["Vary"]
    column = client.get(f"{PATH}column/{world.stages[1].pk}/")
    assert _keys(text_of(column)) == [second.pk]


def test_what_rests_too_long_is_tinted_and_a_missing_next_step_is_said(world: World) -> None:
    old, new = world.open("old", days_ago=31), world.open("new", next_step="call", days_ago=3)
    text = text_of(world.as_("lin").get(PATH))
    cards = {int(key): part for key, part in re.findall(r'data-deal="(\d+)"(.*?)</li>', text, re.DOTALL)}
    assert re.search(rf'<li class="x-deal rests" data-deal="{old.pk}"', text)
    assert "</svg>31 days" in cards[old.pk]
    assert "No next step" in cards[old.pk]
    assert f'<li class="x-deal" data-deal="{new.pk}"' in text
    assert "No next step" not in cards[new.pk]


def test_a_company_without_deals_or_stages_is_told_what_the_board_is_for(world: World) -> None:
    assert "Open the first deal" in text_of(world.as_("lin").get(PATH))
    assert "No open deal fits" in text_of(world.as_("lin").get(PATH, due="week"))
    Stage.objects.all().delete()
    touch()
    assert "No stages yet" in text_of(world.as_("lin").get(PATH))


def test_the_number_of_queries_does_not_grow_with_the_deals(world: World) -> None:
    def queries_of(path: str) -> int:
        world.as_("shen").get(path)
        browser = world.as_("shen")
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(path).status_code == 200
        return len(captured)

    world.open(due_on=world.today)
    few = [queries_of(PATH), queries_of(f"{PATH}?due=week")]
    for number in range(30):
        owner = (world.cast.lin, world.cast.wang)[number % 2]
        world.open(f"{number}", stage_id=world.stages[number % 5].pk, owner=owner, due_on=world.today)
    assert [queries_of(PATH), queries_of(f"{PATH}?due=week")] == few
    assert max(few) <= 24


def test_cards_and_rows_name_customers_by_their_short_names(world: World) -> None:
    world.open("one")
    world.hers.short_name = "海铭"
    world.hers.save()
    for address in ("/deals/board/", "/deals/"):
        text = world.as_("lin").get(address).content.decode()
        assert ">海铭<" in text
        assert f'title="{world.hers.name}"' in text
        assert f">{world.hers.name}<" not in text
