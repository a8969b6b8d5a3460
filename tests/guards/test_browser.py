"""What only a browser sees: every page in both languages, wide and on a phone, light and dark.

No serious fault of accessibility, no error on the console, nothing that the content policy blocks, no page that
scrolls sideways. ``--screenshots`` keeps a picture of each under artefacts/screenshots.

Each page is loaded once a language and then changed in place. The rules of accessibility hardly depend on the words:
the languages share out the looks in which they are held against a page. A representative, who meets the same pages with
less on them, is looked at as he works: in Chinese, on a phone.
"""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.guards.answers import Answer, links
from tests.guards.crawl import kind_of
from tests.infrastructure.browsers import sign_in, username_of
from tests.infrastructure.plugin import ROOT, leave_out
from tests.infrastructure.sites import Site

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

WIDE, PHONE = {"width": 1360, "height": 900}, {"width": 375, "height": 740}
LANGUAGES: Final = {"zh-hans": "zh-CN", "en": "en-GB"}
_TAGS: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
_GRAVE: Final = ("serious", "critical")
_CONTRAST: Final = "color-contrast"
_EXAMINED: Final = {
    ("administrator", "zh-hans"): ("wide",),
    ("administrator", "en"): ("on a phone", "wide, dark"),
    ("representative", "zh-hans"): ("on a phone", "on a phone, dark"),
}
# Chromium's own line for an answer that says no in words.
_ANSWERED: Final = "the server responded with a status of 422"
_MOST: Final = 150


@dataclass(slots=True)
class Seen:
    """What is wrong, page by page, and what the page under way has said on its console."""

    faults: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)


@pytest.mark.parametrize(("role", "language"), _EXAMINED)
def test_every_page_is_sound(
    browser: "Browser", demo_site: Site, axe: str, request: pytest.FixtureRequest, role: str, language: str
) -> None:
    context = browser.new_context(
        base_url=demo_site.url, viewport=WIDE, locale=LANGUAGES[language], reduced_motion="reduce"
    )  # type: ignore[arg-type]  # a TypedDict
    seen, page = Seen(), context.new_page()
    _listen(page, seen)
    sign_in(page, username_of(role, demo_site))
    _speak(context, demo_site, language)
    paths = _pages(context)
    assert len(paths) > (25 if role == "administrator" else 12), f"only {len(paths)} pages met"
    if language != "zh-hans":  # a page with a question is the bare one once more, with other rows
        paths = [path for path in paths if "?" not in path]
    keep = ROOT / "artefacts" / "screenshots" / role if request.config.getoption("screenshots", default=False) else None
    for path in paths:
        _look(page, path, axe, seen, _EXAMINED[role, language])
        if keep:
            _keep(page, path, keep / language)
    context.close()
    assert not seen.faults, f"{len(seen.faults)} faults on {len(paths)} pages:\n" + "\n".join(seen.faults)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sign_in_and_the_error_pages_are_sound(
    browser: "Browser", demo_site: Site, axe: str, language: str
) -> None:
    context = browser.new_context(
        base_url=demo_site.url, viewport=WIDE, locale=LANGUAGES[language], reduced_motion="reduce"
    )  # type: ignore[arg-type]
    _speak(context, demo_site, language)
    seen, page = Seen(), context.new_page()
    _listen(page, seen)
    _look(page, "/sign-in", axe, seen, _EXAMINED["administrator", language])
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    page.goto("/sign-in")
    page.fill("input[name=username]", "rep")
    page.fill("input[name=password]", "not the password")
    page.click("form button:not([name])")
    page.wait_for_load_state("load")
    page.evaluate(axe)
    _check(page, "/sign-in (refused)", seen)
    _heard("/sign-in (refused)", seen)
    context.close()
    assert not seen.faults, "\n".join(seen.faults)


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core, which set-up installs with the front end's tools."""
    places = [os.environ.get("XIAOGUAN_AXE", ""), str(ROOT / "node_modules" / "axe-core" / "axe.min.js")]
    found = next((Path(place) for place in places if place and Path(place).is_file()), None)
    if found is None:
        leave_out("axe-core is missing (npm ci)")
    return found.read_text()  # type: ignore[union-attr]  # leave_out does not return


def _speak(context: "BrowserContext", site: Site, language: str) -> None:
    context.add_cookies([{"name": "xg_language", "value": language, "url": site.url}])


def _listen(page: "Page", seen: Seen) -> None:
    page.on("pageerror", lambda error: seen.console.append(str(error)))
    page.on("console", lambda said: seen.console.append(said.text) if said.type in ("error", "warning") else None)


def _pages(context: "BrowserContext") -> list[str]:
    """The whole pages that links lead to: of each view one bare address and one with a question."""
    found, kinds, seen, waiting = [], set(), {"/"}, ["/"]
    while waiting and len(seen) < _MOST:
        path = waiting.pop(0)
        answer = context.request.get(path)
        text = answer.text() if "text/html" in answer.headers.get("content-type", "") else ""
        if "<html" in text:
            found.append(path)
        for link in links(Answer(path, answer.status, {"Content-Type": "text/html"}, text.encode())).addresses:
            kind = kind_of(link)
            sort = None if kind is None else (kind[0], bool(kind[1]))
            if sort is not None and sort not in kinds and link not in seen and not link.startswith("/static/"):
                kinds.add(sort)
                seen.add(link)
                waiting.append(link)
    return found


def _look(page: "Page", path: str, axe: str, seen: Seen, examined: tuple[str, ...]) -> None:
    """Wide, then on a phone, without loading it again; all rules in the looks that are to be ``examined``."""
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    page.goto(path, wait_until="load")
    page.wait_for_function("() => !document.querySelector('.htmx-request')")  # parts that come by themselves
    page.evaluate(axe)
    for look, size in (("wide", WIDE), ("on a phone", PHONE)):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        if look in examined:
            _check(page, f"{path} {look}", seen)
        if (dark := f"{look}, dark") in examined:
            _check_in_the_dark(page, f"{path} {dark}", seen)
    _heard(path, seen)
    across = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    if across > 0:
        seen.faults.append(f"{path} scrolls sideways by {across} px on a phone: {_widest(page)}")


def _heard(where: str, seen: Seen) -> None:
    """What the page has said on its console until now."""
    seen.faults += [f"{where}: console: {line}" for line in seen.console if _ANSWERED not in line]
    seen.console.clear()


def _check(page: "Page", where: str, seen: Seen) -> None:
    rules = {"runOnly": {"type": "tag", "values": _TAGS}}
    seen.faults += [f"{where}: {line}" for line in _violations(page, rules)]


def _check_in_the_dark(page: "Page", where: str, seen: Seen) -> None:
    """Only colors can differ there."""
    page.emulate_media(color_scheme="dark")
    seen.faults += [f"{where}: {line}" for line in _violations(page, {"runOnly": [_CONTRAST]})]
    page.emulate_media(color_scheme="light")


def _violations(page: "Page", rules: dict[str, Any]) -> Iterator[str]:
    """What axe, which the page has loaded, finds by these rules."""
    result = page.evaluate("rules => axe.run(document, {...rules, resultTypes: ['violations']})", rules)
    for violation in result["violations"]:
        if violation["impact"] in _GRAVE:
            nodes = [f"{' '.join(node['target'])} {node['html'][:120]}" for node in violation["nodes"]]
            yield f"{violation['impact']} {violation['id']} ({len(nodes)}): {json.dumps(nodes[:2], ensure_ascii=False)}"


def _widest(page: "Page") -> str:
    found: str = page.evaluate(
        """() => [...document.querySelectorAll('body *')]
            .filter(one => one.getBoundingClientRect().right > window.innerWidth + 1)
            .slice(0, 3).map(one => one.tagName.toLowerCase() + '.' + one.className).join(', ')"""
    )
    return found


def _keep(page: "Page", path: str, folder: Path) -> None:
    """Pictures at both widths and in the dark."""
    folder.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"[^\w=-]+", "_", path.strip("/")) or "home"
    for suffix, size, scheme in (("phone", PHONE, "light"), ("wide", WIDE, "light"), ("dark", WIDE, "dark")):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.screenshot(path=folder / f"{name}.{suffix}.png", full_page=True)
    page.emulate_media(color_scheme="light")
