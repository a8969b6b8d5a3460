"""Walking the program as a role does: from the start page over every link and fragment."""

from collections import Counter, deque
from dataclasses import dataclass, field
from functools import cache
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from django.urls import Resolver404, resolve

from tests.guards.answers import Answer, Asker, Form, links

_EACH_KIND: Final = 4
"""how many addresses that differ only in their values are visited"""
_MOST: Final = 600


@dataclass(slots=True)
class Walk:
    """Every page that was met, every form on them, and on which page an address was first offered."""

    answers: list[Answer] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)
    offered_on: dict[str, str] = field(default_factory=dict)

    def one_of_each(self) -> list[Answer]:
        """The first page of each kind."""
        return list({kind_of(answer.path): answer for answer in reversed(self.answers)}.values())[::-1]


@cache
def kind_of(path: str) -> tuple[str, frozenset[str]] | None:
    """The address's name and its query's names: what makes two addresses the same kind of page. None for what is not
    ours (static files, downloads of the front end)."""
    parts = urlsplit(path)
    try:
        found = resolve(parts.path)
    except Resolver404:
        return None
    return found.view_name, frozenset(name for name, _ in parse_qsl(parts.query, keep_blank_values=True))


def walk(asker: Asker, start: str = "/", *, each: int = _EACH_KIND) -> Walk:
    """Visit what can be reached by following links, a few of each kind."""
    done, met, seen = Walk(), Counter[object](), {start}
    waiting = deque([start])
    form_kinds: Counter[object] = Counter()
    while waiting and len(done.answers) < _MOST:
        answer = asker.get(waiting.popleft())
        done.answers.append(answer)
        onward = [answer.headers["Location"]] if 300 <= answer.status < 400 else []
        if answer.is_html:
            found = links(answer)
            onward += found.addresses
            for form in found.forms:
                sort = (form.method, kind_of(form.action), tuple(form.fields))
                form_kinds[sort] += 1
                if form_kinds[sort] <= each and sort[1] is not None:
                    done.forms.append(form)
        for path in onward:
            kind = kind_of(path)
            if path in seen or kind is None or met[kind] >= each or path.startswith("/static/"):
                continue
            seen.add(path)
            done.offered_on[path] = answer.path
            met[kind] += 1
            waiting.append(path)
    return done
