"""Filters as they stand in an address, read and written: ``stage=3,4&amount=200000..&due=quarter&owner=not:12``.

Whatever cannot be read does not filter and is said in a sentence; keys that mean nothing here are left alone.
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from xiaoguan.deals.forms.filter_words import DUE as DUE_WORDS
from xiaoguan.deals.forms.filter_words import FIELDS, NEXT_STEPS, OPENED, STATES
from xiaoguan.deals.models import Deal
from xiaoguan.deals.queries.filters import UNKNOWN, Among, Amounts, Days, Filters
from xiaoguan.lib.money import MAX_AMOUNT
from xiaoguan.services.transfer.values import Amount, parse_amount
from xiaoguan.ui import format as write

LARGEST_ID: Final = 2**48 - 1
MOST_VALUES: Final = 50
_NOT: Final = "not:"
ME: Final = "me"
MOST_DAYS: Final = 10_000


def read_filters(params: Mapping[str, str], *, me: int) -> tuple[Filters, dict[str, str]]:
    """The filters that an address states, and by key a sentence for each that cannot be read."""
    read: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for key, reader in _READERS.items():
        text = params.get(key, "").replace("\x00", "").strip()
        if not text:
            continue
        try:
            read[ATTRIBUTES.get(key, key)] = reader(text, me)
        except ValueError:
            problems[key] = unreadable(key, text)
    return Filters(**read), problems


def unreadable(key: str, text: str) -> str:
    """What the bar says of a filter that was not applied."""
    shown = text if len(text) <= 40 else f"{text[:40]}…"
    sentence = _("The filter “%(field)s” was left out: “%(text)s” is not a value that it knows.")
    return sentence % {"field": FIELDS[key], "text": shown}


def write_filters(filters: Filters) -> dict[str, str]:
    """The filters as an address states them; what is usual is left out."""
    written = {key: writer(getattr(filters, ATTRIBUTES.get(key, key))) for key, writer in _WRITERS.items()}
    return {key: text for key, text in written.items() if text}


# --- reading -------------------------------------------------------------------------------------------------


def _ids(text: str, me: int) -> Among:
    if text == UNKNOWN:
        return Among(unset=True)
    but = text.startswith(_NOT)
    parts = text.removeprefix(_NOT).split(",")
    if len(parts) > MOST_VALUES:
        raise ValueError("too many values")
    return Among(ids=tuple(dict.fromkeys(me if part == ME else _id(part) for part in parts)), but=but)


def _id(text: str) -> int:
    value = whole(text, LARGEST_ID)
    if value == 0:
        raise ValueError("no id is 0")
    return value


def whole(text: str, largest: int) -> int:
    """A number written in plain digits. ValueError where it is none, or too large."""
    if not (text.isascii() and text.isdigit() and len(text) < 19) or int(text) > largest:
        raise ValueError("not a number that can be meant")
    return int(text)


def _only_ids(text: str, me: int) -> Among:
    """Owners and units: everybody has one, and a unit is chosen, not excluded."""
    among = _ids(text, me)
    if among.unset:
        raise ValueError("always set")
    return among


def _units(text: str, me: int) -> Among:
    among = _only_ids(text, me)
    if among.but:
        raise ValueError("a unit is chosen, not excluded")
    return among


def _amounts(text: str, _me: int) -> Amounts:
    if text == UNKNOWN:
        return Amounts(unknown=True)
    low, high = _two_ends(text, amount_of)
    if low is not None and high is not None and low > high:
        low, high = high, low
    return Amounts(at_least=low, at_most=high)


def amount_of(text: str) -> Decimal:
    """An amount as people write it (200000, 20万). ValueError where it cannot be read."""
    read = parse_amount(text[:60])
    if not isinstance(read, Amount) or read.value < 0 or read.value > MAX_AMOUNT:
        raise ValueError("not an amount")
    return read.value


def day_of(text: str) -> date:
    """A day as addresses write it. ValueError where it is none."""
    day = date.fromisoformat(text)
    if not 1990 <= day.year <= 2199:
        raise ValueError("outside the years that can be meant")
    return day


def _two_ends(text: str, read: Callable[[str], Any]) -> tuple[Any, Any]:
    """The ends of “a..b”; one may be missing. ValueError where neither can be read."""
    low, dots, high = text.partition("..")
    if not dots or not (low or high):
        raise ValueError("not a range")
    return (read(low) if low else None), (read(high) if high else None)


def _days(words: Mapping[str, Any]) -> Callable[[str, int], Days]:
    def read(text: str, _me: int) -> Days:
        if text in words:
            return Days(word=text)
        start, end = _two_ends(text, day_of)
        return Days(start=end, end=start) if start and end and start > end else Days(start=start, end=end)

    return read


def _state(text: str, _me: int) -> int:
    for code, (word, _label) in STATES.items():
        if word == text:
            return code
    raise ValueError("not a state")


def _rests(text: str, _me: int) -> int:
    return whole(text, MOST_DAYS)


def _next_step(text: str, _me: int) -> str:
    if text not in NEXT_STEPS:
        raise ValueError("not a word for next steps")
    return text


def _text(text: str, _me: int) -> str:
    return text.encode("utf-8", "ignore").decode()[:100]


ATTRIBUTES: Final = {"q": "text", "next": "next_step"}
_READERS: Final[dict[str, Callable[[str, int], Any]]] = {
    "q": _text,
    "state": _state,
    "stage": _ids,
    "owner": _only_ids,
    "unit": _units,
    "customer": _ids,
    "product": _ids,
    "line": _ids,
    "source": _ids,
    "amount": _amounts,
    "due": _days(DUE_WORDS),
    "opened": _days(OPENED),
    "closed": _days(OPENED),
    "rests": _rests,
    "next": _next_step,
}


# --- writing -------------------------------------------------------------------------------------------------


def _write_ids(among: Among | None) -> str:
    if among is None or among.unset:
        return UNKNOWN if among else ""
    return (_NOT if among.but else "") + ",".join(str(value) for value in among.ids)


def _write_amounts(amounts: Amounts | None) -> str:
    if amounts is None or amounts.unknown:
        return UNKNOWN if amounts else ""
    return _written_ends(amounts.at_least, amounts.at_most, lambda amount: write.number(amount).replace(",", ""))


def _write_days(days: Days | None) -> str:
    if days is None:
        return ""
    return days.word or _written_ends(days.start, days.end, date.isoformat)


def _written_ends(low: Any, high: Any, written: Callable[[Any], str]) -> str:
    return f"{'' if low is None else written(low)}..{'' if high is None else written(high)}"


_WRITERS: Final[dict[str, Callable[[Any], str]]] = {
    "q": str,
    "state": lambda state: "" if state == Deal.State.OPEN else STATES[state][0],
    **dict.fromkeys(("stage", "owner", "unit", "customer", "product", "line", "source"), _write_ids),
    "amount": _write_amounts,
    **dict.fromkeys(("due", "opened", "closed"), _write_days),
    "rests": lambda days: "" if days is None else str(days),
    "next": str,
}
KEYS: Final = tuple(_READERS)
