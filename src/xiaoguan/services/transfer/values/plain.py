"""Whole numbers, yes and no, and text."""

import re

from django.utils.translation import gettext_noop

from xiaoguan.services.transfer.values.amounts import parse_amount
from xiaoguan.services.transfer.values.common import EMPTY, Unreadable, evened
from xiaoguan.services.transfer.words import Words

_YES = frozenset(("1", "true", "yes", "y", "是", "有", "对", "√", "✓", "✔", "t"))
_NO = frozenset(("0", "false", "no", "n", "否", "无", "不", "×", "✗", "✘", "f"))
_SHORTENED = re.compile(r"\d\.\d+[eE]\+\d{2}\Z")


def parse_int(text: str) -> int | Unreadable | None:
    """A whole number, with the same liberties as an amount (1,200; 1.2万; １２)."""
    if text.isascii() and text.isdigit() and len(text) <= 15:
        return int(text)
    amount = parse_amount(text)
    if amount is None or isinstance(amount, Unreadable):
        return amount
    if amount.value != amount.value.to_integral_value() or amount.currency:
        return Unreadable(Words(_NOT_WHOLE), Words(_WHOLE_HINT))
    return int(amount.value)


def parse_bool(text: str) -> bool | Unreadable | None:
    said = evened(text)
    if said in _YES:
        return True
    if said in _NO:
        return False
    if said in EMPTY:
        return None
    return Unreadable(Words(_NOT_YES_NO), Words(_YES_NO_HINT))


def parse_text(text: str, max_length: int = 1_000) -> str | Unreadable | None:
    """Text as written, trimmed. Phones and codes stay text; one that a spreadsheet shortened is refused."""
    said = text.strip().strip("\u200b\ufeff")
    if not said:
        return None
    if len(said) > max_length:
        return Unreadable(Words(_TOO_LONG, {"length": len(said), "limit": max_length}), Words(_SHORTEN_HINT))
    if said[0].isdigit() and _SHORTENED.match(said):
        return Unreadable(Words(_SHORTENED_REASON), Words(_AS_TEXT_HINT))
    return said


def parse_choice(text: str, max_length: int = 200) -> str | Unreadable | None:
    """A value out of few, or the name of another record; what people type for "nothing" counts as empty."""
    said = parse_text(text, max_length)
    return None if isinstance(said, str) and evened(said) in EMPTY else said


_NOT_WHOLE = gettext_noop("not a whole number")
_WHOLE_HINT = gettext_noop("write a whole number such as 1200")
_NOT_YES_NO = gettext_noop("neither yes nor no")
_YES_NO_HINT = gettext_noop("write yes or no, 是 or 否")
_TOO_LONG = gettext_noop("%(length)d characters, at most %(limit)d can be kept")
_SHORTEN_HINT = gettext_noop("shorten it")
_SHORTENED_REASON = gettext_noop("a number shortened by the spreadsheet; digits are lost")
_AS_TEXT_HINT = gettext_noop("format the column as text and enter the value again")
