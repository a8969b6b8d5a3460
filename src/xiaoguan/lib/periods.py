"""Periods of days: fiscal years, halves and quarters, months, weeks, and any range between two days.

A fiscal year bears the number of the calendar year in which it ends: with April as its first month, FY2026
runs from 1 April 2025 to 31 March 2026. Weeks are ISO weeks and start on Monday.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from xiaoguan.lib.refusal import Refusal

KINDS = ("year", "half", "quarter", "month", "week")
_MONTHS = {"year": 12, "half": 6, "quarter": 3, "month": 1}
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """All days from ``start`` to ``end``, both included."""

    start: date
    end: date
    fiscal_start_month: int = field(default=1, compare=False)

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(f"a period ends before it starts: {self.start} {self.end}")
        if not 1 <= self.fiscal_start_month <= 12:
            raise ValueError(f"not a month: {self.fiscal_start_month}")

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    @property
    def kind(self) -> str:
        """year, half, quarter, month, week, day or range."""
        if self.start == self.end:
            return "day"
        return next((kind for kind in KINDS if self == self._containing(kind)), "range")

    @property
    def fiscal_year(self) -> int:
        """The number of the fiscal year in which the period starts."""
        first = self.fiscal_start_month
        return self.start.year + (1 if first > 1 and self.start.month >= first else 0)

    @property
    def label(self) -> str:
        """The period's name in the language of the reader: “2026 财年 Q4”, “FY2026 Q4”."""
        kind, place = self.kind, (self.start.month - self.fiscal_start_month) % 12
        if kind == "year":
            return _("FY%(year)s") % {"year": self.fiscal_year}
        if kind == "half":
            return _("FY%(year)s H%(half)s") % {"year": self.fiscal_year, "half": place // 6 + 1}
        if kind == "quarter":
            return _("FY%(year)s Q%(quarter)s") % {"year": self.fiscal_year, "quarter": place // 3 + 1}
        if kind == "month":
            return date_format(self.start, "YEAR_MONTH_FORMAT")
        if kind == "week":
            year, week, _weekday = self.start.isocalendar()
            return f"{year} W{week}"
        return str(self.start) if kind == "day" else f"{self.start} – {self.end}"

    @property
    def key(self) -> str:
        """The text that ``parse_period`` turns into this period."""
        kind, place = self.kind, (self.start.month - self.fiscal_start_month) % 12
        if kind == "year":
            return f"{self.fiscal_year}"
        if kind == "half":
            return f"{self.fiscal_year}-H{place // 6 + 1}"
        if kind == "quarter":
            return f"{self.fiscal_year}-Q{place // 3 + 1}"
        if kind == "month":
            return f"{self.start:%Y-%m}"
        if kind == "week":
            year, week, _weekday = self.start.isocalendar()
            return f"{year}-W{week:02}"
        return f"{self.start}..{self.end}"

    def halves(self) -> list["Period"]:
        return self.split("half")

    def quarters(self) -> list["Period"]:
        return self.split("quarter")

    def months(self) -> list["Period"]:
        return self.split("month")

    def weeks(self) -> list["Period"]:
        return self.split("week")

    def split(self, kind: str) -> list["Period"]:
        """The parts that cover the period without gap or overlap; the first and the last may be cut off by
        its ends."""
        parts, day = [], self.start
        while True:
            whole = containing(day, kind, self.fiscal_start_month)
            end = min(whole.end, self.end)
            parts.append(Period(day, end, self.fiscal_start_month))
            if end == self.end:
                return parts
            day = end + _DAY

    def previous(self) -> "Period":
        """The one before: of the same kind, or of as many days."""
        kind, before = self.kind, self.start - _DAY
        if kind in KINDS:
            return containing(before, kind, self.fiscal_start_month)
        return Period(self.start - timedelta(days=self.days), before, self.fiscal_start_month)

    def next(self) -> "Period":
        """The one after: of the same kind, or of as many days."""
        kind, after = self.kind, self.end + _DAY
        if kind in KINDS:
            return containing(after, kind, self.fiscal_start_month)
        return Period(after, self.end + timedelta(days=self.days), self.fiscal_start_month)

    def _containing(self, kind: str) -> "Period":
        return containing(self.start, kind, self.fiscal_start_month)


def containing(day: date, kind: str, fiscal_start_month: int = 1) -> Period:
    """The year, half, quarter, month or week in which a day falls."""
    if kind == "week":
        monday = day - timedelta(days=day.weekday())
        return Period(monday, monday + timedelta(days=6), fiscal_start_month)
    length = _MONTHS[kind]
    into = (day.month - fiscal_start_month) % 12 % length
    return _from_month(day.year, day.month - into, length, fiscal_start_month)


def parse_period(text: str, fiscal_start_month: int = 1) -> Period:
    """The period that “2017”, “2017-H1”, “2017-Q2”, “2017-03”, “2017-W12” or “2017-01-01..2017-03-31” names.

    Years, halves and quarters are fiscal. Refusal where the text is none of these.
    """
    written = text.strip().upper()
    try:
        for pattern, make in _FORMS:
            if match := pattern.fullmatch(written):
                return make(match.groups(), fiscal_start_month)
    except ValueError:
        pass
    sentence = _("“%(text)s” is not a period. Write 2017, 2017-Q2, 2017-03, 2017-W12 or 2017-01-01..2017-03-31.")
    raise Refusal(sentence % {"text": text}, field="period", code="bad_period")


def _from_month(year: int, month: int, length: int, fiscal_start_month: int) -> Period:
    """Whole months from a month on, which may lie outside 1 to 12."""
    first = _month(year, month)
    last = _month(first.year, first.month + length - 1)
    return Period(first, last.replace(day=monthrange(last.year, last.month)[1]), fiscal_start_month)


def _month(year: int, month: int) -> date:
    years, index = divmod(month - 1, 12)
    return date(year + years, index + 1, 1)


def _fiscal(length: int) -> Callable[[tuple[str, ...], int], Period]:
    def make(parts: tuple[str, ...], fiscal_start_month: int) -> Period:
        first_year = int(parts[0]) - (1 if fiscal_start_month > 1 else 0)
        place = int(parts[1]) - 1 if len(parts) > 1 else 0
        return _from_month(first_year, fiscal_start_month + place * length, length, fiscal_start_month)

    return make


def _calendar_month(parts: tuple[str, ...], fiscal_start_month: int) -> Period:
    first = date(int(parts[0]), int(parts[1]), 1)
    return containing(first, "month", fiscal_start_month)


def _iso_week(parts: tuple[str, ...], fiscal_start_month: int) -> Period:
    return containing(date.fromisocalendar(int(parts[0]), int(parts[1]), 1), "week", fiscal_start_month)


def _range(parts: tuple[str, ...], fiscal_start_month: int) -> Period:
    return Period(date.fromisoformat(parts[0]), date.fromisoformat(parts[1]), fiscal_start_month)


_FORMS = (
    (re.compile(r"(\d{4})"), _fiscal(12)),
    (re.compile(r"(\d{4})-H([12])"), _fiscal(6)),
    (re.compile(r"(\d{4})-Q([1-4])"), _fiscal(3)),
    (re.compile(r"(\d{4})-(\d{2})"), _calendar_month),
    (re.compile(r"(\d{4})-W(\d{1,2})"), _iso_week),
    (re.compile(r"(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)"), _range),
)
