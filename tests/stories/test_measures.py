"""The page of measures in a browser: what is behind "more" comes when it is opened, and has an address of its own."""

from tests.infrastructure.browsers import PageAs


def test_the_other_measures_come_when_they_are_opened(page_as: PageAs) -> None:
    page = page_as("manager", locale="en")
    page.goto("/analysis/")
    fold = page.locator("details:has(a[href*='/analysis/others/'])")
    assert page.locator("#more").count() == 0
    address = fold.get_by_role("link", include_hidden=True).first.get_attribute("href")
    with page.expect_response("**/analysis/others/**"):
        fold.locator("summary").click()
    page.wait_for_selector("#more tbody a")
    figures = page.locator("#more tbody a").count()
    # Without a script the link leads to the same figures.
    assert address is not None
    page.goto(address)
    assert page.locator("#more tbody a").count() == figures
