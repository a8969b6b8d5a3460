"""Every answer carries the strict headers, and no page has anything in it that they would forbid."""

from collections.abc import Callable, Iterator
from html.parser import HTMLParser

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client

from tests.cast import PASSWORD
from tests.guards.addresses import visits
from tests.guards.answers import Answer, Asker
from tests.guards.asking import Asked
from tests.guards.crawl import Walk
from tests.guards.world import World
from xiaoguan.config.public import PUBLIC
from xiaoguan.org.models import Member

_OWN, _NONE = "'self'", "'none'"
_STRICT = {
    "default-src": _OWN, "script-src": _OWN, "style-src": _OWN, "form-action": _OWN, "object-src": _NONE,
    "base-uri": _NONE, "frame-ancestors": _NONE,
}  # fmt: skip
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_DATA_BLOCKS = ("application/json", "application/ld+json")


@pytest.mark.parametrize("role", ["administrator", "representative"])
def test_every_page_is_strict(world: World, walks: Callable[[str], Walk], role: str) -> None:
    asker = Asker(world, role)
    answers = [*walks(role).answers, asker.get("/no/such/page"), asker.get("/deals/987654/")]
    wrong = [line for answer in answers for line in _complaints(answer)]
    assert not wrong, "\n".join(wrong)


def test_what_a_visitor_meets_is_strict(world: World) -> None:
    asker = Asker(world, None)
    asked = [visit for visit in visits(world, "visitor") if visit.address.name in PUBLIC]
    answers = [answer for visit in asked for answer in (asker.get(visit.path), asker.post(visit.path))]
    wrong = [line for answer in answers for line in _complaints(answer)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", ["manager"])
def test_fragments_and_refusals_are_strict(asked: Callable[[str], list[Asked]], role: str) -> None:
    wrong = [line for one in asked(role) for line in _complaints(one.answer)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", ["sessionid", "csrftoken", "xg_language", "xg_theme"])
def test_cookies_are_kept_from_scripts_and_other_sites(world: World, name: str) -> None:
    Member.objects.filter(username="admin").update(password=make_password(PASSWORD))
    client = Client()
    client.get("/sign-in")
    client.post("/ui/language/", {"language": "en", "next": "/"})
    client.post("/ui/theme/", {"theme": "dark", "next": "/"})
    client.post("/sign-in", {"username": "admin", "password": PASSWORD})
    cookie = client.cookies[name]
    assert cookie["samesite"] in ("Lax", "Strict"), cookie.OutputString()
    # The front end sends the CSRF token from the page, so that no script needs to read any cookie.
    assert cookie["httponly"], cookie.OutputString()


def _complaints(answer: Answer) -> Iterator[str]:
    for name, value in _HEADERS.items():
        if answer.headers.get(name) != value:
            yield f"{answer.path}: {name} is {answer.headers.get(name)!r}"
    policy = _directives(answer.headers.get("Content-Security-Policy", ""))
    for name, value in _STRICT.items():
        if policy.get(name) != value:
            yield f"{answer.path}: {name} is {policy.get(name)!r}"
    if answer.is_html:
        yield from (f"{answer.path}: {fault}" for fault in _faults(answer.text))


def _directives(header: str) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in header.split(";"))
    return {name: value.strip() for name, _, value in parts if name}


def _faults(html: str) -> list[str]:
    reader = _FaultReader()
    reader.feed(html)
    return reader.faults


class _FaultReader(HTMLParser):
    """Whatever the browser would refuse to run or to draw under the policy, or that reaches another host."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "style":
            self.faults.append("an inline style sheet")
        if tag == "script" and "src" not in given and given.get("type") not in _DATA_BLOCKS:
            self.faults.append("an inline script")
        for name, value in given.items():
            if name == "style" or name.startswith(("on", "hx-on", "data-hx-on")):
                self.faults.append(f"the attribute {name} of <{tag}>")
            if name in ("hx-vars", "hx-vals", "hx-headers") and value.startswith("js:"):
                self.faults.append(f"evaluated {name}")
            if value.strip().lower().startswith("javascript:"):
                self.faults.append(f"a javascript: address in {name}")
            if name in ("src", "action", "hx-get", "hx-post") and value.startswith(("http:", "https:", "//")):
                self.faults.append(f"{name} leads to another host: {value}")
