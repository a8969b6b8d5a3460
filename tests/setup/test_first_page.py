"""The first page of each role in a real browser: it opens, at a desk and on a phone, with nothing on the console."""

from typing import TYPE_CHECKING

import pytest

from tests.infrastructure.browsers import PageAs, sign_in, username_of, watch
from tests.infrastructure.sites import Site

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROLES = ("administrator", "director", "manager", "representative", "operations", "finance", "hr")


@pytest.mark.parametrize("role", ROLES)
def test_a_role_signs_in_and_has_a_first_page(demo_site: Site, page_as: PageAs, role: str) -> None:
    page = page_as(None, viewport={"width": 375, "height": 800})
    sign_in(page, username_of(role, demo_site))
    assert page.locator("h1").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 375


def test_an_error_on_the_console_is_noticed(browser: "Browser", demo_site: Site) -> None:
    errors: list[str] = []
    page = browser.new_page(base_url=demo_site.url)
    watch(page, errors)
    page.goto("/sign-in")
    page.evaluate("console.error('broken'); console.warn('odd')")
    page.evaluate("setTimeout(() => { throw new Error('thrown') })")
    page.wait_for_timeout(100)
    page.close()
    assert [error.split()[0] for error in errors] == ["broken", "thrown"]
