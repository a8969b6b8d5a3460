"""Debian's Chromium, driven by Playwright, signed in as a role of the demo company."""

import json
import os
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, Protocol

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import DjangoDbBlocker

from tests.infrastructure.databases import connected, run_command
from tests.infrastructure.plugin import leave_out
from tests.infrastructure.sites import Site

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

ARGUMENTS = [
    "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
_PATIENCE = 10_000  # milliseconds: a page that takes longer is broken, not slow
_REFUSED = "the server responded with a status of 422"


class PageAs(Protocol):
    """``page_as("manager")``: a page signed in as the demo company's member of that role."""

    def __call__(self, role: str | None, **options: Any) -> "Page": ...


def chromium() -> str | None:
    """Where Chromium is, or None."""
    return next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
    )


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    """One Chromium a run."""
    program = chromium()
    if program is None:
        leave_out("Chromium is missing (make test-deps)")
    from playwright.sync_api import sync_playwright

    # Playwright keeps an event loop in this thread, which Django takes for an asynchronous caller of the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture
def page_as(
    request: pytest.FixtureRequest, browser: "Browser", django_db_blocker: DjangoDbBlocker
) -> Iterator[PageAs]:
    """Open pages by role, on ``story_site`` if the test asks for it, else on ``demo_site``. Any error on the console,
    a refused answer (422) apart, fails the test."""
    site: Site = request.getfixturevalue("story_site" if "story_site" in request.fixturenames else "demo_site")
    errors: list[str] = []
    contexts = []

    def open_page(role: str | None, **options: Any) -> "Page":
        options.setdefault("locale", "zh-CN")
        context = browser.new_context(base_url=site.url, **options)
        context.set_default_timeout(_PATIENCE)
        contexts.append(context)
        page = context.new_page()
        watch(page, errors)
        if role:
            let_in(context, username_of(role, site), site, django_db_blocker)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not errors, "errors on the console:\n" + "\n".join(errors)


def let_in(context: "BrowserContext", username: str, site: Site, blocker: DjangoDbBlocker) -> None:
    """Sign in without the form, which takes as long as many a test: the site knows sessions of this process, because
    it has its secret key."""
    from xiaoguan.org.models import Member

    client = Client()
    with connected(site.database, blocker):
        client.force_login(Member.objects.get(username=username))
    name = settings.SESSION_COOKIE_NAME
    value = {"name": name, "value": client.cookies[name].value, "url": site.url}
    context.add_cookies([value])  # type: ignore[list-item]  # a TypedDict


def sign_in(page: "Page", username: str, password: str | None = None) -> None:
    """Sign in by the form, as a person does."""
    from xiaoguan.config.demo import DEMO_PASSWORD

    page.goto("/sign-in")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", password or DEMO_PASSWORD)
    page.click("form:has(input[name=password]) button")
    page.wait_for_url(lambda url: "/sign-in" not in url)


def username_of(role: str, site: Site) -> str:
    """The demo company's first member of a role, by its key ("manager"), who can sign in."""
    if not _people:
        listed = run_command(site.database, site.data, "user", "list", "--json")
        _people.extend(json.loads(listed.stdout))
    return next(str(person["username"]) for person in _people if role in person["roles"] and person["may_sign_in"])


# All demo companies of a run have the same people.
_people: Final[list[dict[str, Any]]] = []


def watch(page: "Page", errors: list[str]) -> None:
    """Note every error that the page throws or writes to its console."""

    def note(message: "ConsoleMessage") -> None:
        if message.type == "error" and _REFUSED not in message.text:
            errors.append(f"{message.text} {message.location.get('url', '')}")

    page.on("console", note)
    page.on("pageerror", lambda error: errors.append(error.message))
