"""What somebody chose on the page of measures, and how an address says it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any, Final
from urllib.parse import quote, urlencode

from django.utils.translation import gettext as _

from xiaoguan.analysis.asking import in_reach
from xiaoguan.ledger.accounts import WHY
from xiaoguan.ledger.measures.asking import Organisation
from xiaoguan.ledger.measures.dimensions import DIMENSIONS, Sort, Value
from xiaoguan.ledger.measures.movement import SIGNS
from xiaoguan.ledger.measures.redating import REDATED
from xiaoguan.lib.addresses import address_of
from xiaoguan.lib.periods import Period, parse_period
from xiaoguan.lib.refusal import Refusal
from xiaoguan.org import calendar
from xiaoguan.org.company import company

GROUPINGS: Final = ("person", "team", "region", "product")
NO_VALUE: Final = "none"
_OPENED_BY: Final = {name for name, item in DIMENSIONS.items() if item.sort is not Sort.TIME}
_PLACE: Final = re.compile(r"-?\d{1,18}\.\d{1,18}")
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
MOVED: Final = (*SIGNS, *REDATED)
_YES_NO: Final = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The period, the grouping, a unit to look at, the organisation of then or now, and what was known when.

    ``on`` is the day of the open pipeline; None is the period's end. ``due`` keeps only what is expected to close in a
    period; the page of all measures does not ask for it.
    """

    period: Period
    by: str = "person"
    org: Organisation = Organisation.THEN
    known_on: date | None = None
    unit: int | None = None
    on: date | None = None
    due: Period | None = None

    def parameters(self) -> dict[str, str]:
        """The choice as an address carries it; what is usual is left out."""
        result = {"period": self.period.key}
        if self.by != "person":
            result["by"] = self.by
        if self.org is not Organisation.THEN:
            result["org"] = str(self.org)
        for name, item in (("known", self.known_on), ("unit", self.unit), ("on", self.on)):
            if item is not None:
                result[name] = str(item)
        if self.due is not None:
            result["due"] = self.due.key
        return result

    def url(self, **changes: Any) -> str:
        """The page with this choice, some of it changed."""
        return f"{address_of('analysis:overview')}?{urlencode(replace(self, due=None, **changes).parameters())}"

    @property
    def others_url(self) -> str:
        """The measures that the page of this choice leaves out until they are asked for."""
        return f"{address_of('analysis:others')}?{urlencode(replace(self, due=None, on=None).parameters())}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """Which figure to open: a measure, one group of it (``group`` is a dimension), or what moving people or new days
    brought in or took out (``moved``). ``customer`` narrows any of them to one customer."""

    choice: Choice
    measure: str
    group: str | None = None
    value: Value = None
    moved: str | None = None
    customer: int | None = None

    def url(self, after: str | None = None) -> str:
        parts = [_open_base(self.choice), f"&measure={self.measure}"]
        if self.group is not None:
            parts.append(of_group(self.group, self.value))
        if self.moved is not None:
            parts.append(f"&moved={self.moved}")
        if self.customer is not None:
            parts.append(f"&customer={self.customer}")
        if after:
            parts.append(f"&after={after}")
        return "".join(parts)


def of_group(dimension: str, value: Value) -> str:
    """What the address of a figure says more where it is that of one group."""
    return f"&group={dimension}&key={quote(written(value))}"


@lru_cache(maxsize=64)
def _open_base(choice: Choice) -> str:
    # A page opens hundreds of figures of one choice.
    return f"{address_of('analysis:open')}?{urlencode(choice.parameters())}"


def read_choice(given: Mapping[str, str], today: date) -> Choice:
    """From an address. Refusal in words for what cannot be read."""
    by = given.get("by") or "person"
    if by not in GROUPINGS:
        raise _unreadable(by)
    try:
        org = Organisation(given.get("org") or "then")
    except ValueError:
        raise _unreadable(given["org"]) from None
    return Choice(
        period=_period(given, today),
        by=by,
        org=org,
        known_on=_day(given.get("known")),
        unit=_number(given["unit"]) if given.get("unit") else None,
        on=_day(given.get("on")),
        due=_read_period(given["due"]) if given.get("due") else None,
    )


def read_opening(given: Mapping[str, str], today: date) -> Opening:
    """Which figure an address opens. Refusal in words for what cannot be read."""
    group, moved = given.get("group") or None, given.get("moved") or None
    if (group is not None and group not in _OPENED_BY) or (moved is not None and moved not in MOVED):
        raise _unreadable(group or moved or "")
    return Opening(
        choice=read_choice(given, today),
        measure=given.get("measure", ""),
        group=group,
        value=None if group is None else read_value(group, given.get("key", NO_VALUE)),
        moved=moved,
        customer=_number(given["customer"]) if given.get("customer") else None,
    )


def read_place(text: str) -> str | None:
    """Behind which record a list goes on. Refusal for anything else."""
    if text and not _PLACE.fullmatch(text):
        raise _unreadable(text)
    return text or None


def written(item: Value) -> str:
    """A group's value as an address carries it."""
    if item is None:
        return NO_VALUE
    return ("yes" if item else "no") if isinstance(item, bool) else str(item)


def read_value(dimension: str, text: str) -> Value:
    """The value of a dimension that an address names. Refusal for what cannot be one."""
    if text == NO_VALUE:
        return None
    if dimension == "is_new" and text in _YES_NO:
        return _YES_NO[text]
    if dimension == "why" and text in WHY:
        return text
    kind = DIMENSIONS[dimension]
    if dimension == "currency" and _CURRENCY.fullmatch(text):
        return text
    if kind.kind is None:
        raise _unreadable(text)
    return _number(text)


def _number(text: str) -> int:
    """An id; at most eighteen digits, so that every database can look for it."""
    if text.isascii() and text.isdigit() and len(text) < 19:
        return int(text)
    raise _unreadable(text)


def _period(given: Mapping[str, str], today: date) -> Period:
    start, end = _day(given.get("from")), _day(given.get("to"))
    fiscal = company().fiscal_start_month
    if start and end:
        if end < start:
            raise Refusal(_("The period ends before it starts."), field="to", code="bad_period")
        return in_reach(Period(start, end, fiscal))
    if text := given.get("period"):
        return _read_period(text)
    return calendar.current("quarter", today)


def _read_period(text: str) -> Period:
    return in_reach(parse_period(text, company().fiscal_start_month))


def _day(text: str | None) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
        in_reach(Period(day, day))
        return day
    except ValueError:
        raise Refusal(_("“%(text)s” is not a day. Write 2026-03-31.") % {"text": text}, code="bad_day") from None


def _unreadable(text: str) -> Refusal:
    sentence = _("“%(text)s” in the address is nothing that can be shown. Start again from the page of measures.")
    return Refusal(sentence % {"text": text}, code="bad_address")
