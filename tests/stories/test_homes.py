"""A representative's day on a phone, a manager's Monday, a director's five minutes."""

from typing import TYPE_CHECKING, Any

import pytest

from tests.infrastructure.browsers import PageAs

if TYPE_CHECKING:
    from playwright.sync_api import Page

PHONE: dict[str, Any] = {"viewport": {"width": 375, "height": 800}, "has_touch": True}


def fits(page: "Page") -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url


def test_a_representatives_day_on_a_phone(story_site: object, page_as: PageAs) -> None:
    page = page_as("representative", **PHONE)
    page.goto("/")
    fits(page)
    assert "没有下一步" in page.inner_text("h1")
    stop = page.locator(".x-stop")
    assert stop.locator("a[href^='tel:']").count() == 1
    # Log what was done at the next stop.
    stop.get_by_text("记跟进").click()
    page.wait_for_url("**/log/")
    page.locator("main [name=text]").fill("谈定了打样时间")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.locator("main form:has([name=text]) button[type=submit]").last.click()
    # Back on the home it stands among what is done; now set a next step without leaving it.
    page.goto("/")
    assert "谈定了打样时间" in page.inner_text("#today")
    before = page.locator("#push").get_by_text("没有下一步").count()
    assert before
    page.locator("#push").get_by_text("写下一步").first.click()
    page.fill("#x-dialog-body [name=next_step]", "带样件过去")
    page.locator("#x-dialog-body button[type=submit]").first.click()
    page.wait_for_selector("#x-dialog-body [name=next_step]", state="detached")
    page.wait_for_load_state("networkidle")
    # A deal with a step may make room for the next one without.
    assert page.locator("#push").get_by_text("没有下一步").count() <= before
    # And tick off what is next.
    title = page.inner_text(".x-slot.next b, #late .x-li b")
    page.locator(".x-slot.next form button, #late form button").first.click()
    page.wait_for_load_state("networkidle")
    done = page.locator(".x-slot.done")
    assert title in page.inner_text("#today")
    assert done.count() == 2


@pytest.mark.parametrize(
    ("locale", "asks", "moved"),
    [("zh-CN", "谁需要我？", "变动最大的商机是哪些？"), ("en-US", "Who needs me?", "Which deals moved most?")],
)
def test_a_managers_monday(page_as: PageAs, locale: str, asks: str, moved: str) -> None:
    page = page_as("manager", locale=locale, viewport={"width": 1360, "height": 900})
    page.goto("/")
    assert page.get_by_role("heading", name=asks).is_visible()
    assert page.get_by_role("heading", name=moved).is_visible()
    rows = page.locator("#needs .x-li")
    assert 0 < rows.count() <= 8
    page.locator("#needs footer a").first.click()
    page.wait_for_url("**/needs/**")
    assert page.locator("#all-needs .x-li").count() >= rows.count()
    page.go_back()
    # A figure opens to its records and comes back.
    page.locator("#team tbody td a[href^='/analysis/open/']").first.click()
    page.wait_for_url("**/analysis/open/**")
    assert page.locator("table tbody tr").count()


@pytest.mark.parametrize("options", [{"viewport": {"width": 1360, "height": 900}}, PHONE])
@pytest.mark.parametrize(("locale", "sentence"), [("zh-CN", "赢单"), ("en-US", "won")])
def test_a_directors_five_minutes(page_as: PageAs, options: dict[str, Any], locale: str, sentence: str) -> None:
    page = page_as("director", locale=locale, **options)
    page.goto("/")
    fits(page)
    assert sentence in page.inner_text("h1")
    for place in ("trend", "risks", "regions", "stages", "largest", "moved"):
        assert page.locator(f"#{place}").is_visible(), place
    page.wait_for_selector("#trend canvas")
    page.locator("#trend [data-pane$=table]").click()
    assert page.locator("#trend-table tbody tr").count() == 24
    page.locator("#risks a").first.click()
    page.wait_for_load_state("networkidle")
    assert page.url.split("/", 3)[3]
