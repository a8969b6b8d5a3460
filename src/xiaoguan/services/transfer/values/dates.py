"""Days as people and spreadsheets write them. A day that could be two days is never guessed."""

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import Literal

from django.utils.translation import gettext_noop

from xiaoguan.services.transfer.values.common import EMPTY, Unreadable, evened
from xiaoguan.services.transfer.words import Words

Order = Literal["dmy", "mdy"]

_MONTHS = {
    name: number
    for number, names in enumerate(
        [
            "jan january",
            "feb february",
            "mar march",
            "apr april",
            "may",
            "jun june",
            "jul july",
            "aug august",
            "sep sept september",
            "oct october",
            "nov november",
            "dec december",
        ],
        start=1,
    )
    for name in names.split()
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_TIME = re.compile(
    r"[t\s,]*(?:(?P<before>上午|下午|中午|晚上|凌晨)\s*)?(?P<hour>\d{1,2})[:时点](?P<minute>\d{1,2})"
    r"(?:[:分](?P<second>\d{1,2})(?:[.,]\d+)?秒?|分)?"
    r"\s*(?P<after>am|pm|a\.m\.|p\.m\.)?\s*(?P<zone>z|utc|[+-]\d{2}:?\d{2})?\Z"
)
_YEAR_FIRST = re.compile(r"(\d{4})\s*([-/.年])\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?号?\Z")
_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})\Z")
_YEAR_LAST = re.compile(r"(\d{1,2})\s*([-/.])\s*(\d{1,2})\s*[-/.]\s*(\d{4})\Z")
_DAY_NAMED = re.compile(rf"(?:[a-z]{{3,9}},?\s+)?(\d{{1,2}})(?:st|nd|rd|th)?[\s/.-]*({_MONTH})\.?[\s,/-]*(\d{{4}})\Z")
_NAMED_DAY = re.compile(rf"(?:[a-z]{{3,9}},?\s+)?({_MONTH})\.?[\s-]*(\d{{1,2}})(?:st|nd|rd|th)?[\s,-]+(\d{{4}})\Z")
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?\Z")
_NO_DAY = re.compile(r"\d{4}\s*[-/.年]\s*\d{1,2}\s*月?\Z|\d{6}\Z")
_SHORT_YEAR = re.compile(rf"\d{{1,2}}[-/. ](?:\d{{1,2}}|{_MONTH})[-/. ]\d{{2}}\Z")
_FIRST_SERIAL, _LAST_SERIAL = 10_000, 80_000
"""1927 to 2119: outside it a number is hardly a day"""


def from_serial(serial: int, *, from_1904: bool = False) -> date:
    """The day of a spreadsheet's serial number.

    The 1900 system counts a 29 February 1900 that never was (serial 60), so days before it are one off.
    ValueError for serial 60 itself and for what is below 1 (0 in the 1904 system).
    """
    if from_1904:
        if serial < 0:
            raise ValueError(serial)
        return date(1904, 1, 1) + timedelta(days=serial)
    if serial < 1 or serial == 60:
        raise ValueError(serial)
    return date(1899, 12, 31 if serial < 60 else 30) + timedelta(days=serial)


@lru_cache(maxsize=65_536)
def parse_date(
    text: str, order: Order | None = None, from_1904: bool = False, zone: tzinfo | None = None
) -> date | Unreadable | None:
    """The day a cell states; None where it is empty.

    ``order`` says how 03/04/2026 is meant in this column (see ``decide_order``). A moment with an offset
    becomes the day in ``zone``; a moment without one is taken as it stands.
    """
    if len(text) == 10 and text[4] == "-" and text.isascii():
        try:
            return _plausible(date.fromisoformat(text))
        except ValueError:
            pass
    said = evened(text)
    if said in EMPTY:
        return None
    day_part, time_part = _split_time(said)
    day = _read_day(day_part, order, from_1904)
    if time_part is None or not isinstance(day, date):
        return day
    return _day_of_moment(day, time_part, zone)


def decide_order(texts: Iterable[str]) -> Order | None:
    """How a column means 03/04/2026, if some other cell of it proves one reading and none the other."""
    seen: set[Order] = set()
    for text in texts:
        match = _YEAR_LAST.match(_split_time(evened(text))[0])
        if match is None or match[2] == ".":
            continue
        first, second = int(match[1]), int(match[3])
        if first > 12 >= second:
            seen.add("dmy")
        elif second > 12 >= first:
            seen.add("mdy")
    return seen.pop() if len(seen) == 1 else None


def _split_time(said: str) -> tuple[str, "re.Match[str] | None"]:
    if ":" not in said and "时" not in said and "点" not in said:
        return said, None
    match = _TIME.search(said)
    return (said[: match.start()].strip(), match) if match else (said, None)


def _read_day(said: str, order: Order | None, from_1904: bool) -> date | Unreadable:
    if match := _YEAR_FIRST.match(said) or _DIGITS.match(said):
        parts = [int(part) for part in match.groups() if part.isdigit()]
        return _make(parts[0], parts[1], parts[2])
    if match := _YEAR_LAST.match(said):
        return _year_last(int(match[1]), int(match[3]), int(match[4]), "dmy" if match[2] == "." else order)
    if match := _DAY_NAMED.match(said):
        return _make(int(match[3]), _MONTHS[match[2]], int(match[1]))
    if match := _NAMED_DAY.match(said):
        return _make(int(match[3]), _MONTHS[match[1]], int(match[2]))
    if (match := _SERIAL.match(said)) and _FIRST_SERIAL <= int(match[1]) <= _LAST_SERIAL:
        return _plausible(from_serial(int(match[1]), from_1904=from_1904))
    if _NO_DAY.match(said):
        return Unreadable(Words(_NO_DAY_REASON), Words(_DAY_HINT))
    if _SHORT_YEAR.match(said):
        return Unreadable(Words(_SHORT_YEAR_REASON), Words(_DAY_HINT))
    return Unreadable(Words(_NOT_DAY), Words(_DAY_HINT))


def _year_last(first: int, second: int, year: int, order: Order | None) -> date | Unreadable:
    if first == second:
        return _make(year, first, second)
    if first <= 12 and second <= 12:
        if order is None:
            either = {"one": f"{year}-{second:02}-{first:02}", "other": f"{year}-{first:02}-{second:02}"}
            return Unreadable(Words(_AMBIGUOUS, either), Words(_AMBIGUOUS_HINT), ambiguous=True)
        return _make(year, second, first) if order == "dmy" else _make(year, first, second)
    return _make(year, second, first) if first > 12 else _make(year, first, second)


def _make(year: int, month: int, day: int) -> date | Unreadable:
    try:
        return _plausible(date(year, month, day))
    except ValueError:
        return Unreadable(Words(_IMPOSSIBLE), Words(_DAY_HINT))


def _plausible(day: date) -> date | Unreadable:
    if 1900 <= day.year <= 2199:
        return day
    return Unreadable(Words(_YEAR_REASON), Words(_DAY_HINT))


def _day_of_moment(day: date, match: "re.Match[str]", zone: tzinfo | None) -> date | Unreadable:
    hour = int(match["hour"])
    if (match["before"] in ("下午", "晚上") or (match["after"] or "").startswith("p")) and hour < 12:
        hour += 12
    try:
        clock = time(hour, int(match["minute"]), int(match["second"] or 0))
    except ValueError:
        return Unreadable(Words(_NOT_DAY), Words(_DAY_HINT))
    offset = match["zone"]
    if not offset or zone is None:
        return day
    sign = "+00:00" if offset in ("z", "utc") else offset
    return datetime.fromisoformat(f"{day}T{clock}{sign}").astimezone(zone).date()


_NOT_DAY = gettext_noop("not a date")
_DAY_HINT = gettext_noop("write the day as 2026-03-05")
_IMPOSSIBLE = gettext_noop("a day that does not exist")
_YEAR_REASON = gettext_noop("a year that cannot be right")
_NO_DAY_REASON = gettext_noop("a month without a day")
_SHORT_YEAR_REASON = gettext_noop("a year of two digits")
_AMBIGUOUS = gettext_noop("could be %(one)s or %(other)s, and no other row of this column tells which")
_AMBIGUOUS_HINT = gettext_noop("write the days of this column as 2026-03-05")
