"""Whatever is typed, sent or put into an address: an answer in words, never a fault of the program, and no name of what
somebody may not see."""

from collections.abc import Iterator
from itertools import cycle, product
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from tests.guards.addresses import addresses
from tests.guards.answers import Answer, Asker, Form, leaks
from tests.guards.crawl import kind_of, walk
from tests.guards.world import World

_SCRIPT: Final = "<script>zqscript"
_TYPED: Final = ("9" * 30, "0001-01-01T00:00", "9999-12-31", f"a\x00\u202e'\"> {_SCRIPT} %(a)s")
_IN_ADDRESSES: Final = (
    *_TYPED,
    "NaN",
    "0001-01-01",
    "9223372036854775808",
    "²",
    '["\\ud800", 1e400]',
    '["9999-12-31T23:59:59-14:00", 1]',
)
_IDS: Final = (0, 2**47, 2**48, 2**63 - 1, 2**63, 10**40)
_KINDS: Final = (4, 9, 255, 2**40)
# What pages read from their addresses, where a link of theirs does not show it.
_NAMES: Final = (
    "after", "before", "by", "but", "credit_code", "customer", "customer_name", "day", "due", "from", "group", "id",
    "industry", "key", "kind", "known", "measure", "moved", "name", "on", "org", "owner", "parent", "period", "q",
    "region", "sort", "stage", "state", "tab", "to", "unit", "value",
)  # fmt: skip


def _faults(answer: Answer, sent: object) -> Iterator[str]:
    if answer.status >= 500:
        yield f"{answer.path[:200]} with {sent!r:.80}: {answer.error[-300:]}"
    if answer.is_html and _SCRIPT in answer.text:
        yield f"{answer.path[:200]} with {sent!r:.80}: writes what was typed into the page as it is"


def test_whatever_is_typed_into_a_field_is_answered(world: World) -> None:
    """Into each form by one who meets it: who may not use it is refused before it is read. Each field by itself, and
    all at once, because one that is refused may keep another from being read."""
    askers = [Asker(world, role) for role in ("administrator", "representative")]
    met = [(asker, form) for asker in askers for form in walk(asker, each=1).forms]
    wrong: list[str] = []
    typing = cycle(_TYPED)
    for asker, form in {_sort(form): (asker, form) for asker, form in reversed(met)}.values():
        alone = [{name: next(typing)} for name in form.fields] if len(form.fields) > 1 else []
        together = [dict.fromkeys(form.fields, typed) for typed in _TYPED]
        for typed in [*alone, *together]:
            wrong += _faults(_type(asker, form, typed), typed)
    assert not wrong, "\n".join(wrong)


def _sort(form: Form) -> object:
    return form.method, kind_of(form.action), tuple(form.fields)


def _type(asker: Asker, form: Form, typed: dict[str, str]) -> Answer:
    fields = form.fields | typed
    if form.method == "post":
        return asker.post(form.action, fields)
    return asker.get(f"{form.action.partition('?')[0]}?{urlencode(fields)}")


def test_whatever_stands_in_an_address_is_answered(world: World) -> None:
    """Each name that a view reads from its addresses, once; all names at once where a page's own address has none."""
    asker = Asker(world, "administrator")
    pages = {kind_of(page.path): urlsplit(page.path) for page in walk(asker, each=1).answers if page.status == 200}
    pages.pop(None, None)
    wrong: list[str] = []
    read: set[tuple[str, str]] = set()
    for (view, _names), page in pages.items():
        given = dict(parse_qsl(page.query))
        new = [(name,) for name in given if (view, name) not in read] if given else [_NAMES]
        read |= {(view, name) for name in given}
        for names, value in product(new, _IN_ADDRESSES):
            change = dict.fromkeys(names, value)
            answer = asker.get(f"{page.path}?{urlencode({**given, **change})}")
            wrong += _faults(answer, change)
    assert not wrong, "\n".join(wrong)


def test_numbers_that_no_id_can_be_are_answered(world: World) -> None:
    asker = Asker(world, "administrator")
    wrong: list[str] = []
    for address in addresses():
        kinds = _KINDS if "kind" in address.parameters else (0,)
        words = {"kind", "what", "role"}
        if not set(address.parameters) - words:
            continue
        for number in _IDS:
            for kind in kinds:
                known = {"kind": kind, "what": "name", "role": "manager"}
                path = address.path(**{name: known.get(name, number) for name in address.parameters})
                for answer in (asker.get(path), asker.post(path)):
                    wrong += _faults(answer, number)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", ["representative", "manager"])
@pytest.mark.parametrize(("group", "model"), [("customer", "crm.customer"), ("person", "org.member")])
def test_a_figure_of_a_hidden_record_does_not_name_it(world: World, role: str, group: str, model: str) -> None:
    asker = Asker(world, role)
    hidden = world.rows(model, role, visible=False)
    assert hidden
    wrong: list[str] = []
    for pk in hidden:
        answer = asker.get(f"/analysis/open/?measure=won_amount&period=2026&group={group}&key={pk}")
        assert answer.status == 200
        wrong += leaks(answer, world.hidden_from(role))
    assert not wrong, "\n".join(wrong)
