"""Chinese is complete: every marked string has one translation, with the same places and the glossary's terms."""

import re
from collections import defaultdict
from pathlib import Path

from babel.messages.catalog import Message

from tests.guards.msgids import catalogues, marked

GLOSSARY = Path(__file__).resolve().parents[2] / "docs" / "glossary.md"
_PLACE = re.compile(r"%\((\w+)\)[sd]|%[sd]|\{(\w*)\}")


def test_every_marked_string_is_translated() -> None:
    known = {(message.context, _singular(message)) for message in _messages() if all(_translations(message))}
    missing = sorted(
        {f"{item.where}: {item.text!r}" for item in marked() if item.key not in known and item.text.strip()}
    )
    assert not missing, f"{len(missing)} without Chinese:\n" + "\n".join(missing)


def test_no_translation_is_empty_or_fuzzy() -> None:
    bad = [
        f"{room}: {_singular(message)!r}"
        for room, catalogue in catalogues().items()
        for message in catalogue
        if message.id and (message.fuzzy or not all(_translations(message)))
    ]
    assert not bad, "\n".join(bad)


def test_no_translation_is_left_of_a_string_that_is_no_more() -> None:
    used = {item.key for item in marked()}
    left = [
        f"{room}: {_singular(message)!r}"
        for room, catalogue in catalogues().items()
        for message in catalogue
        if message.id and (message.context, _singular(message)) not in used
    ]
    assert not left, "\n".join(left)


def test_rooms_agree_on_the_translation_of_one_string() -> None:
    """Django merges the catalogues: of two different translations one would win silently."""
    said: defaultdict[tuple[str | None, str], dict[str, list[str]]] = defaultdict(dict)
    for room, catalogue in catalogues().items():
        for message in catalogue:
            if message.id:
                key = (message.context, _singular(message))
                said[key].setdefault("|".join(_translations(message)), []).append(room)
    differing = [f"{key[1]!r}: {by_words}" for key, by_words in said.items() if len(by_words) > 1]
    assert not differing, "\n".join(differing)


def test_translations_keep_the_places() -> None:
    bad = [
        f"{_singular(message)!r} → {words!r}"
        for message in _messages()
        for words in _translations(message)
        if _places(words) != _places(_plural(message)) and _places(words) != _places(_singular(message))
    ]
    assert not bad, "\n".join(bad)


def test_translations_use_the_terms_of_the_glossary() -> None:
    terms = _glossary()
    assert len(terms) > 20, "the glossary is read wrongly"
    wrong = [
        f"{_singular(message)!r} is {'、'.join(_translations(message))}, the glossary says {terms[term]}"
        for message in _messages()
        if (term := _singular(message).lower()) in terms and terms[term] not in _translations(message)
    ]
    assert not wrong, "\n".join(wrong)


def _messages() -> list[Message]:
    return [message for catalogue in catalogues().values() for message in catalogue if message.id]


def _singular(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _plural(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[1]


def _translations(message: Message) -> list[str]:
    strings = [message.string] if isinstance(message.string, str) else list(message.string or ())
    return strings or [""]


def _places(text: str) -> set[str]:
    return {"".join(found.groups(default="")) or found.group() for found in _PLACE.finditer(text)}


def _glossary() -> dict[str, str]:
    """Terms that mean one thing wherever they stand alone; "close (a period)" does not: dialogs close too."""
    rows = [line.split("|")[1:3] for line in GLOSSARY.read_text().splitlines() if line.startswith("|")]
    pairs = [(english.strip(), chinese.strip()) for english, chinese in rows]
    return {english: chinese for english, chinese in pairs if english not in ("English", "---") and "(" not in english}
