"""The page of a deal in a browser: edit in place, press a stage, put off and finish a step, tabs, keys, a phone."""

import re
from typing import TYPE_CHECKING

import pytest

from tests.infrastructure.browsers import PageAs
from tests.infrastructure.sites import Site

if TYPE_CHECKING:
    from playwright.sync_api import Page

# New parts answer to presses once htmx has gone over them, some milliseconds after they appear.
_UNSETTLED = ".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added"
DESKTOP = {"width": 1360, "height": 900}
PHONE = {"width": 375, "height": 740}


def opened(page_as: PageAs, **options: object) -> "Page":
    """The newest open deal of a representative, in English."""
    page = page_as("representative", locale="en-GB", **options)
    page.goto("/deals/")
    href = page.locator("#results tbody a[href^='/deals/']").first.get_attribute("href")
    assert href
    page.goto(href)
    page.wait_for_load_state("networkidle")
    return page


@pytest.fixture
def desktop(story_site: Site, page_as: PageAs) -> "Page":
    return opened(page_as, viewport=DESKTOP)


@pytest.fixture
def phone(story_site: Site, page_as: PageAs) -> "Page":
    return opened(page_as, viewport=PHONE, has_touch=True)


def test_a_fact_is_edited_where_it_stands(desktop: "Page") -> None:
    page = desktop
    loads: list[str] = []
    page.on("framenavigated", lambda frame: loads.append(frame.url))
    pencil = page.get_by_label("Change: Amount", exact=True)
    pencil.focus()
    page.keyboard.press("Enter")
    field = page.locator("#fact-amount input[name=amount]")
    field.wait_for()
    assert field.evaluate("field => field === document.activeElement"), "the field has the focus"
    field.fill("many")
    page.keyboard.press("Control+s")
    error = page.locator("#fact-amount .error").first
    error.wait_for()
    assert "cannot be read as an amount" in error.inner_text()
    assert page.locator("#fact-amount input[name=amount]").input_value() == "many", "what was typed is kept"
    page.keyboard.press("Escape")
    page.locator("#fact-amount form").wait_for(state="detached")
    page.locator("#fact-amount :focus").wait_for()

    page.get_by_label("Change: Expected close", exact=True).click()
    page.fill("#fact-due input[name=due_on]", "2199-01-02")
    page.keyboard.press("Control+s")
    page.locator("#fact-due", has_text="2 Jan 2199").wait_for()
    page.locator("#fact-due :focus").wait_for()
    assert loads == [], "nothing reloaded the page"


def test_a_pressed_stage_moves_the_deal_and_can_be_undone(desktop: "Page") -> None:
    page = desktop
    before = page.locator(".x-path [aria-current=step] b").inner_text()
    goal = page.locator(".x-path .goes").last
    name = goal.locator("b").inner_text()
    draft = page.locator("#log_text")
    draft.fill("half a sentence")
    goal.locator("button").first.click(position={"x": 3, "y": 3})
    page.locator(".x-path [aria-current=step]", has_text=name).wait_for()
    assert draft.input_value() == "half a sentence", "what is being written stays"
    page.locator("[data-undo]").get_by_role("button", name="Undo").click()
    page.locator(".x-path [aria-current=step]", has_text=before).wait_for()


def test_a_next_step_is_set_put_off_and_done(desktop: "Page") -> None:
    page = desktop
    page.get_by_role("link", name="Set the next step").last.click()
    page.fill("#fact-next input[name=next_step]", "Send the sample")
    page.keyboard.press("Control+Enter")
    card = page.locator("#next-step")
    card.get_by_text("Send the sample").wait_for()
    page.locator(_UNSETTLED).first.wait_for(state="detached")
    card.get_by_role("button", name="Tomorrow").click()
    card.get_by_text(re.compile(r"Next step · .*\d")).wait_for()
    page.locator(_UNSETTLED).first.wait_for(state="detached")
    card.get_by_role("link", name="Done").click()
    card.get_by_text("Done: Send the sample").wait_for()
    assert page.locator("#fact-next input[name=next_step]").input_value() == ""
    page.fill("#fact-next input[name=next_step]", "Sign")
    page.keyboard.press("Control+Enter")
    card.get_by_text("Sign", exact=True).wait_for()
    page.locator("#deal-story").get_by_text("Next step: Send the sample → Sign").wait_for()


def test_tabs_are_walked_with_keys_and_stand_in_the_address(desktop: "Page") -> None:
    page = desktop
    page.locator("#tab-all").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**?tab=changes")
    page.locator("#tab-changes[aria-current=page]").wait_for()
    page.locator("#tab-changes:focus").wait_for()
    page.keyboard.press("l")
    assert page.evaluate("document.activeElement.id") == "log_text"
    page.go_back()
    page.locator("#tab-all[aria-current=page]").wait_for()


def test_the_activities_stand_behind_their_tab_and_open_for_amending(desktop: "Page") -> None:
    page = desktop
    page.get_by_role("button", name="Log a follow-up").click()
    page.keyboard.type("Measured the second line")
    page.keyboard.press("Control+Enter")
    page.locator("#deal-story .x-ev", has_text="Measured the second line").wait_for()
    page.locator("#tab-activities").click()
    logged = page.locator("#deal-story .x-ev", has_text="Measured the second line")
    logged.wait_for()
    logged.get_by_role("link", name="Amend").click()
    page.locator("#x-dialog-body textarea", has_text="Measured the second line").wait_for()


def test_what_the_page_says_can_be_marked_and_copied(desktop: "Page") -> None:
    assert desktop.locator("h1").evaluate("heading => getComputedStyle(heading).userSelect") != "none"


def test_a_logged_call_stands_in_the_story(desktop: "Page") -> None:
    page = desktop
    before = int(page.locator("#tab-activities small").inner_text())
    page.get_by_role("button", name="Log a follow-up").click()
    page.keyboard.type("Talked about the acceptance clause")
    page.keyboard.press("Control+Enter")
    page.locator("#deal-story .x-ev", has_text="Talked about the acceptance clause").wait_for()
    assert page.locator("#tab-activities small").inner_text() == str(before + 1)


def test_on_a_phone_the_next_step_comes_before_the_story(phone: "Page") -> None:
    page = phone

    def top(selector: str) -> float:
        box = page.locator(selector).bounding_box()
        assert box, selector
        return box["y"]

    order = [
        top(selector) for selector in (".x-head .acts", ".x-pathline", "#next-step", "#deal-story", "#fact-amount")
    ]
    assert order == sorted(order)
    assert "of 6" in page.locator(".x-pathline").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    small = page.eval_on_selector_all(
        ".x-head .acts .btn, #next-step .btn, .x-tabs a, .x-ib",
        "all => all.filter(e => e.offsetParent && e.getBoundingClientRect().height < 44).map(e => e.outerHTML)",
    )
    assert small == []


def test_names_that_a_field_offers_leave_its_dialog_open(story_site: Site, page_as: PageAs) -> None:
    """In a large company the new owner is typed; the names that come for it are no answer to the dialog."""
    page = page_as("manager", locale="en-GB", viewport=DESKTOP)
    page.goto("/deals/")
    href = page.locator("#results tbody a[href^='/deals/']").first.get_attribute("href")
    page.goto(f"{href}")
    page.wait_for_load_state("networkidle")
    page.locator(".x-head [aria-haspopup]").last.click()
    page.locator("[hx-get$='/transfer/']").click()
    page.locator("#x-dialog-body form").wait_for()
    with page.expect_response("**/deals/owners/transfer/**"):
        page.evaluate("""() => {
            const names = document.createElement("datalist");
            names.id = "offered";
            document.querySelector("#x-dialog-body form").append(names);
            window.htmx.ajax("GET", "/deals/owners/transfer/?owner=", {target: "#offered", swap: "innerHTML"});
        }""")
    page.locator("#offered option").first.wait_for(state="attached")
    assert page.locator("dialog[open] #x-dialog-body form").is_visible()
