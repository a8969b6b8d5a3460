"""Reading figures off pages: every link that opens one, and the list of records behind it."""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from html.parser import HTMLParser
from typing import Final

from tests.guards.answers import Answer, Asker

OPENS: Final = "/analysis/open/"
_MOST_PAGES: Final = 200
_SCALES: Final[dict[str, int | Decimal]] = {
    "亿": 100_000_000,
    "万": 10_000,
    "M": 1_000_000,
    "k": 1_000,
    "%": Decimal("0.01"),
}
_NUMBER = re.compile(r"([−-])?[^\d–]{0,3}?(\d[\d,]*(?:\.\d+)?)\s*(亿|万|M|k|%)?")


@dataclass(frozen=True, slots=True)
class Figure:
    """A link that opens a figure: where it leads, how it is written, and its exact value as the page carries it."""

    href: str
    text: str
    exact: str | None


@dataclass(slots=True)
class Opened:
    """The page of one figure: the figure, what each record adds, and what the records add that may not be opened."""

    figure: str = ""
    exact: str | None = None
    rows: list[list[str]] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    onward: str = ""


def figures(answer: Answer) -> list[Figure]:
    """The figures of a page, each link once."""
    reader = _FigureReader()
    reader.feed(answer.text)
    return list(dict.fromkeys(reader.found))


def opened(asker: Asker, href: str) -> Opened:
    """Everything behind a figure, all its pages put together."""
    whole = _page(asker, href)
    seen, onward = {href}, whole.onward
    while onward and onward not in seen and len(seen) < _MOST_PAGES:
        seen.add(onward)
        further = _page(asker, onward)
        whole.rows += further.rows
        onward = further.onward
    return whole


def number(text: str) -> tuple[Decimal, Decimal] | None:
    """A written figure and half of its last place: 12.3 万 is (123000, 500). None where no value is written."""
    found = _NUMBER.search(text.replace("\u00a0", " "))
    if not found:
        return None
    digits = Decimal(found.group(2).replace(",", ""))
    scale = _SCALES.get(found.group(3), Decimal(1))
    half = scale / 10 ** len(found.group(2).partition(".")[2]) / 2
    return (-digits if found.group(1) else digits) * scale, half


def _page(asker: Asker, href: str) -> Opened:
    answer = asker.get(href)
    assert answer.status == 200, f"{href} is {answer.status} {answer.error}"
    reader = _OpenedReader()
    reader.feed(answer.text)
    return reader.found


class _FigureReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Figure] = []
        self._open: tuple[str, str | None] | None = None
        self._text = ""
        self._in_head = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "th":
            self._in_head = True  # a link in the head of a row names the row ("25-11"), it writes no figure
        if tag == "a" and given.get("href", "").startswith(OPENS) and not self._in_head:
            self._open, self._text = (given["href"], given.get("data-value")), ""

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "th":
            self._in_head = False
        if tag == "a" and self._open is not None:
            href, exact = self._open
            self.found.append(Figure(href, " ".join(self._text.split()), exact))
            self._open = None


class _OpenedReader(HTMLParser):
    """The figure in large type; of the table of records the columns of numbers, not those of the postings inside."""

    def __init__(self) -> None:
        super().__init__()
        self.found = Opened()
        self._tables = 0
        self._in_body = False
        self._row: list[str] | None = None
        self._cell: str | None = None
        self._figure = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        kinds = given.get("class", "").split()
        if tag == "table":
            self._tables += 1
        elif tag == "tbody" and self._tables == 1:
            self._in_body = True
        elif tag == "tr" and self._tables == 1 and self._in_body:
            self._row = self.found.hidden if given.get("id") == "hidden-records" else []
        elif tag == "td" and self._tables == 1 and "r" in kinds and self._row is not None:
            self._cell = ""
        elif tag == "a" and "after=" in given.get("href", ""):
            self.found.onward = given["href"]
        elif "fig" in kinds and "xl" in kinds:
            self._figure, self.found.exact = True, given.get("data-value")

    def handle_data(self, data: str) -> None:
        if self._cell is not None and self._tables == 1:
            self._cell += data
        if self._figure:
            self.found.figure += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "table":
            self._tables -= 1
        elif tag == "tbody" and self._tables == 1:
            self._in_body = False
        elif tag == "td" and self._tables == 1 and self._cell is not None and self._row is not None:
            self._row.append(self._cell.strip())
            self._cell = None
        elif tag == "tr" and self._tables == 1 and self._row is not None:
            if self._row is not self.found.hidden:
                self.found.rows.append(self._row)
            self._row = None
        elif tag in ("a", "span"):
            self._figure = False
