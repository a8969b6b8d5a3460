"""Which deals a list or a board is about: the filters as frozen values, and the deals that they leave.

``Filters`` says what is wanted and nothing of how it is asked for: the address of a page, a home's link and a test all
make the same one. Empty values do not filter.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from django.db.models import Q, QuerySet

from xiaoguan.deals import policy
from xiaoguan.deals.models import Deal
from xiaoguan.lib.periods import containing
from xiaoguan.org.models import Member
from xiaoguan.org.tree import UnitTree

ALL_STATES: Final = 0
OVERDUE: Final = "overdue"
UNKNOWN: Final = "none"
PERIODS: Final = ("week", "month", "quarter", "next-quarter", "last-quarter")


@dataclass(frozen=True, slots=True, kw_only=True)
class Among:
    """One of these records; ``but``: none of these; ``unset``: the deal names no such record."""

    ids: tuple[int, ...] = ()
    but: bool = False
    unset: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """An amount from … to …, both included, either may be open; ``unknown``: no amount is known."""

    at_least: Decimal | None = None
    at_most: Decimal | None = None
    unknown: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """A day in a period named by a word (this week, overdue …), or from … to …, both included."""

    word: str = ""
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What is wanted. ``rests``: at least so many days in the present stage; units are meant with all below them."""

    state: int = Deal.State.OPEN
    stage: Among | None = None
    owner: Among | None = None
    unit: Among | None = None
    customer: Among | None = None
    product: Among | None = None
    line: Among | None = None
    source: Among | None = None
    amount: Amounts | None = None
    due: Days | None = None
    opened: Days | None = None
    closed: Days | None = None
    rests: int | None = None
    next_step: str = ""
    text: str = ""


RECORDS: Final = {"stage": "stage_id", "customer": "customer_id", "product": "product_id", "source": "source_id",
                  "line": "product__line_id"}  # fmt: skip
DAYS: Final = {"due": "due_on", "opened": "opened_on", "closed": "closed_on"}


def filtered(member: Member, filters: Filters, *, today: date, fiscal_start_month: int = 1) -> QuerySet[Deal]:
    """The deals that the filters leave among those that the member may see."""
    deals = policy.visible_deals(member).filter(_owned(filters, today))
    if filters.state != ALL_STATES:
        deals = deals.filter(state=filters.state)
    for name, column in RECORDS.items():
        deals = deals.filter(_among(column, getattr(filters, name)))
    for name, column in DAYS.items():
        deals = deals.filter(_in_days(column, getattr(filters, name), today, fiscal_start_month))
    deals = deals.filter(_amounts(filters.amount), _rests(filters.rests, today), _next_step(filters.next_step, today))
    if filters.text:
        deals = deals.filter(Q(name__icontains=filters.text) | Q(customer__name__icontains=filters.text))
    return deals


def _owned(filters: Filters, today: date) -> Q:
    """Owners by name and by unit: an owner must be among both."""
    wanted = _among("owner_id", filters.owner)
    if filters.unit is None:
        return wanted
    tree = UnitTree.load()
    units: set[int] = set().union(*(tree.subtree(unit_id, today) for unit_id in filters.unit.ids))
    return wanted & Q(owner_id__in=tree.persons_of(units, today))


def _among(column: str, among: Among | None) -> Q:
    if among is None:
        return Q()
    if among.unset:
        return Q(**{f"{column}__isnull": True})
    those = Q(**{f"{column}__in": among.ids}) if len(among.ids) != 1 else Q(**{column: among.ids[0]})
    # "Not one of these" includes the deals that name none: in SQL a missing value is neither in nor out.
    return ~those | Q(**{f"{column}__isnull": True}) if among.but else those


def _amounts(amounts: Amounts | None) -> Q:
    if amounts is None:
        return Q()
    if amounts.unknown:
        return Q(amount__isnull=True)
    found = Q()
    if amounts.at_least is not None:
        found &= Q(amount__gte=amounts.at_least)
    if amounts.at_most is not None:
        found &= Q(amount__lte=amounts.at_most)
    return found


def _in_days(column: str, days: Days | None, today: date, fiscal_start_month: int) -> Q:
    if days is None:
        return Q()
    if days.word == UNKNOWN:
        return Q(**{f"{column}__isnull": True})
    if days.word == OVERDUE:
        return Q(**{f"{column}__lt": today})
    start, end = (days.start, days.end) if not days.word else named_period(days.word, today, fiscal_start_month)
    found = Q()
    if start is not None:
        found &= Q(**{f"{column}__gte": start})
    if end is not None:
        found &= Q(**{f"{column}__lte": end})
    return found


def named_period(word: str, today: date, fiscal_start_month: int) -> tuple[date, date]:
    """First and last day of the week, month or fiscal quarter that a word means today."""
    period = containing(today, word.rpartition("-")[2], fiscal_start_month)
    if word.startswith("next-"):
        period = period.next()
    elif word.startswith("last-"):
        period = period.previous()
    return period.start, period.end


def _rests(days: int | None, today: date) -> Q:
    if days is None:
        return Q()
    return Q(state=Deal.State.OPEN, stage_since__lte=today - timedelta(days=days))


def _next_step(word: str, today: date) -> Q:
    if word == UNKNOWN:
        return Q(next_step="")
    if word == OVERDUE:
        return ~Q(next_step="") & Q(next_step_on__lt=today)
    if word:
        start, end = named_period(word, today, 1)
        return ~Q(next_step="") & Q(next_step_on__range=(start, end))
    return Q()
