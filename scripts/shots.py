"""`make shots`: a picture of every page, for the eye, under test-results/screenshots.

Each role of a demo company walks over the links of its pages; each page is taken in both languages, wide and on a
phone, light and dark. What says the same to a later role is not taken again. A wide page that cuts a table off, or a
phone page that scrolls sideways, is printed. Each language has a browser and a process of its own.

    make shots                                    everything
    python scripts/shots.py --role manager --language en --only ^/deals --url http://127.0.0.1:8000
"""

import argparse
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "scripts"), str(ROOT)]

from environment import PYTHON, VENV, prepared  # noqa: E402  the path above comes first

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_PATIENCE: Final = 5_000  # milliseconds

ROLES: Final = ("representative", "manager", "director", "operations", "hr", "finance", "administrator")
LANGUAGES: Final = {"zh-hans": "zh-CN", "en": "en-GB"}
SIZES: Final = {"wide": {"width": 1360, "height": 900}, "phone": {"width": 375, "height": 740}}
SCHEMES: Final = ("light", "dark")
# What no link leads to: views of the list, the answers that say no.
FURTHER: Final = ("/deals/?group=stage", "/deals/?state=won&group=owner", "/nothing-here", "/settings/roles")
STRANGERS: Final = ("/sign-in",)
_LINKS: Final = "() => [...new Set([...document.querySelectorAll('a[href]')].map(one => one.href.split('#')[0]))]"
_TEXT: Final = "() => (document.querySelector('main') ?? document.body).innerText"
# Parts that come by themselves are there, charts are drawn, and the browser has painted them; false where they are not.
_SETTLED: Final = """async patience => {
  const frame = () => new Promise(requestAnimationFrame)
  const drawn = () => [...document.querySelectorAll('[data-chart]')].every(
    one => !one.offsetWidth || one.querySelector('canvas'))
  const ready = () => drawn() && document.fonts.status === 'loaded' && !document.querySelector('.htmx-request')
  const end = Date.now() + patience
  do { await frame(); await frame() } while (!ready() && Date.now() < end)
  return ready()
}"""
_CUT: Final = """() => {
  const wide = document.documentElement.scrollWidth - innerWidth
  const tables = [...document.querySelectorAll('.x-scroll')].filter(one => one.checkVisibility())
  const cut = tables.map(one => one.scrollWidth - one.clientWidth)
  return Math.max(wide, innerWidth > 640 ? Math.max(0, ...cut) : 0)
}"""


def main() -> int:
    if Path(sys.prefix) != VENV:
        if not prepared("requirements-dev.txt"):
            return 3
        os.execv(PYTHON, [str(PYTHON), *sys.argv])
    with tempfile.TemporaryDirectory(prefix="xiaoguan-shots-") as folder:
        os.environ["XIAOGUAN_DATA"] = folder
        return take(_asked(), Path(folder))


def _asked() -> argparse.Namespace:
    asked = argparse.ArgumentParser(description="A picture of every page")
    asked.add_argument("--url", help="a running site with the demo company, instead of one made for the pictures")
    asked.add_argument("--role", action="append", choices=ROLES)
    asked.add_argument("--language", action="append", choices=LANGUAGES)
    asked.add_argument("--only", default="", metavar="PATTERN", help="addresses to take; the others are only walked")
    asked.add_argument("--size", action="append", choices=SIZES)
    asked.add_argument("--scheme", action="append", choices=SCHEMES)
    asked.add_argument("--format", choices=("jpeg", "png"), default="jpeg", help="png is exact and takes longer")
    asked.add_argument("--to", type=Path, default=ROOT / "test-results/screenshots")
    return asked.parse_args()


def take(asked: argparse.Namespace, data: Path) -> int:
    from tests.infrastructure.browsers import chromium

    if chromium() is None:
        print("Chromium is missing (make test-deps)", file=sys.stderr)
        return 3
    languages = asked.language or list(LANGUAGES)
    with (
        _site(asked.url, data) as url,
        ProcessPoolExecutor(len(languages), mp_context=get_context("spawn")) as processes,
    ):
        taken = sum(processes.map(partial(_take_language, asked, url), languages))
    print(f"{taken} pictures in {asked.to}")
    return 0 if taken else 1


def _take_language(asked: argparse.Namespace, url: str, language: str) -> int:
    import django
    from playwright.sync_api import sync_playwright

    from tests.infrastructure.browsers import ARGUMENTS, chromium

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiaoguan.config.settings")
    django.setup()
    seen: set[str] = set()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        roles = (None, *(asked.role or ROLES))
        taken = sum(_walk(browser, url, role, language, asked, seen) for role in roles)
        browser.close()
    return taken


@contextmanager
def _site(url: str | None, data: Path) -> Iterator[str]:
    """The site that is there, or a demo company of its own that is gone afterwards."""
    if url:
        yield url
        return
    from tests.infrastructure.databases import Database, run_command
    from tests.infrastructure.sites import Site

    file = data / "shots.sqlite3"
    database = Database(url=f"sqlite:///{file}", name=str(file))
    run_command(database, data, "demo", "--size", "small").check_returncode()
    site = Site(database, data).start()
    try:
        yield site.url
    finally:
        site.stop()


def _walk(
    browser: "Browser", url: str, role: str | None, language: str, asked: argparse.Namespace, seen: set[str]
) -> int:
    """From the start page over one link of each kind."""
    page, folder, taken = _open(browser, url, role, language), asked.to / language / (role or "stranger"), 0
    waiting = ["/", *FURTHER] if role else [*STRANGERS]
    kinds = {_kind(path) for path in waiting}
    while waiting:
        path = waiting.pop(0)
        page.goto(path, wait_until="load")
        for link in page.evaluate(_LINKS) if role else ():
            if link.startswith(url) and (kind := _kind(link)) not in kinds:
                kinds.add(kind)
                waiting.append(link.removeprefix(url))
        if re.search(asked.only, path) and _is_new(page, seen):
            taken += _keep(page, path, folder, asked)
    page.context.close()
    return taken


def _open(browser: "Browser", url: str, role: str | None, language: str) -> "Page":
    from tests.infrastructure.browsers import sign_in

    context = browser.new_context(base_url=url, locale=LANGUAGES[language], reduced_motion="reduce")
    context.add_cookies([{"name": "xg_language", "value": language, "url": url}])
    page = context.new_page()
    page.set_viewport_size(SIZES["wide"])  # type: ignore[arg-type]  # a TypedDict
    if role:
        sign_in(page, _USERNAMES[role])
    return page


_USERNAMES: Final = {
    "representative": "rep", "manager": "manager", "director": "director", "operations": "ops", "hr": "hr",
    "finance": "finance", "administrator": "admin",
}  # fmt: skip


def _kind(link: str) -> tuple[str, bool]:
    """Addresses that differ only in numbers are one page; with and without a question are two."""
    parts = urlsplit(link)
    return re.sub(r"\d+", "0", parts.path), bool(parts.query)


def _is_new(page: "Page", seen: set[str]) -> bool:
    """Whether no page before, of this role or another, said the same."""
    _settle(page)
    text = page.evaluate(_TEXT)
    known = text in seen
    seen.add(text)
    return not known


def _keep(page: "Page", path: str, folder: Path, asked: argparse.Namespace) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    name, taken = re.sub(r"[^\w=-]+", "_", path.strip("/"))[:80] or "home", 0
    for size in asked.size or SIZES:
        page.set_viewport_size(SIZES[size])  # type: ignore[arg-type]  # a TypedDict
        if size == "phone":
            _unfold(page)
        for scheme in asked.scheme or SCHEMES:
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of its words
            _settle(page)
            page.screenshot(path=folder / f"{name}.{size}.{scheme}.{asked.format}", full_page=True)
            taken += 1
        if (cut := page.evaluate(_CUT)) > 0:
            print(f"{folder.parent.name}/{folder.name} {path} {size}: {cut} px cut off")
    page.set_viewport_size(SIZES["wide"])  # type: ignore[arg-type]
    return taken


def _unfold(page: "Page") -> None:
    """A window as high as the page: the bar at its foot would else cover the middle of a picture."""
    _settle(page)
    height = max(SIZES["phone"]["height"], page.evaluate("document.documentElement.scrollHeight"))
    page.set_viewport_size({"width": SIZES["phone"]["width"], "height": height})


def _settle(page: "Page") -> None:
    if not page.evaluate(_SETTLED, _PATIENCE):
        print(f"{page.url} is not ready after {_PATIENCE // 1000} s")


if __name__ == "__main__":
    sys.exit(main())
