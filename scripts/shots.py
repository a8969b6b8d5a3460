"""`make shots`: a picture of every page, for the eye, under test-results/screenshots.

Each role of a demo company walks over the links of its pages; each page is taken in both languages, wide and on a
phone, light and dark. A wide page that cuts a table off, or a phone page that scrolls sideways, is printed.

    make shots                                    everything
    python scripts/shots.py --role manager --language en --only ^/deals --url http://127.0.0.1:8000
"""

import argparse
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "scripts"), str(ROOT)]

from environment import PYTHON, VENV, prepared  # noqa: E402  the path above comes first

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROLES: Final = ("representative", "manager", "director", "operations", "hr", "finance", "administrator")
LANGUAGES: Final = {"zh-hans": "zh-CN", "en": "en-GB"}
SIZES: Final = {"wide": {"width": 1360, "height": 900}, "phone": {"width": 375, "height": 740}}
SCHEMES: Final = ("light", "dark")
# What no link leads to: views of the list, the answers that say no.
FURTHER: Final = ("/deals/?group=stage", "/deals/?state=won&group=owner", "/nothing-here", "/settings/roles")
STRANGERS: Final = ("/sign-in",)
_LINKS: Final = "found => found.map(one => one.href.split('#')[0])"
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
    asked.add_argument("--to", type=Path, default=ROOT / "test-results/screenshots")
    return asked.parse_args()


def take(asked: argparse.Namespace, data: Path) -> int:
    import django
    from playwright.sync_api import sync_playwright

    from tests.infrastructure.browsers import ARGUMENTS, chromium

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiaoguan.config.settings")
    django.setup()

    program = chromium()
    if program is None:
        print("Chromium is missing (make test-deps)", file=sys.stderr)
        return 3
    taken = 0
    with _site(asked.url, data) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        for language in asked.language or LANGUAGES:
            for role in (None, *(asked.role or ROLES)):
                taken += _walk(browser, url, role, language, asked)
        browser.close()
    print(f"{taken} pictures in {asked.to}")
    return 0 if taken else 1


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


def _walk(browser: "Browser", url: str, role: str | None, language: str, asked: argparse.Namespace) -> int:
    """From the start page over one link of each kind."""
    from tests.infrastructure.browsers import sign_in

    context = browser.new_context(base_url=url, locale=LANGUAGES[language], viewport=SIZES["wide"])  # type: ignore[arg-type]  # a TypedDict
    context.add_cookies([{"name": "xg_language", "value": language, "url": url}])
    page, folder, taken = context.new_page(), asked.to / language / (role or "stranger"), 0
    if role:
        sign_in(page, _USERNAMES[role])
    waiting = ["/", *FURTHER] if role else [*STRANGERS]
    kinds = {_kind(path) for path in waiting}
    while waiting:
        path = waiting.pop(0)
        page.goto(path, wait_until="load")
        for link in page.eval_on_selector_all("a[href]", _LINKS) if role else ():
            if link.startswith(url) and (kind := _kind(link)) not in kinds:
                kinds.add(kind)
                waiting.append(link.removeprefix(url))
        if re.search(asked.only, path):
            taken += _keep(page, path, folder, asked)
    context.close()
    return taken


_USERNAMES: Final = {
    "representative": "rep", "manager": "manager", "director": "director", "operations": "ops", "hr": "hr",
    "finance": "finance", "administrator": "admin",
}  # fmt: skip


def _kind(link: str) -> tuple[str, bool]:
    """Addresses that differ only in numbers are one page; with and without a question are two."""
    parts = urlsplit(link)
    return re.sub(r"\d+", "0", parts.path), bool(parts.query)


def _keep(page: "Page", path: str, folder: Path, asked: argparse.Namespace) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    name, taken = re.sub(r"[^\w=-]+", "_", path.strip("/"))[:80] or "home", 0
    for size in asked.size or SIZES:
        page.set_viewport_size(SIZES[size])  # type: ignore[arg-type]  # a TypedDict
        for scheme in asked.scheme or SCHEMES:
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of its words
            _settle(page)
            page.screenshot(path=folder / f"{name}.{size}.{scheme}.png", full_page=True)
            taken += 1
        if (cut := page.evaluate(_CUT)) > 0:
            print(f"{folder.parent.name}/{folder.name} {path} {size}: {cut} px cut off")
    page.set_viewport_size(SIZES["wide"])  # type: ignore[arg-type]
    return taken


def _settle(page: "Page") -> None:
    """Parts that come by themselves are there, and charts are drawn."""
    page.wait_for_function("() => !document.querySelector('.htmx-request')")
    page.wait_for_timeout(150)


if __name__ == "__main__":
    sys.exit(main())
