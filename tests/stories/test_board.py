"""The board in a real browser: dragging, the menu, the keyboard, a selection, a lost reason, undo, a race, a phone."""

import re
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from tests.guards.test_browser import axe  # noqa: F401  a fixture
from tests.infrastructure.browsers import PageAs, username_of
from tests.infrastructure.databases import connected
from tests.infrastructure.sites import Site
from xiaoguan.deals.actions import NewDeal, create_deals
from xiaoguan.deals.models import Stage
from xiaoguan.org.models import Member

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

BOARD = "/deals/board/"
WIDE = {"width": 1360, "height": 900}
PHONE = {"width": 375, "height": 740}
# Waits until nothing is under way: every answer has been put in its place.
_QUIET = "() => !document.querySelector('.htmx-request, .going') && !document.querySelector('#board-answer > *')"


@pytest.fixture
def filled_site(story_site: Site, django_db_blocker: DjangoDbBlocker) -> Site:
    """The first column has cards enough, however many the tests before moved away."""
    with connected(story_site.database, django_db_blocker):
        seller = Member.objects.get(username=username_of("representative", story_site))
        stage = Stage.objects.order_by("position")[0]
        new = [
            NewDeal(
                name=f"新品试用 {number}", owner_id=seller.pk, pipeline_id=stage.pipeline_id, stage_id=stage.pk,
                amount=Decimal(20_000 * (number + 1)), opened_on=timezone.localdate(),
            )
            for number in range(3)
        ]  # fmt: skip
        create_deals(new, by=seller, at=timezone.now())
    return story_site


@pytest.fixture
def page(filled_site: Site, page_as: PageAs) -> "Page":
    page = page_as("manager", viewport=WIDE, locale="en-GB")
    _open(page)
    return page


def _open(page: "Page", path: str = BOARD) -> None:
    page.goto(path)
    page.wait_for_selector("#board [data-deal]")


def _column(page: "Page", number: int) -> "Locator":
    return page.locator(".x-stage[data-key]").nth(number)


def _card(page: "Page", column: int, number: int = 0) -> "Locator":
    return _column(page, column).locator("[data-deal]").nth(number)


def _id(card: "Locator") -> str:
    return str(card.get_attribute("data-deal"))


def _count(page: "Page", column: int) -> int:
    return int(_column(page, column).locator("header .num").first.inner_text())


def _where(page: "Page", deal: str) -> int:
    """The column in which a card stands, -1 where it is not on the board."""
    page.wait_for_function(_QUIET)
    found: int = page.evaluate(
        """id => [...document.querySelectorAll('.x-stage[data-key]')]
            .findIndex(one => one.querySelector(`[data-deal='${id}']`))""",
        deal,
    )
    return found


def _stored(page: "Page", deal: str) -> int:
    """The column in which a deal stands after a reload."""
    _open(page)
    return _where(page, deal)


def _drag(page: "Page", card: "Locator", to: "Locator") -> None:
    start, end = card.bounding_box(), to.bounding_box()
    assert start
    assert end
    page.mouse.move(start["x"] + 60, start["y"] + 12)
    page.mouse.down()
    page.mouse.move(start["x"] + 80, start["y"] + 30, steps=4)
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + 160, steps=12)
    page.mouse.up()


def test_a_card_is_dragged_and_the_move_is_undone(page: "Page") -> None:
    card = _card(page, 0)
    deal, before = _id(card), (_count(page, 0), _count(page, 1))
    _drag(page, card, _column(page, 1))
    assert _where(page, deal) == 1
    assert (_count(page, 0), _count(page, 1)) == (before[0] - 1, before[1] + 1)
    assert "was moved to" in page.locator("#x-undo .x-bar").inner_text()
    page.locator("#x-undo form button").click()
    page.wait_for_selector("text=Undone")
    assert _where(page, deal) == 0
    assert (_count(page, 0), _count(page, 1)) == before
    assert page.url.endswith(BOARD)
    assert _stored(page, deal) == 0


def test_cards_keep_their_order_wherever_they_are_dropped(page: "Page") -> None:
    deal = _id(_card(page, 0))
    _drag(page, _card(page, 0), _column(page, 1))
    assert _where(page, deal) == 1
    shown = _column(page, 1).locator("[data-deal]").evaluate_all("all => all.map(one => one.dataset.deal)")
    _open(page)
    assert _column(page, 1).locator("[data-deal]").evaluate_all("all => all.map(one => one.dataset.deal)") == shown


def test_the_menu_moves_a_card(page: "Page") -> None:
    card = _card(page, 0)
    deal, name = _id(card), _column(page, 2).locator("h2").inner_text()
    card.hover()
    card.locator("[data-move-card]").click()
    menu = page.locator("#board-menu")
    assert menu.get_by_role("button", name=_column(page, 0).locator("h2").inner_text()).count() == 0
    menu.get_by_role("button", name=name).click()
    assert _where(page, deal) == 2
    assert _stored(page, deal) == 2


def test_the_keyboard_walks_selects_moves_and_opens(page: "Page") -> None:
    first, second = _card(page, 0, 0), _card(page, 0, 1)
    ids = [_id(first), _id(second)]
    first.locator("a.open").focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    assert page.locator("#board-selection [data-number]").inner_text() == "2"
    assert re.fullmatch(r"¥[\d,]+k", page.locator("#board-selection [data-sum]").inner_text())
    page.keyboard.press("m")
    assert page.locator("#board-menu [data-to=lost]").is_hidden()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert [_where(page, deal) for deal in ids] == [2, 2]
    assert page.locator("#board-selection").is_hidden()
    assert "2 deals were moved" in page.locator("#x-undo .x-bar").inner_text()
    focused = page.evaluate("document.activeElement.closest('[data-deal]')?.dataset.deal")
    assert focused in ids
    page.locator("#x-undo form button").click()
    page.wait_for_selector("text=the deals stand as before")
    assert [_where(page, deal) for deal in ids] == [0, 0]
    _card(page, 0).locator("a.open").focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.closest('section').dataset.key") == _column(page, 1).get_attribute(
        "data-key"
    )
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/deals/\d+/$"))


def test_a_selection_is_dragged_as_a_whole(page: "Page") -> None:
    ids = [_id(_card(page, 0, 0)), _id(_card(page, 0, 1))]
    for number in (0, 1):
        _card(page, 0, number).locator(".meta").click(modifiers=["Control"])
    assert page.locator("#board-selection [data-number]").inner_text() == "2"
    _drag(page, _card(page, 0, 0), _column(page, 3))
    assert [_where(page, deal) for deal in ids] == [3, 3]
    assert [_stored(page, deal) for deal in ids] == [3, 3]


def test_dropping_on_lost_asks_the_reason_and_cancel_changes_nothing(page: "Page") -> None:
    card = _card(page, 0)
    deal, lost = _id(card), page.locator(".x-stage.fold").nth(1)
    before = int(lost.locator("header .num").inner_text())
    _drag(page, card, lost)
    dialog = page.locator("#x-dialog[open]")
    dialog.get_by_role("button", name="Cancel").click()
    assert _where(page, deal) == 0
    assert int(lost.locator("header .num").inner_text()) == before
    _drag(page, _card(page, 0), lost)
    dialog.get_by_role("button", name="Lose", exact=True).click()
    page.wait_for_function("() => document.querySelector('#x-dialog[open]')")  # the reason is missing
    dialog.locator("input[name=reason]").first.check()
    dialog.get_by_role("button", name="Lose", exact=True).click()
    page.wait_for_selector("#x-undo .x-bar")
    assert _where(page, deal) == -1
    assert int(lost.locator("header .num").inner_text()) == before + 1
    page.locator("#x-undo form button").click()
    page.wait_for_selector("text=Undone")
    assert _where(page, deal) == 0


def test_who_is_too_late_sees_where_the_card_is_now(page: "Page", page_as: PageAs) -> None:
    deal = _id(_card(page, 0))
    other = page_as("administrator", viewport=WIDE, locale="en-GB")
    _open(other)
    other.locator(f"[data-deal='{deal}'] a.open").focus()
    other.keyboard.press("m")
    other.locator("#board-menu [data-to]:not([hidden])").nth(2).click()
    assert _where(other, deal) == 3
    page.locator(f"[data-deal='{deal}'] a.open").focus()
    page.keyboard.press("m")
    page.keyboard.press("Enter")
    page.wait_for_selector("#x-undo [role=alert]")
    assert "somebody moved it to" in page.locator("#x-undo").inner_text()
    assert _where(page, deal) == 3
    assert _stored(page, deal) == 3


def test_what_the_server_did_not_take_goes_back(page: "Page") -> None:
    deal = _id(_card(page, 0))
    page.route("**/deals/board/move/", lambda route: route.fulfill(status=204))
    _drag(page, _card(page, 0), _column(page, 1))
    assert _where(page, deal) == 0


def test_a_phone_shows_one_stage_at_a_time_and_fetches_the_others_when_asked(
    filled_site: Site,
    page_as: PageAs,
    axe: str,  # noqa: F811
) -> None:
    agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605 Mobile/15E148"
    page = page_as("manager", viewport=PHONE, user_agent=agent, has_touch=True)
    _open(page)
    assert page.locator(".x-stage:visible").count() == 1
    assert _column(page, 1).locator("[data-deal]").count() == 0
    page.locator(".x-stages button").nth(1).tap()
    page.wait_for_function("() => document.querySelectorAll('.x-stage[data-key]')[1].querySelector('[data-deal]')")
    card = _card(page, 1)
    deal = _id(card)
    box = card.locator("[data-move-card]").bounding_box()
    assert box
    assert box["height"] >= 44
    card.locator("[data-move-card]").tap()
    page.locator("#board-menu [data-to]:not([hidden])").last.scroll_into_view_if_needed()
    page.locator("#board-menu [data-to]:not([hidden])").nth(0).tap()
    assert _where(page, deal) == 0
    assert "at=" in page.url
    page.reload()
    page.wait_for_selector(".x-stage.show")
    assert page.locator(".x-stage:visible").get_attribute("data-key") == _column(page, 1).get_attribute("data-key")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_a_filter_exchanges_the_board_and_dragging_still_works(page: "Page") -> None:
    page.fill("#deal-search", _card(page, 0).locator("b").inner_text())
    page.wait_for_function("() => location.search.includes('q=')")
    page.wait_for_function(_QUIET)
    deal = _id(page.locator("#board [data-deal]").first)
    column = _where(page, deal)
    to = 1 if column != 1 else 2
    _drag(page, page.locator("#board [data-deal]").first, _column(page, to))
    assert _where(page, deal) == to
    page.get_by_role("link", name="List").click()
    page.wait_for_url("**/deals/?q=**")


def test_whoever_may_not_move_has_nothing_to_move_with(filled_site: Site, page_as: PageAs) -> None:
    page = page_as("finance", viewport=WIDE)
    _open(page)
    deal = _id(_card(page, 0))
    assert page.locator("[data-move-card], #board-menu, [data-deal] input").count() == 0
    _drag(page, _card(page, 0), _column(page, 1))
    _card(page, 0).locator("a.open").focus()
    page.keyboard.press("m")
    page.keyboard.press("Space")
    assert _where(page, deal) == 0


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_the_board_is_accessible_in_use(filled_site: Site, page_as: PageAs, axe: str, language: str) -> None:  # noqa: F811
    page = page_as("manager", viewport=WIDE, locale=language)
    _open(page)
    _card(page, 0).locator("a.open").focus()
    page.keyboard.press("Space")
    page.keyboard.press("m")
    page.evaluate(axe)
    result = page.evaluate(
        "axe.run(document, {runOnly: {type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']}})"
    )
    assert [(found["id"], found["nodes"][0]["html"][:160]) for found in result["violations"]] == []
