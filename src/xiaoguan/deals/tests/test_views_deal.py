"""The page of a deal as people use it: way, money, one story, next step, panels, what is wrong with it."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone, translation

from xiaoguan.deals.actions import (
    Amendment,
    Close,
    Reopening,
    amend_deals,
    correct_amounts,
    lose_deals,
    move_deals,
    reopen_deals,
    take_back,
    transfer_deals,
    win_deals,
)
from xiaoguan.deals.models import Deal
from xiaoguan.deals.queries.record import deal_page
from xiaoguan.deals.queries.records import visible_in_full
from xiaoguan.deals.queries.story import Place, story
from xiaoguan.deals.tests.views_world import World, text_of
from xiaoguan.journal.facts.general import UNDO
from xiaoguan.journal.kinds import DEAL
from xiaoguan.services.calendar.actions import NewActivity, log_activities

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> Iterator[World]:
    with translation.override("en"):
        yield World()


def page_of(world: World, deal: Deal, who: str = "lin") -> Any:
    member = world.cast.members[who]
    return deal_page(member, visible_in_full(member).get(pk=deal.pk), world.today)


def at(days_ago: float) -> Any:
    return timezone.now() - timedelta(days=days_ago)


def log(world: World, deal: Deal, text: str, days_ago: float, kind: str = "call") -> None:
    activity = NewActivity(
        kind=kind, about_kind=DEAL, about_id=deal.pk, customer_id=deal.customer_id, member_id=world.cast.lin.pk,
        happened_at=at(days_ago), text=text,
    )  # fmt: skip
    log_activities([activity], by=world.cast.lin, at=timezone.now())


# The way -------------------------------------------------------------------------------------------------------------


def test_several_stays_in_a_stage_add_up(world):
    deal, first, second = world.open(days_ago=30), world.stages[0].pk, world.stages[1].pk
    for stage, days in ((second, 20), (first, 15), (second, 12)):
        move_deals([(deal.pk, stage)], by=world.cast.lin, at=at(days))
    path = page_of(world, deal).path
    assert [joint.stay for joint in path[:3]] == ["13 days", "17 days", ""]
    assert path[1].state == "now"


def test_a_deal_that_came_back_goes_on_counting_where_it_stood(world):
    deal = world.open(days_ago=30)
    lost = Close(deal_id=deal.pk, on=world.today - timedelta(days=20), amount=None, reason_id=world.reason.pk)
    lose_deals([lost], by=world.cast.lin, at=at(20))
    assert page_of(world, deal).path[0].stay == "10 days"
    reopen_deals([Reopening(deal_id=deal.pk, on=world.today - timedelta(days=4))], by=world.cast.lin, at=at(4))
    assert page_of(world, deal).path[0].stay == "14 days", "the days between losing and coming back are no stay"


def test_a_stage_says_its_median_and_warns(world):
    for _number in range(5):
        other = world.open(days_ago=100)
        move_deals([(other.pk, world.stages[1].pk)], by=world.cast.lin, at=at(90))
    deal = world.open(days_ago=21)
    here = page_of(world, deal).path[0]
    assert (here.stay, here.warn) == ("21 days, median 10", True)
    assert here.pace.scope == "The whole company, 5 deals"
    assert not page_of(world, world.open(days_ago=20)).path[0].warn
    text = text_of(world.as_("lin").get(f"/deals/{deal.pk}/"))
    assert "for 21 days; the median of 5 deals is 10" in text


def test_only_who_may_move_the_deal_can_press_a_stage(world):
    deal = world.open()
    assert [joint.stage_id for joint in page_of(world, deal).path] == [
        None, *(stage.pk for stage in world.stages[1:]), None,
    ]  # fmt: skip
    win_deals([Close(deal_id=deal.pk, on=world.today, amount=None)], by=world.cast.lin, at=timezone.now())
    assert not any(joint.stage_id for joint in page_of(world, deal).path)


# Money ---------------------------------------------------------------------------------------------------------------


def test_the_money_of_an_open_deal(world):
    deal, stage = world.open(days_ago=10), world.stages[0]
    stage.probability = 30
    stage.save()
    amend_deals([Amendment(deal_id=deal.pk, amount=Decimal(150_000))], by=world.cast.lin, at=at(5))
    amend_deals([Amendment(deal_id=deal.pk, amount=Decimal(120_000))], by=world.cast.lin, at=at(4))
    money = page_of(world, deal).money
    assert (money.weighted, money.probability) == (Decimal("36000.00"), 30)
    assert (money.first, money.moved, money.changes) == (Decimal(100_000), Decimal(20_000), 2)
    assert (money.cycle_days, money.cycle) == (None, None)


def test_a_typing_error_is_no_change_of_the_amount(world):
    deal = world.open()
    correct_amounts([(deal.pk, Decimal(90_000))], by=world.cast.lin, at=timezone.now())
    money = page_of(world, deal).money
    assert (money.first, money.moved, money.changes) == (Decimal(90_000), Decimal(0), 0)


def test_the_money_of_a_won_deal(world):
    for _number in range(5):
        other, on = world.open(days_ago=100), world.today - timedelta(days=60)
        win_deals([Close(deal_id=other.pk, on=on, amount=Decimal(1))], by=world.cast.lin, at=at(60))
    deal = world.open(days_ago=30)
    win_deals([Close(deal_id=deal.pk, on=world.today, amount=Decimal(95_000))], by=world.cast.lin, at=timezone.now())
    money = page_of(world, deal).money
    assert (money.amount, money.weighted, money.changes) == (Decimal(95_000), None, 1)
    assert (money.cycle_days, money.cycle.median, money.cycle.count) == (30, Decimal(40), 5)
    text = text_of(world.as_("lin").get(f"/deals/{deal.pk}/"))
    assert "median 40 days" in text
    assert "No next step" not in text


# The story -----------------------------------------------------------------------------------------------------------


def test_activities_stand_in_the_story_by_their_moment(world):
    deal = world.open(days_ago=10)
    log(world, deal, "首件跑测", 3)
    move_deals([(deal.pk, world.stages[1].pk)], by=world.cast.lin, at=at(5))
    log(world, deal, "现场拜访", 7, "visit")
    told = [
        item.told.sentence.title if item.told else item.activities[0].row.text
        for item in story(world.cast.lin, deal.pk, place=Place(), activities=True).items
    ]
    assert told == ["首件跑测", "Moved to Solution accepted", "现场拜访", "Deal opened"]
    assert [bool(item.told) for item in story(world.cast.lin, deal.pk, place=Place(), activities=False).items] == [
        True, True,
    ]  # fmt: skip


def test_a_long_story_is_told_once_and_in_order(world):
    deal = world.open(days_ago=90)
    for number in range(60):
        log(world, deal, f"跟进{number}", 60 - number)
        amend_deals(
            [Amendment(deal_id=deal.pk, next_step=f"第{number}步")], by=world.cast.lin, at=at(60 - number - 0.5)
        )
    place, seen, moments = Place(), [], []
    for _page in range(20):
        part = story(world.cast.lin, deal.pk, place=place, activities=True)
        seen += [item.told.entry.id if item.told else -item.activities[0].row.pk for item in part.items]
        moments += [
            item.told.entry.recorded_at if item.told else item.activities[0].row.happened_at for item in part.items
        ]
        if part.older is None:
            break
        place = part.older
    assert len(seen) == len(set(seen)) == 121
    assert moments == sorted(moments, reverse=True)


def test_what_was_undone_or_corrected_is_only_among_the_changes(world):
    deal = world.open()
    now = timezone.now()
    (moved,) = move_deals([(deal.pk, world.stages[2].pk)], by=world.cast.lin, at=now)
    take_back(deal.pk, entry_id=moved.id, reason=UNDO, by=world.cast.lin, at=now)
    amend_deals([Amendment(deal_id=deal.pk, amount=Decimal(7))], by=world.cast.lin, at=now)
    correct_amounts([(deal.pk, Decimal(70))], by=world.cast.lin, at=now)
    items = story(world.cast.lin, deal.pk, place=Place(), activities=True).items
    assert [item.told.sentence.title for item in items] == ["Corrected: Amount changed", "Deal opened"]
    changes = text_of(world.as_("lin").get(f"/deals/{deal.pk}/", tab="changes"))
    assert "taken back" in changes
    assert "corrected later" in changes


def test_the_tabs_count_and_stop_counting(world):
    deal = world.open()
    assert "<small>0</small>" in text_of(world.as_("lin").get(f"/deals/{deal.pk}/"))
    for number in range(101):
        amend_deals([Amendment(deal_id=deal.pk, next_step=str(number))], by=world.cast.lin, at=timezone.now())
    assert "<small>99+</small>" in text_of(world.as_("lin").get(f"/deals/{deal.pk}/"))


# Next step -----------------------------------------------------------------------------------------------------------


def with_step(world: World, **more: Any) -> Deal:
    return world.open(next_step="送样板", next_step_on=world.today - timedelta(days=3), **more)


def test_a_late_step_is_put_off_with_one_press(world):
    deal, browser = with_step(world), world.as_("lin")
    page = text_of(browser.get(f"/deals/{deal.pk}/"))
    assert "3 days late" in page
    day = world.today + timedelta(days=1)
    answer = browser.send(f"/deals/{deal.pk}/next/", on=day)
    assert (answer.status_code, answer["HX-Retarget"]) == (200, "#deal")
    deal.refresh_from_db()
    assert (deal.next_step, deal.next_step_on) == ("送样板", day)
    for nonsense in ("", "x", "1066-10-14", "9999-99-99"):
        assert browser.send(f"/deals/{deal.pk}/next/", on=nonsense).status_code == 422
    assert browser.get(f"/deals/{deal.pk}/next/").status_code == 405


def test_done_asks_for_the_next_one(world):
    deal, browser = with_step(world), world.as_("lin")
    form = text_of(browser.part(f"/deals/{deal.pk}/edit/after/", target="fact-next"))
    assert "Done: 送样板" in form
    assert 'value="送样板"' not in form
    assert browser.send(f"/deals/{deal.pk}/edit/after/", target="fact-next", next_step="签合同").status_code == 200
    deal.refresh_from_db()
    assert (deal.next_step, deal.next_step_on) == ("签合同", None)


def test_who_sees_but_may_not_change_meets_no_way_to_change(world):
    deal = with_step(world)
    page = text_of(world.as_("qian").get(f"/deals/{deal.pk}/"))
    assert "送样板" in page
    for door in ("/edit/", "/move/", "/next/", "/win/", "/lose/", "/transfer/"):
        assert f"/deals/{deal.pk}{door}" not in page
    assert world.as_("qian").post(f"/deals/{deal.pk}/next/", on=world.today).status_code == 403
    assert world.as_("qian").post(f"/deals/{deal.pk}/edit/after/", next_step="x").status_code == 403
    assert world.as_("zhou").post(f"/deals/{deal.pk}/next/", on=world.today).status_code == 404


# Around it -----------------------------------------------------------------------------------------------------------


def test_other_open_deals_of_the_customer_that_the_reader_sees(world):
    deal, other, closed = world.open("这一单"), world.open("另一单"), world.open("旧单")
    win_deals([Close(deal_id=closed.pk, on=world.today, amount=None)], by=world.cast.lin, at=timezone.now())
    world.open("别人的", owner=world.cast.zhou)
    shown = world.as_("lin").get(f"/deals/{deal.pk}/").content.decode().partition('id="other-deals"')[2]
    assert other.name in shown
    assert not any(name in shown for name in ("这一单", "旧单", "别人的"))
    alone = world.open(customer_id=None)
    assert 'id="other-deals"' not in world.as_("lin").get(f"/deals/{alone.pk}/").content.decode()


def test_the_customers_contacts_come_under_their_own_policy(world):
    contact = apps.get_model("crm", "Contact")
    for name, phone in (("郭建平", ""), ("邵琳", "138 0512 6641")):
        contact.objects.create(customer=world.hers, name=name, name_key=name, phone=phone, created_at=timezone.now())
    deal = world.open()
    page = text_of(world.as_("lin").get(f"/deals/{deal.pk}/"))
    assert 'href="tel:13805126641"' in page.partition('id="contacts"')[2]
    assert 'href="tel:13805126641"' in text_of(world.as_("lin").part(f"/customers/{world.hers.pk}/contacts/"))
    assert "Call 邵琳" in text_of(world.as_("lin").part(f"/customers/{world.hers.pk}/call/"))
    assert text_of(world.as_("lin").part(f"/customers/{world.his.pk}/call/")).find("tel:") < 0
    assert world.as_("lin").part(f"/customers/{world.his.pk}/contacts/").status_code == 404


def test_a_customer_that_the_reader_may_not_open_has_no_panels(world):
    deal = world.open(customer_id=world.his.pk, owner=world.cast.zhou)
    transfer_deals([(deal.pk, world.cast.lin.pk)], by=world.cast.gu, at=timezone.now())
    browser = world.as_("lin")
    page = browser.get(f"/deals/{deal.pk}/")
    assert page.status_code == 200


def test_an_owner_who_left_is_marked(world):
    deal = world.open()
    world.cast.lin.left_on = world.today
    world.cast.lin.save()
    assert "has left" in text_of(world.as_("gu").get(f"/deals/{deal.pk}/"))
