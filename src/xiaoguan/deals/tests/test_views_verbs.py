"""Win, lose, move, transfer, re-open and undo through HTTP: what reaches the books, and what is refused in words."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from xiaoguan.deals.actions import Amendment, Close, amend_deals, lose_deals, win_deals
from xiaoguan.deals.models import Deal, Pipeline, Stage
from xiaoguan.deals.queries import history
from xiaoguan.deals.tests.views_world import World, booked, text_of
from xiaoguan.journal.models import Entry
from xiaoguan.ledger.closing import close_through
from xiaoguan.org.tree import touch

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> World:
    return World()


VERBS = ("win", "lose", "move", "transfer", "reopen", "edit/name", "edit/amount")


@pytest.mark.parametrize("verb", VERBS)
def test_an_invisible_deal_is_not_there_and_a_visible_one_may_be_forbidden(world: World, verb: str) -> None:
    deal = world.open(owner=world.cast.zhou, customer_id=world.his.pk)
    path = f"/deals/{deal.pk}/{verb}/"
    for who in ("lin", "shen", "sun"):
        assert world.as_(who).get(path).status_code == 404
        assert world.as_(who).post(path, on=world.today, amount="1").status_code == 404
    before = Entry.objects.count()
    finance = world.as_("qian")
    assert finance.get(path).status_code == 403
    assert finance.post(path, on=world.today, amount="1", owner=world.cast.lin.pk, name="x").status_code == 403
    assert Entry.objects.count() == before


def test_buttons_are_shown_to_those_who_may_press_them(world: World) -> None:
    deal = world.open()
    path = f"/deals/{deal.pk}/"
    hers, finance, boss = (text_of(world.as_(who).get(path)) for who in ("lin", "qian", "shen"))
    assert f"{path}win/" in hers
    assert f"{path}transfer/" not in hers
    assert f"{path}transfer/" in boss
    for verb in ("win", "lose", "move", "transfer", "edit"):
        assert f"{path}{verb}/" not in finance
    win_deals([Close(deal_id=deal.pk, on=world.today, amount=None)], by=world.cast.lin, at=timezone.now())
    hers = text_of(world.as_("lin").get(path))
    assert f"{path}win/" not in hers
    assert f"{path}reopen/" in hers


def test_win_reaches_the_books(world: World) -> None:
    deal = world.open()
    page = world.as_("lin").get(f"/deals/{deal.pk}/win/")
    assert 'value="100,000"' in text_of(page)
    assert f'value="{world.today}"' in text_of(page)
    answer = world.as_("lin").post(f"/deals/{deal.pk}/win/", amount="12.5万", on=world.today)
    assert (answer.status_code, answer["Location"]) == (302, f"/deals/{deal.pk}/")
    assert booked("won") == (Decimal(125_000), 1)
    assert booked("pipeline") == (Decimal(0), 0)
    assert booked("cycle_days") == (Decimal(10), 1)
    deal.refresh_from_db()
    assert (deal.state, deal.amount, deal.closed_on) == (Deal.State.WON, Decimal(125_000), world.today)


def test_an_unknown_amount_is_won_as_unknown(world: World) -> None:
    deal = world.open()
    world.as_("lin").post(f"/deals/{deal.pk}/win/", amount="", on=world.today)
    assert booked("won") == (Decimal(0), 1)
    assert booked("won_unknown")[1] == 1


def test_htmx_gets_the_record_and_the_way_back(world: World) -> None:
    deal, browser = world.open(), world.as_("lin")
    answer = browser.send(f"/deals/{deal.pk}/win/", amount="100000", on=world.today)
    assert answer.status_code == 200
    assert (answer["HX-Retarget"], answer["HX-Reswap"], answer["HX-Trigger"]) == (
        "#deal",
        "outerHTML",
        "x:close-dialog",
    )
    entry = Entry.objects.latest("id")
    assert f'action="/deals/{deal.pk}/undo/{entry.pk}/"' in text_of(answer)
    assert 'id="x-undo"' in text_of(answer)


def test_undo_leaves_nothing_in_the_books(world: World) -> None:
    deal, browser = world.open(), world.as_("lin")
    browser.post(f"/deals/{deal.pk}/win/", amount="90000", on=world.today)
    entry = Entry.objects.latest("id")
    page = text_of(browser.get(f"/deals/{deal.pk}/"))
    assert f"/undo/{entry.pk}/" in page
    assert browser.post(f"/deals/{deal.pk}/undo/{entry.pk}/").status_code == 302
    assert booked("won") == (Decimal(0), 0)
    assert booked("pipeline") == (Decimal(100_000), 1)
    again = browser.post(f"/deals/{deal.pk}/undo/{entry.pk}/")
    assert again.status_code == 422
    assert "Something else happened" in text_of(again)


def test_undo_is_for_the_same_person_at_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    deal = world.open()
    world.as_("lin").post(f"/deals/{deal.pk}/win/", amount="90000", on=world.today)
    entry = Entry.objects.latest("id")
    refused = world.as_("shen").post(f"/deals/{deal.pk}/undo/{entry.pk}/")
    assert refused.status_code == 422
    monkeypatch.setattr(history, "UNDO_WITHIN", timedelta(seconds=-1))
    assert world.as_("lin").post(f"/deals/{deal.pk}/undo/{entry.pk}/").status_code == 422
    assert world.as_("lin").get(f"/deals/{deal.pk}/undo/{entry.pk}/").status_code == 405
    assert booked("won") == (Decimal(90_000), 1)


def test_an_entry_of_another_deal_is_not_undone(world: World) -> None:
    deal, other = world.open(), world.open("other")
    browser = world.as_("lin")
    browser.post(f"/deals/{deal.pk}/win/", amount="1", on=world.today)
    entry = Entry.objects.latest("id")
    assert browser.post(f"/deals/{other.pk}/undo/{entry.pk}/").status_code == 422
    assert booked("won") == (Decimal(1), 1)


def test_winning_twice_is_answered_in_words(world: World) -> None:
    deal, browser = world.open(), world.as_("lin")
    browser.post(f"/deals/{deal.pk}/win/", amount="90000", on=world.today)
    again = browser.post(f"/deals/{deal.pk}/win/", amount="90000", on=world.today)
    assert again.status_code == 422
    assert "This deal was won on" in text_of(again)
    assert booked("won") == (Decimal(90_000), 1)


@pytest.mark.parametrize(
    ("amount", "days", "words"),
    [
        ("-5", 0, "cannot be below zero"),
        ("a lot", 0, "cannot be read as an amount"),
        ("1" * 40, 0, "cannot be read as an amount"),
        ("1.00001", 0, "cannot be read as an amount"),
        ("$100", 0, "kept in CNY"),
        ("100", 1, "lies in the future"),
        ("100", -11, "before the deal was opened"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(world: World, amount: str, days: int, words: str) -> None:
    deal = world.open()
    day = world.today + timedelta(days=days)
    for answer in (
        world.as_("lin").post(f"/deals/{deal.pk}/win/", amount=amount, on=day),
        world.as_("lin").send(f"/deals/{deal.pk}/win/", amount=amount, on=day),
    ):
        assert answer.status_code == 422
        assert words in text_of(answer)
        assert f'value="{amount}"' in text_of(answer)
        assert 'aria-invalid="true"' in text_of(answer)
    assert booked("won") == (Decimal(0), 0)


@pytest.mark.parametrize("day", ["", "2026-02-30", "0001-01-01", "9999-12-31", "yesterday"])
def test_an_impossible_day_is_refused(world: World, day: str) -> None:
    deal = world.open()
    assert world.as_("lin").post(f"/deals/{deal.pk}/win/", amount="1", on=day).status_code == 422


def test_losing_asks_the_reason(world: World) -> None:
    deal, browser = world.open(), world.as_("lin")
    path = f"/deals/{deal.pk}/lose/"
    assert browser.post(path, amount="80000", on=world.today).status_code == 422
    assert browser.post(path, amount="80000", on=world.today, reason=999_999).status_code == 422
    assert booked("lost") == (Decimal(0), 0)
    assert browser.post(path, amount="80000", on=world.today, reason=world.reason.pk).status_code == 302
    assert booked("lost") == (Decimal(80_000), 1)
    assert booked("pipeline") == (Decimal(0), 0)
    page = text_of(browser.get(f"/deals/{deal.pk}/"))
    assert "Deal lost: Price" in page


def test_a_closed_period_is_said_before_anything_is_saved(world: World) -> None:
    deal, browser = world.open(days_ago=60), world.as_("lin")
    closed = world.today - timedelta(days=20)
    close_through(closed, by=None, at=timezone.now(), today=world.today)
    first_open = closed + timedelta(days=1)
    path, day = f"/deals/{deal.pk}/win/", closed - timedelta(days=5)
    asked = browser.post(path, amount="100000", on=day)
    assert asked.status_code == 422
    assert f"will be counted on {first_open}" in text_of(asked)
    assert f'name="counted_on" value="{first_open}"' in text_of(asked)
    assert booked("won") == (Decimal(0), 0)
    assert browser.post(path, amount="100000", on=day, counted_on=first_open).status_code == 302
    assert booked("won", on_date=first_open) == (Decimal(100_000), 1)


def test_moving_to_a_stage(world: World) -> None:
    deal, browser = world.open(), world.as_("lin")
    to = world.stages[2]
    answer = browser.send(f"/deals/{deal.pk}/move/", stage=to.pk)
    assert answer.status_code == 200
    assert "Moved to Negotiation" in text_of(answer)
    assert booked("pipeline", stage_id=to.pk) == (Decimal(100_000), 1)
    assert booked("pipeline", stage_id=world.stages[0].pk) == (Decimal(0), 0)
    assert booked("stage_days", stage_id=world.stages[0].pk) == (Decimal(10), 1)


def test_a_stage_of_another_pipeline_is_no_stage_of_this_deal(world: World) -> None:
    deal = world.open()
    foreign = Stage.objects.create(pipeline=Pipeline.objects.create(name="渠道"), name="报备", position=1)
    touch()
    for stage in (foreign.pk, 999_999, "x", ""):
        assert world.as_("lin").post(f"/deals/{deal.pk}/move/", stage=stage).status_code == 422
    assert Entry.objects.filter(kind=505).count() == 0


def test_transfer_within_the_managers_reach(world: World) -> None:
    deal, boss = world.open(), world.as_("shen")
    path = f"/deals/{deal.pk}/transfer/"
    form = text_of(boss.get(path))
    assert "王浩然" in form
    assert "周子昂" not in form
    assert boss.post(path, owner=world.cast.zhou.pk).status_code == 422
    assert boss.post(path, owner=world.cast.lin.pk).status_code == 422
    assert boss.post(path, owner=world.cast.wang.pk).status_code == 302
    assert booked("pipeline", person_id=world.cast.wang.pk) == (Decimal(100_000), 1)
    assert booked("pipeline", person_id=world.cast.lin.pk) == (Decimal(0), 0)
    assert world.as_("lin").get(f"/deals/{deal.pk}/").status_code == 404


def test_a_transfer_is_undone_at_once(world: World) -> None:
    deal, boss = world.open(), world.as_("shen")
    boss.post(f"/deals/{deal.pk}/transfer/", owner=world.cast.wang.pk)
    boss.post(f"/deals/{deal.pk}/undo/{Entry.objects.latest('id').pk}/")
    assert booked("pipeline", person_id=world.cast.lin.pk) == (Decimal(100_000), 1)
    deal.refresh_from_db()
    assert deal.owner_id == world.cast.lin.pk


def test_reopened_as_a_mistake_the_win_never_was(world: World) -> None:
    deal, browser = world.open(days_ago=40), world.as_("lin")
    won_on = world.today - timedelta(days=30)
    at = timezone.now() - timedelta(days=30)
    win_deals([Close(deal_id=deal.pk, on=won_on, amount=Decimal(90_000))], by=world.cast.lin, at=at)
    form = text_of(browser.get(f"/deals/{deal.pk}/reopen/"))
    assert "as if the deal had never been closed" in form
    assert browser.post(f"/deals/{deal.pk}/reopen/").status_code == 422
    assert browser.post(f"/deals/{deal.pk}/reopen/", how="mistake").status_code == 302
    assert booked("won", on_date=won_on) == (Decimal(0), 0)
    assert booked("pipeline") == (Decimal(100_000), 1)


def test_reopened_because_the_customer_came_back_the_win_stays_in_its_month(world: World) -> None:
    deal, browser = world.open(days_ago=40), world.as_("lin")
    won_on = world.today - timedelta(days=30)
    at = timezone.now() - timedelta(days=30)
    win_deals([Close(deal_id=deal.pk, on=won_on, amount=Decimal(90_000))], by=world.cast.lin, at=at)
    assert browser.post(f"/deals/{deal.pk}/reopen/", how="came_back", on=won_on - timedelta(days=1)).status_code == 422
    assert browser.post(f"/deals/{deal.pk}/reopen/", how="came_back", on=world.today).status_code == 302
    assert booked("won", on_date=won_on) == (Decimal(90_000), 1)
    assert booked("won", on_date=world.today) == (Decimal(-90_000), -1)
    assert booked("pipeline", on_date=world.today) == (Decimal(90_000), 1)


def test_a_mistake_in_a_closed_period_says_where_it_is_counted(world: World) -> None:
    deal = world.open(days_ago=40)
    lost_on, at = world.today - timedelta(days=30), timezone.now() - timedelta(days=30)
    lost = Close(deal_id=deal.pk, on=lost_on, amount=Decimal(90_000), reason_id=world.reason.pk)
    lose_deals([lost], by=world.cast.lin, at=at)
    close_through(lost_on, by=None, at=timezone.now(), today=world.today)
    form = text_of(world.as_("lin", language="en").get(f"/deals/{deal.pk}/reopen/"))
    assert "is closed:" in form
    assert world.as_("lin").post(f"/deals/{deal.pk}/reopen/", how="mistake").status_code == 302
    assert booked("lost", on_date=lost_on + timedelta(days=1)) == (Decimal(-90_000), -1)


def test_an_open_deal_is_not_reopened(world: World) -> None:
    answer = world.as_("lin").post(f"/deals/{world.open().pk}/reopen/", how="mistake")
    assert answer.status_code == 422
    assert "Only a won or lost deal" in text_of(answer)


def test_a_removed_deal_and_an_impossible_number_are_not_there(world: World) -> None:
    deal = world.open()
    Deal.objects.filter(pk=deal.pk).update(state=Deal.State.REMOVED)
    for number in (deal.pk, 0, 10**30):
        assert world.as_("admin").get(f"/deals/{number}/").status_code == 404
        assert world.as_("admin").post(f"/deals/{number}/win/", amount="1", on=world.today).status_code == 404


def test_a_request_without_token_is_refused(world: World) -> None:
    from django.test import Client

    from xiaoguan.deals.tests.views_world import BACKEND

    deal = world.open()
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.cast.lin, backend=BACKEND)
    assert client.post(f"/deals/{deal.pk}/win/", {"amount": "1", "on": str(world.today)}).status_code == 403
    assert booked("won") == (Decimal(0), 0)


def test_a_name_with_markup_in_the_sentence_of_the_bar(world: World) -> None:
    deal = world.open()
    amend_deals([Amendment(deal_id=deal.pk, name="<img src=x>")], by=world.cast.lin, at=timezone.now())
    answer = world.as_("lin").send(f"/deals/{deal.pk}/win/", amount="1", on=world.today)
    assert "<img src=x>" not in text_of(answer)
