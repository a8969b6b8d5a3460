"""Asking as a role, and reading whatever comes back: pages, fragments, JSON, CSV and spreadsheets."""

import io
import re
import traceback
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, Final

from django.db import transaction
from django.test import Client

from tests.guards.world import PERSON_OF, Planted, World

HTMX: Final = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "x-dialog-body"}
_MARK: Final = re.compile(rb"zq[0-9]{4}v", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status, headers, everything readable in the body, and the error behind a 500."""

    path: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    error: str = ""

    @property
    def is_html(self) -> bool:
        return self.headers.get("Content-Type", "").startswith("text/html")

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", errors="replace")

    def marks(self) -> set[str]:
        return {found.decode().lower() for found in _MARK.findall(readable(self.body))}


class Asker:
    """A browser of a role (None: nobody signed in). What it posts is rolled back."""

    def __init__(self, world: World, role: str | None, *, language: str = "zh-hans") -> None:
        self.world, self.role = world, role
        self._client = Client(raise_request_exception=False)
        self._client.cookies["xg_language"] = language
        if role in PERSON_OF:
            self._client.force_login(world.cast.members[PERSON_OF[role]])
        self._cookies = self._client.cookies.output(header="", sep=";")

    def get(self, path: str, *, htmx: bool = False) -> Answer:
        return self._answer(path, self._client.get(path, **(HTMX if htmx else {})))  # type: ignore[arg-type]  # headers

    def post(self, path: str, data: Mapping[str, Any] | None = None, *, htmx: bool = False) -> Answer:
        """Post and undo: the next question meets the same world and the same session."""
        with transaction.atomic():
            response = self._client.post(path, dict(data or {}), **(HTMX if htmx else {}))  # type: ignore[arg-type]
            answer = self._answer(path, response)
            transaction.set_rollback(True)
        self._client.cookies.load(self._cookies.strip())
        return answer

    def _answer(self, path: str, response: Any) -> Answer:
        body = b"".join(response.streaming_content) if response.streaming else response.content
        info = getattr(response, "exc_info", None)
        error = "".join(traceback.format_exception(*info)[-3:]) if info else ""
        return Answer(path, response.status_code, dict(response.headers), body, error)


def readable(body: bytes) -> bytes:
    """The body, or what is inside a spreadsheet."""
    if not body.startswith(b"PK\x03\x04"):
        return body
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return b"\n".join(archive.read(name) for name in archive.namelist())


def leaks(answer: Answer, hidden: Mapping[str, Planted]) -> Iterator[str]:
    """One line for each hidden row whose mark stands in the answer."""
    for mark in sorted(answer.marks() & hidden.keys()):
        row = hidden[mark]
        yield f"{answer.path} shows {row.model} {row.pk} ({mark})"


@dataclass(slots=True)
class Form:
    """A form of a page with the values that it would send."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Links:
    """Where a page leads."""

    addresses: list[str] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)


_LINKS: Final = ("href", "hx-get", "data-url", "src")


class _LinkReader(HTMLParser):
    def __init__(self, path: str) -> None:
        super().__init__()
        self.found = Links()
        self._path, self._select = path, ""
        self._form: Form | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.found.addresses += [given[name] for name in _LINKS if given.get(name, "").startswith(("/", "?"))]
        if "hx-post" in given and tag != "form":
            self.found.forms.append(Form(given["hx-post"], "post"))
        if tag == "form":
            action = given.get("action") or given.get("hx-post") or given.get("hx-get") or self._path
            method = "post" if "hx-post" in given else given.get("method", "get").lower()
            self._form = Form(action, method)
            if method != "dialog":  # closes its window and sends nothing
                self.found.forms.append(self._form)
        elif self._form is not None:
            self._field(tag, given)

    def _field(self, tag: str, given: dict[str, str]) -> None:
        assert self._form is not None
        name = given.get("name", "")
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            if "selected" in given or (given.get("value") and not self._form.fields.get(self._select)):
                self._form.fields[self._select] = given.get("value", "")
        elif tag == "textarea" and name:
            self._form.fields[name] = ""
        elif tag == "input" and name and name != "csrfmiddlewaretoken":
            chosen = given.get("type") not in ("checkbox", "radio") or "checked" in given
            if chosen or name not in self._form.fields:
                self._form.fields[name] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        if tag == "select":
            self._select = ""


def links(answer: Answer) -> Links:
    """Links, fragments and forms of an HTML answer; relative ones (``?page=2``) made whole."""
    reader = _LinkReader(answer.path)
    reader.feed(answer.text)
    base = answer.path.partition("?")[0]
    whole = [base + link if link.startswith("?") else link for link in reader.found.addresses]
    for form in reader.found.forms:
        form.action = base + form.action if form.action.startswith("?") else form.action or answer.path
    return Links([link.partition("#")[0] for link in whole], reader.found.forms)


def unique(items: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(items))
