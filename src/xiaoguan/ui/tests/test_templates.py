"""A strict Content-Security-Policy is kept by every template of the program, not by good intentions."""

import re
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2]
SPRITE = SOURCE / "ui/static/ui/dist/icons.svg"
TEMPLATES = sorted([*SOURCE.glob("**/templates/**/*.html"), *SOURCE.glob("**/jinja2/**/*.html")])
FORBIDDEN = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "an event attribute": re.compile(r"<[^>]*\s(?:on[a-z]+|hx-on[:a-z-]*)\s*=", re.IGNORECASE),
    "a script in the page": re.compile(r"<script\b(?![^>]*\b(?:src=|type=\"application/json\"))", re.IGNORECASE),
    "a javascript: address": re.compile(r"javascript:", re.IGNORECASE),
}
NAMED = re.compile(r"""(?:{%\s*(?:icon|list_icon)\s+|\bicon\(|\bicon=)["']([\w-]+)["']""")


def icons_named() -> set[str]:
    paths = [*TEMPLATES, *(path for path in SOURCE.glob("**/*.py") if "tests" not in path.parts)]
    return {name for path in paths for name in NAMED.findall(path.read_text("utf-8"))}


def test_there_are_templates_to_look_at() -> None:
    assert SOURCE / "ui/templates/ui/page.html" in TEMPLATES


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_template_keeps_to_the_policy(path: Path) -> None:
    text = path.read_text("utf-8")
    assert [what for what, pattern in FORBIDDEN.items() if pattern.search(text)] == []


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("a style attribute", '<p class="a" style="x">'),
        ("a style element", "<style>"),
        ("an event attribute", '<a href="#" onclick="x">'),
        ("an event attribute", '<a hx-on:click="x">'),
        ("a script in the page", "<script>x</script>"),
        ("a javascript: address", '<a href="JavaScript:x">'),
    ],
)
def test_the_guard_sees_what_it_forbids(what: str, text: str) -> None:
    assert FORBIDDEN[what].search(text)


@pytest.mark.skipif(not SPRITE.exists(), reason="the front end is not built: npm ci && npm run build")
def test_every_icon_that_is_named_is_in_the_sprite() -> None:
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', SPRITE.read_text("utf-8")))
    assert icons_named() - drawn == set()
    assert "check" in icons_named()
