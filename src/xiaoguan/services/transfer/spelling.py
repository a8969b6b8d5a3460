"""Proposals for values that look like another, known one misspelt. Nothing is changed here.

difflib is enough: only the distinct values of a column are compared (hundreds, not rows), and a blocking by
length and first letters keeps a column of thousands of names fast; no further library is worth its weight
for that.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache

from babel import Locale
from django.utils.translation import gettext_noop

from xiaoguan.services.transfer.words import Words

_SURE = 0.86
_SHORTEST = 5
"""shorter words are too alike to one another: Iran and Iraq"""


@dataclass(frozen=True, slots=True)
class Proposal:
    """``written`` probably means ``meant``; ``why`` says what differs."""

    written: str
    meant: str
    why: Words


def propose(
    values: Mapping[str, int],
    known: Iterable[str] = (),
    reference: Iterable[str] = (),
    *,
    among_themselves: bool = False,
) -> list[Proposal]:
    """Proposals for the distinct ``values`` (with their number of rows) of one column.

    ``known`` are values that exist already and win. ``reference`` lists right spellings of a general kind
    (countries). The file's own values count where two differ only by blanks, case or punctuation; with
    ``among_themselves`` also where a rare one is close to one met ten times as often (few-valued columns,
    not names of people).
    """
    known_list, reference_list = list(dict.fromkeys(known)), list(dict.fromkeys(reference))
    settled = set(known_list)
    own, general = _by_plain((*known_list, *_frequent_first(values))), _by_plain(reference_list)
    proposals = []
    for written in values:
        if not written or written in settled:
            continue
        found = _same_form(written, own, general)
        if found is None and plain(written) not in general:
            often = [v for v in values if values[v] >= 10 * values[written]] if among_themselves else []
            found = _closest(written, (*known_list, *often)) or _closest(written, reference_list)
            if found is not None:
                proposals.append(Proposal(written, _cased(written, found, general), Words(_LETTERS)))
        elif found is not None and found != written:
            proposals.append(Proposal(written, found, Words(_FORM)))
    return proposals


def _same_form(written: str, own: Mapping[str, str], general: Mapping[str, str]) -> str | None:
    """The preferred spelling of the same letters; a general word in another case is no misspelling."""
    form = plain(written)
    preferred = own.get(form)
    if preferred is not None and preferred != written:
        return preferred
    word = general.get(form)
    if word is not None and word.casefold() != written.casefold():
        return in_the_case_of(written, word)
    return None


def _cased(written: str, found: str, general: Mapping[str, str]) -> str:
    return in_the_case_of(written, found) if general.get(plain(found)) == found else found


def plain(text: str) -> str:
    """Text without case, width, blanks and punctuation: GTXPro and GTX Pro are the same."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).casefold())


def _by_plain(words: Iterable[str]) -> dict[str, str]:
    """The spelling to prefer for each plain form: the first that comes."""
    preferred: dict[str, str] = {}
    for word in words:
        preferred.setdefault(plain(word), word)
    return preferred


def _frequent_first(values: Mapping[str, int]) -> list[str]:
    return sorted(values, key=lambda value: (-values[value], value))


def _closest(written: str, candidates: Sequence[str]) -> str | None:
    form = plain(written)
    if len(form) < _SHORTEST or any(character.isdigit() for character in form):
        return None  # two codes or models that differ by a digit are two things
    best, best_ratio = None, _SURE
    for candidate in candidates:
        other = plain(candidate)
        if abs(len(other) - len(form)) > 2 or not (other[:1] == form[:1] or other[-3:] == form[-3:]):
            continue
        matcher = SequenceMatcher(None, form, other, autojunk=False)
        if matcher.quick_ratio() > best_ratio and (ratio := matcher.ratio()) > best_ratio:
            best, best_ratio = candidate, ratio
    return best


@cache
def country_names() -> tuple[str, ...]:
    """Countries and regions as English and Chinese write them."""
    names: dict[str, None] = {}
    for language in ("en", "zh_Hans_CN"):
        for code, name in Locale.parse(language).territories.items():
            if len(code) == 2 and code.isalpha():
                names[name] = None
    return tuple(names)


SECTORS = (
    "Agriculture", "Automotive", "Aerospace", "Banking", "Biotechnology", "Chemicals", "Construction",
    "Consulting", "Consumer goods", "Defence", "Education", "Electronics", "Employment", "Energy",
    "Engineering", "Entertainment", "Environment", "Finance", "Food", "Furniture", "Gaming",
    "Government", "Healthcare", "Hospitality", "Insurance", "Legal", "Logistics", "Machinery",
    "Manufacturing", "Marketing", "Media", "Medical", "Mining", "Pharmaceuticals", "Publishing",
    "Real estate", "Research", "Restaurants", "Retail", "Security", "Semiconductors", "Services", "Shipping",
    "Software", "Sports", "Technology", "Telecommunications", "Textiles", "Tourism", "Transportation",
    "Utilities", "Wholesale",
)  # fmt: skip
"""Everyday English names of industries: the reference for a column of sectors."""


def in_the_case_of(written: str, meant: str) -> str:
    """A reference word in the way the file writes: "technolgy" → "technology", not "Technology"."""
    if written.islower():
        return meant.lower()
    if written.isupper() and len(written) > 3:
        return meant.upper()
    return meant


_FORM = gettext_noop("differs only by blanks, case or punctuation")
_LETTERS = gettext_noop("differs by a letter or two")
