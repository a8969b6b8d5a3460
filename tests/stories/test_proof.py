"""Finance proves the books in a browser: the page says that it is being done, and by itself what was found."""

import pytest

from tests.infrastructure.browsers import PageAs

_PATIENCE = 60_000  # milliseconds: a process is started for it, on a machine that tests many things at once


@pytest.mark.parametrize(
    ("locale", "running", "agrees"),
    [("zh-CN", "正在核对账本。", "全部一致。"), ("en-US", "The books are being proved.", "Everything agrees.")],
)
def test_the_books_are_proved_beside_the_page(
    story_site: object, page_as: PageAs, locale: str, running: str, agrees: str
) -> None:
    page = page_as("finance", locale=locale)
    page.goto("/settings/books/proof/")
    page.locator("main form button").click()
    assert running in page.inner_text("#proving")
    page.wait_for_selector("#proving", state="detached", timeout=_PATIENCE)
    assert agrees in page.inner_text("main")
    assert page.locator("main form button").is_visible()
