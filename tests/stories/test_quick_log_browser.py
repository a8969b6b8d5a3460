"""The quick log in a browser: by key, by thumb, with a draft that outlives its tab; and the page around it."""

import re
from typing import TYPE_CHECKING

import pytest
from django.template.loader import render_to_string

from tests.infrastructure.browsers import PageAs, sign_in, username_of
from tests.infrastructure.sites import Site

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

pytestmark = pytest.mark.usefixtures("story_site")
PHONE = {"viewport": {"width": 375, "height": 740}, "has_touch": True}


def first(page: "Page", of: str) -> str:
    """The address of the first record of a list that the person sees."""
    page.goto(of)
    address = page.locator(f"main a[href^='{of}']").evaluate_all(
        "(links) => links.map((link) => link.getAttribute('href')).find((href) => /\\/\\d+\\/$/.test(href))"
    )
    return str(address)


@pytest.mark.parametrize(("of", "clause"), [("/customers/", "7.2"), ("/deals/", "8.1")])
def test_by_key_and_without_a_reload(page_as: PageAs, of: str, clause: str) -> None:
    page = page_as("representative", locale="en-GB")
    page.goto(first(page, of))
    page.wait_for_selector(".x-log")
    page.evaluate("window.stayed = true")
    page.keyboard.press("l")
    page.keyboard.type(f"Guo agrees to clause {clause}.")
    page.locator(".x-pick", has_text="Visit").click()
    page.fill("#log_next_step", f"Send contract {clause}")
    page.fill("#log_next_on", "2030-01-15")
    page.focus("#log_text")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(f"main ol:has-text('Guo agrees to clause {clause}.')")
    page.wait_for_selector(f"main aside:has-text('Send contract {clause}')")
    assert page.input_value("#log_text") == ""
    assert page.evaluate("window.stayed")
    page.reload()
    page.wait_for_selector(f"main ol:has-text('Guo agrees to clause {clause}.')")
    page.wait_for_selector(".x-log")
    assert page.input_value("#log_text") == ""


def test_a_draft_outlives_its_tab_and_ends_with_the_save(page_as: PageAs) -> None:
    page = page_as("representative", locale="en-GB")
    address = first(page, "/customers/")
    page.goto(address)
    page.fill("#log_text", "half a sentence")
    key = page.input_value("input[name=once]")
    page.close(run_before_unload=False)
    other = page.context.new_page()
    other.goto(address)
    other.wait_for_selector("[data-draft-note]:not([hidden])")
    assert (other.input_value("#log_text"), other.input_value("input[name=once]")) == ("half a sentence", key)
    other.click(".x-log .btn-primary")
    other.wait_for_selector("main ol:has-text('half a sentence')")
    assert other.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('xg-draft:'))") == []


def test_a_draft_is_discarded_on_demand(page_as: PageAs) -> None:
    page = page_as("representative", locale="en-GB")
    address = first(page, "/customers/")
    page.goto(address)
    page.fill("#log_text", "better not")
    page.goto(address)
    page.click("[data-draft-drop]")
    assert page.input_value("#log_text") == ""
    page.goto(address)
    page.wait_for_selector(".x-log")
    assert page.input_value("#log_text") == ""


def test_an_error_stands_beside_its_field_and_nothing_is_lost(page_as: PageAs) -> None:
    page = page_as("representative", locale="en-GB")
    page.goto(first(page, "/customers/"))
    page.fill("#log_text", "agreed")
    page.fill("#log_next_step", "Send samples")
    page.click(".x-log .btn-primary")
    page.wait_for_selector(".x-log .x-field:has(#log_next_on) .error")
    assert page.input_value("#log_text") == "agreed"
    assert page.evaluate("document.activeElement.id") == "log_next_on"


def test_on_a_phone_the_first_thing_is_to_call_or_to_log(page_as: PageAs) -> None:
    page = page_as("representative", **PHONE)
    page.goto(first(page, "/customers/"))
    page.wait_for_selector(".x-log")
    buttons = page.locator(".x-head .acts > .btn")
    assert [bool(re.match("tel:", item.get_attribute("href") or "")) for item in buttons.all()[:1]] == [True]
    page.locator(".x-head [data-focuses=log_text]").tap()
    assert page.evaluate("document.activeElement.id") == "log_text"
    for box in [*page.locator(".x-pick").all(), page.locator(".x-log .btn-primary"), *buttons.all()]:
        size = box.bounding_box()
        assert size is not None
        assert size["height"] >= 44
    page.fill("#log_text", "手机上记的一条")
    page.locator(".x-log .btn-primary").tap()
    page.wait_for_selector("main ol:has-text('手机上记的一条')")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_fact_is_edited_in_its_row(page_as: PageAs) -> None:
    page = page_as("administrator", locale="en-GB")
    page.goto(first(page, "/customers/"))
    page.evaluate("window.stayed = true")
    page.click("#fact-city a.x-ib")
    page.fill("#fact-city input[name=value]", "Suzhou")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#fact-city:has-text('Suzhou')")
    page.click("#story nav a:has-text('Changes')")
    page.wait_for_selector("#story td:has-text('Suzhou')")
    assert page.evaluate("window.stayed")


def test_a_part_that_cannot_be_had_says_so_alone(browser: "Browser", story_site: Site) -> None:
    """The page comes as the server makes it where a part failed: with a slot that asks again. Without ``page_as``: the
    browser itself writes a line about a request that fails."""
    context = browser.new_context(base_url=story_site.url, locale="en-GB")
    page = context.new_page()
    sign_in(page, username_of("representative", story_site))
    address = first(page, "/customers/")
    page.route(f"**{address}", _without_deals)
    page.route("**/deals/panel/customer/**", lambda route: route.fulfill(status=500, body=""))
    page.goto(address)
    page.wait_for_selector("[data-slot-failed]:not([hidden])")
    assert page.locator("#x-fault:not([hidden])").count() == 0
    assert page.locator("#story ol li").count() > 0
    page.unroute("**/deals/panel/customer/**")
    page.click("[data-slot-again]")
    page.wait_for_selector("#customer-deals")
    context.close()


def _without_deals(route: "Route") -> None:
    """The server's own page, with the slot in the place of the part that fills it."""
    customer_id = route.request.url.rstrip("/").rsplit("/", 1)[1]
    slot = render_to_string(
        "ui/parts/panel_slot.html", {"url": f"/deals/panel/customer/{customer_id}/", "waiting": "Loading …", "size": ""}
    )
    answer = route.fetch()
    page, found = re.subn(r'<section[^>]* id="customer-deals".*?</section>', lambda _: slot, answer.text(), flags=re.S)
    assert found == 1
    route.fulfill(response=answer, body=page)
