"""The page of a customer: one story in the order of days, nothing that the viewer may not open, silence in words."""

import re
from datetime import timedelta
from html import unescape
from typing import Any
from unittest.mock import Mock

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xiaoguan.crm.actions import NewContact, create_contacts
from xiaoguan.crm.queries.attention import silence_of
from xiaoguan.crm.queries.story import LOOKED_AT, Place, read_place, story
from xiaoguan.deals.tests.views_world import World, text_of
from xiaoguan.journal.kinds import CUSTOMER, DEAL
from xiaoguan.lib.days import start_of_day
from xiaoguan.lib.refusal import NotAllowed
from xiaoguan.services.calendar.actions import NewActivity, log_activities

pytestmark = pytest.mark.django_db
DATABASES = pytest.mark.both_databases


@pytest.fixture
def world() -> World:
    return World()


def log(world: World, text: str, *, days_ago: int, hour: int = 10, deal_id: int = 0, who: str = "lin") -> None:
    moment = start_of_day(world.today - timedelta(days=days_ago)) + timedelta(hours=hour if days_ago else 0)
    item = NewActivity(
        kind="call",
        about_kind=DEAL if deal_id else CUSTOMER,
        about_id=deal_id or world.hers.pk,
        customer_id=world.hers.pk,
        member_id=world.cast.members[who].pk,
        happened_at=moment,
        text=text,
    )
    log_activities([item], by=world.cast.members[who], at=timezone.now())


def page(world: World, who: str = "lin", **query: Any) -> str:
    return text_of(world.as_(who).get(f"/customers/{world.hers.pk}/", **query))


def told(world: World, tab: str = "all", after: str = "", who: str = "lin") -> Any:
    member = world.cast.members[who]
    return story(member, world.hers, tab, after=read_place(after), reads_contacts=True)


@DATABASES
def test_what_was_entered_later_stands_on_its_own_day(world: World) -> None:
    """Entered in the order third, first, second; a deal opened between the first two."""
    log(world, "third", days_ago=1)
    log(world, "first", days_ago=9)
    log(world, "late in the day", days_ago=5, hour=15)
    log(world, "early in the day", days_ago=5, hour=9)
    world.open("二期产线", days_ago=7)
    body = page(world)
    places = [body.index(text) for text in ("third", "late in the day", "early in the day", "Deal opened", "first")
              if text in body]  # fmt: skip
    assert places == sorted(places)
    assert len(places) >= 4


@DATABASES
def test_every_event_comes_once_whatever_the_pages(world: World) -> None:
    for number in range(53):
        log(world, f"n{number}", days_ago=number * 7 % 11)
    seen, after = [], ""
    while True:
        found = told(world, after=after)
        seen += [(event.day, event.told.entry.id) for event in found.events]
        after = found.next
        if not after:
            break
    assert len(seen) == len(set(seen)) == 53
    assert [day for day, _id in seen] == sorted((day for day, _id in seen), reverse=True)


@DATABASES
def test_tabs_have_their_own_events_and_counts(world: World) -> None:
    world.open()
    log(world, "call", days_ago=2)
    create_contacts([NewContact(customer_id=world.hers.pk, name="郭建平")], by=world.cast.lin, at=timezone.now())
    found = told(world)
    assert found.counts == {"all": "3", "activities": "1", "deals": "1", "changes": "1"}
    assert [len(told(world, tab).events) for tab in ("activities", "deals", "changes")] == [1, 1, 1]


@DATABASES
def test_events_of_deals_that_one_may_not_open_are_left_out(world: World) -> None:
    """Lin owns the customer; Zhou of another unit has a deal with it, and something was done on that deal."""
    secret = world.open("SECRET-DEAL", owner=world.cast.zhou)
    log(world, "SECRET-WORDS", days_ago=3, deal_id=secret.pk, who="zhou")
    log(world, "open words", days_ago=4)
    for tab in ("all", "activities", "deals", "changes"):
        assert "SECRET" not in page(world, tab=tab)
    assert told(world).counts == {"all": "1", "activities": "1", "deals": "0", "changes": "0"}
    assert "SECRET-WORDS" in page(world, "gu")
    assert told(world, who="gu").counts["deals"] == "1"


def test_many_hidden_events_do_not_hide_what_is_behind_them(world: World) -> None:
    secret = world.open("SECRET-DEAL", owner=world.cast.zhou)
    log(world, "mine", days_ago=30)
    for number in range(LOOKED_AT + 5):
        log(world, f"SECRET {number}", days_ago=number % 20, deal_id=secret.pk, who="zhou")
    first = told(world)
    assert (first.events, first.counts["all"]) == ([], "0+")
    assert [event.activity.text for event in told(world, after=first.next).events] == ["mine"]


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=40))
def test_a_place_is_read_or_ignored(text: str) -> None:
    place = read_place(text)
    assert place is None or read_place(str(place)) == place


@pytest.mark.parametrize(
    "text", ["2026-01-01.²", "2026-01-01.", ".5", "2026-13-01.5", "2026-01-01.99999999999999999999"]
)
def test_no_place(text: str) -> None:
    assert read_place(text) is None


def test_a_place() -> None:
    assert str(Place(read_place("2026-01-05.7").day, 7)) == "2026-01-05.7"  # type: ignore[union-attr]


class TestSilence:
    @pytest.mark.parametrize(
        ("opened", "spoken", "silent"), [(40, 31, True), (40, 30, False), (40, 5, False), (20, 90, False)]
    )
    def test_thirty_days_without_activity_with_an_open_deal(
        self, world: World, opened: int, spoken: int, silent: bool
    ) -> None:
        world.open(days_ago=opened)
        log(world, "words", days_ago=spoken)
        assert (silence_of(world.cast.lin, world.hers, world.today) is not None) is silent
        assert (f"No activity for {spoken} days" in page(world)) is silent

    def test_no_deal_no_silence(self, world: World) -> None:
        log(world, "words", days_ago=90)
        assert silence_of(world.cast.lin, world.hers, world.today) is None

    def test_never_anything(self, world: World) -> None:
        world.open(days_ago=45)
        assert "Nothing was ever logged with this customer." in page(world)


class TestStates:
    def test_of_many_contacts_a_few_are_sent_and_all_on_request(self, world: World) -> None:
        new = [NewContact(customer_id=world.hers.pk, name=f"联系人{n}", phone=f"138{n:08}") for n in range(200)]
        create_contacts(new, by=world.cast.lin, at=timezone.now())
        body = page(world)
        assert len(re.findall(r"tel:138", body.split('id="people"')[1])) == 8
        assert "Show all 200" in body
        assert page(world, contacts="all").split('id="people"')[1].count("tel:138") == 200

    def test_who_may_not_see_contacts_gets_no_number(self, world: World) -> None:
        create_contacts(
            [NewContact(customer_id=world.hers.pk, name="SECRET-NAME", phone="13800000000")],
            by=world.cast.lin,
            at=timezone.now(),
        )
        body = page(world, "qian")
        assert "13800000000" not in body
        assert "SECRET-NAME" not in body
        assert "Your role does not show contacts." in body

    def test_who_may_not_edit_finds_no_pencil(self, world: World) -> None:
        assert "/edit/" not in page(world, "qian")
        assert "/edit/" in page(world, "lin")

    def test_a_removed_customer_is_not_there(self, world: World) -> None:
        type(world.hers).objects.filter(pk=world.hers.pk).update(removed_at=timezone.now())
        assert world.as_("lin").get(f"/customers/{world.hers.pk}/").status_code == 404


def test_a_customer_with_many_deals_takes_the_same_queries(world: World) -> None:
    def queries() -> int:
        browser = world.as_("lin")
        browser.get(f"/customers/{world.hers.pk}/")
        with CaptureQueriesContext(connection) as captured:
            browser.get(f"/customers/{world.hers.pk}/")
        return len(captured)

    world.open("a")
    log(world, "words", days_ago=3)
    create_contacts([NewContact(customer_id=world.hers.pk, name="郭建平")], by=world.cast.lin, at=timezone.now())
    few = queries()
    for number in range(60):
        world.open(f"d{number}")
        log(world, f"w{number}", days_ago=number % 9)
    assert queries() <= few <= 33


def test_a_page_brings_what_its_parts_answer_by_themselves(world: World) -> None:
    """In the same request, and with nothing left to fetch."""
    world.open("a")
    log(world, "words", days_ago=3)
    body = bare(page(world))
    assert "data-slot-wait" not in body
    about, of_customer = f"{CUSTOMER}/{world.hers.pk}", f"customer/{world.hers.pk}"
    for address in (
        f"/analysis/{of_customer}/figures/",
        f"/analysis/{of_customer}/products/",
        f"/calendar/about/{about}/log/",
        f"/calendar/about/{about}/",
        f"/deals/panel/{of_customer}/",
    ):
        part = bare(text_of(world.as_("lin").part(address))).strip()
        assert part in body, address


def bare(html: str) -> str:
    """Without what is another one at each request."""
    return re.sub(r'(name="(?:csrfmiddlewaretoken|once)"[^>]*value=)"[^"]*"|-[0-9a-f]{8}\b', r"\1", html)


def test_a_part_that_fails_or_is_refused_takes_its_place_alone(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Its place asks again by itself; the failure stands in the log, the refusal is none."""
    world.open("二期产线")
    place = f'data-slot hx-get="/deals/panel/customer/{world.hers.pk}/" hx-trigger="load, again"'
    for fault in (ZeroDivisionError(), NotAllowed("no")):
        caplog.clear()
        monkeypatch.setattr("xiaoguan.deals.views.record.deals_of_customer", Mock(side_effect=fault))
        body = page(world)
        assert place in body
        assert "二期产线" in body  # the story, which is the page's own
        assert body.count("data-slot-wait") == 1
        assert bool(caplog.records) == isinstance(fault, ZeroDivisionError)


@DATABASES
def test_figures_and_products_of_the_customer_alone(world: World) -> None:
    from xiaoguan.deals.actions import Close, win_deals

    won, _open, other = (
        world.open("won", product_id=world.product.pk),
        world.open("open"),
        world.open("other", customer_id=world.his.pk),
    )
    for deal in (won, other):
        win_deals([Close(deal_id=deal.pk, on=world.today, amount=deal.amount)], by=world.cast.lin, at=timezone.now())
    body = text_of(world.as_("lin").get(f"/analysis/customer/{world.hers.pk}/figures/"))
    assert body.count('data-value="100000') == 3
    assert "in all: 1 deal won" in body
    assert "1 open deal" in body
    assert "1 / 1" in body
    assert f"group=customer&amp;key={world.hers.pk}" in body
    bought = text_of(world.as_("lin").get(f"/analysis/customer/{world.hers.pk}/products/"))
    assert "码垛机器人" in bought
    (address,) = re.findall(r'href="(/analysis/open/[^"]+)"', bought)
    opened = text_of(world.as_("lin").get(unescape(address)))
    assert f"产品：{world.product.name}" in opened or f"Product: {world.product.name}" in opened
    assert f"/deals/{won.pk}/" in opened
    assert f"/deals/{other.pk}/" not in opened, "another customer's"
    assert world.as_("wang").get(f"/analysis/customer/{world.hers.pk}/figures/").status_code == 404
    assert world.as_("sun").get(f"/analysis/customer/{world.hers.pk}/figures/").status_code == 403
