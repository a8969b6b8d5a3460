"""Nothing that people read is written past the translations.

Every translated string comes back in brackets; what is left of a page after the brackets, the world's own data,
numbers and signs are taken away is a string that somebody forgot to mark.
"""

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any, Final

import pytest
from django.apps import apps
from django.db import models
from django.utils import translation

from tests.guards.addresses import visits
from tests.guards.answers import Answer, Asker
from tests.guards.asking import one_of_each
from tests.guards.crawl import walk
from tests.guards.world import World
from xiaoguan.ledger.measures.language import all_measures
from xiaoguan.ui.names import company_mark, person_mark

_OPEN, _SHUT = "⟦", "⟧"
_INNERMOST = re.compile(r"⟦[^⟦⟧]*⟧")
_READ: Final = ("title", "aria-label", "placeholder", "alt", "data-confirm", "data-label", "content")
# No words to translate: currencies, formats, n of statistics, the languages' own names, and the units with which
# ui.format writes numbers in the one or the other language.
_ALIKE: Final = (
    "中文", "English", "CNY", "USD", "EUR", "CSV", "XLSX", "PNG", "UTF-8", "GBK", "Xiaoguan", "销管",
    "k", "M", "万", "亿", "元", "天", "点", "pts", "day", "days", "Q1", "Q2", "Q3", "Q4", "n",
)  # fmt: skip
_DAYS, _MONTHS = "Mon|Tue|Wed|Thu|Fri|Sat|Sun", "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_DATE = re.compile(rf"((?:{_DAYS}) )?\d{{1,2}} (?:{_MONTHS})\b|\d+\s*[年月日]|周[一二三四五六日]|W\d\d")
# What a filter cut out of a translated list: ``yesno:_("yes,no")`` says the first or the last part of it.
_CUT = re.compile(r"^[^⟦⟧]*⟧|⟦[^⟦⟧]*$")
_WORD = re.compile(r"[^\W\d_]+")


@pytest.fixture
def bracketed(monkeypatch: pytest.MonkeyPatch) -> None:
    """gettext and its sisters answer in brackets, lazy strings and templates included."""
    functions: Any = getattr(translation, "_trans")  # noqa: B009  private: the one door through which all of them go
    for name in ("gettext", "ngettext", "pgettext", "npgettext"):
        monkeypatch.setattr(functions, name, _in_brackets(getattr(functions, name)))


def _in_brackets(real: Callable[..., str]) -> Callable[..., str]:
    def said(*arguments: Any) -> str:
        text = real(*arguments)
        return f"{_OPEN}{text}{_SHUT}" if text else text

    return said


# A string that nobody marked stands in the one language as in the other.
@pytest.mark.parametrize(
    ("role", "language"), [("administrator", "zh-hans"), ("manager", "zh-hans"), ("representative", "en")]
)
def test_every_word_of_every_page_is_marked(world: World, bracketed: None, role: str, language: str) -> None:
    asker, data = Asker(world, role, language=language), _Data(world)
    sent = (asker.post(visit.path) for visit in one_of_each(visits(world, role)))
    answers = [*walk(asker, each=2).answers, *sent]
    wrong = {f"{line}   e.g. {answer.path}" for answer in answers if answer.is_html for line in data.unmarked(answer)}
    found = {line.partition("   ")[0]: line for line in sorted(wrong)}
    assert not found, f"{len(found)} unmarked:\n" + "\n".join(found.values())


def test_the_sign_in_is_marked(world: World, bracketed: None) -> None:
    asker, data = Asker(world, None), _Data(world)
    answers = [asker.get("/sign-in"), asker.post("/sign-in", {"username": "x", "password": "y"})]
    assert all(answer.is_html for answer in answers)
    wrong = sorted({line for answer in answers for line in data.unmarked(answer)})
    assert not wrong, "\n".join(wrong)


class _Data:
    """All texts that stand in the database: they are somebody's, not ours."""

    def __init__(self, world: World) -> None:
        texts = {value.strip() for value in _texts() if len(value.strip()) > 1}
        self._texts = sorted(texts, key=len, reverse=True)
        self._pattern = re.compile("|".join(re.escape(text) for text in self._texts))
        self._initials = {mark(text) for text in texts for mark in (person_mark, company_mark)}

    def unmarked(self, answer: Answer) -> Iterator[str]:
        reader = _TextReader()
        reader.feed(answer.text)
        for kind, text in reader.found:
            left = self._rest(text)
            if left:
                yield f"{kind}: {left!r} in {text!r}"

    def _rest(self, text: str) -> str:
        while _OPEN in text and (shorter := _INNERMOST.sub(" ", text)) != text:
            text = shorter
        if text in self._initials:
            return ""
        rest = _DATE.sub(" ", self._pattern.sub(" ", _CUT.sub(" ", text)))
        for word in _ALIKE:
            rest = re.sub(rf"(?<![A-Za-z]){re.escape(word)}(?![A-Za-z])", " ", rest)
        return " ".join(_WORD.findall(rest))


def _texts() -> Iterator[str]:
    """Names and free texts of every table of ours; codes and choices are not for reading and so not excused."""
    for model in apps.get_models():
        if not model.__module__.startswith("xiaoguan."):
            continue
        fields = [field for field in model._meta.concrete_fields if _is_text(field)]
        for row in model._default_manager.values_list(*[field.name for field in fields]) if fields else ():
            yield from _strings(row)
    for measure in all_measures():  # their names stand in both languages where they are defined
        yield from (measure.zh.name, measure.zh.formula, measure.en.name, measure.en.formula)


def _strings(value: Any) -> Iterator[str]:
    """The texts inside a value, JSON included: headers and cells of a file are the file's own words."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from _strings(list(value.values()))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _strings(item)


def _is_text(field: Any) -> bool:
    text = isinstance(field, models.CharField | models.TextField) and not isinstance(field, models.SlugField)
    return text and not field.choices and field.name not in ("currency", "password", "reaction", "field", "kind", "did")


class _TextReader(HTMLParser):
    """What a person reads or hears: text, labels, titles, placeholders, options, buttons of inputs."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in ("script", "style") or (tag == "meta" and given.get("name") != "description"):
            self._silent += tag != "meta"
            return
        self.found += [(name, given[name]) for name in _READ if given.get(name)]
        if tag == "input" and given.get("type") in ("submit", "button", "reset"):
            self.found.append(("value", given.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._silent -= 1

    def handle_data(self, data: str) -> None:
        if not self._silent and data.strip():
            self.found.append(("text", data.strip()))
