"""Which deals a list or a board is about: the filters as frozen values, and the deals that they leave.

``Filters`` says what is wanted and nothing of how it is asked for: the address of a page, a home's link and a test all
make the same one. Empty values do not filter.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db.models import F, Q, QuerySet

from xiaoguan.deals import policy
from xiaoguan.deals.models import Deal
from xiaoguan.lib.periods import containing
from xiaoguan.lib.planning import Unindexed
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
STANDING: Final = (Deal.State.OPEN, Deal.State.WON, Deal.State.LOST)
RANGED: Final = ("amount", "due_on", "opened_on", "closed_on", "stage_since", "next_step_on")
DAYS: Final = {"due": "due_on", "opened": "opened_on", "closed": "closed_on"}


def filtered(member: Member, filters: Filters, *, today: date, fiscal_start_month: int = 1) -> QuerySet[Deal]:
    """The deals that the filters leave among those that the member may see."""
    states = STANDING if filters.state == ALL_STATES else (filters.state,)
    deals = policy.visible_deals(member).filter(_owned(filters, today), state__in=states)
    for name, column in RECORDS.items():
        deals = deals.filter(_among(column, getattr(filters, name)))
    ranges = _ranges(filters, today, fiscal_start_month)
    if policy.possible_owners(member, "deals.view") is not None or _names_records(filters):
        # As a rule fewer deals belong to a person, product or stage than lie in a range of amounts or days.
        deals = deals.alias(**{f"tried_{column}": Unindexed(F(column)) for column in RANGED})
        ranges = _ranges(filters, today, fiscal_start_month, prefix="tried_")
    deals = deals.filter(ranges, _next_step(filters.next_step))
    if filters.text:
        deals = deals.filter(Q(name__icontains=filters.text) | Q(customer__name__icontains=filters.text))
    return deals


def _names_records(filters: Filters) -> bool:
    named = (getattr(filters, name) for name in (*RECORDS, "owner", "unit"))
    return any(among is not None and not among.but and not among.unset for among in named)


def _ranges(filters: Filters, today: date, fiscal_start_month: int, *, prefix: str = "") -> Q:
    """The filters by amount and by days."""
    found = _amounts(f"{prefix}amount", filters.amount)
    for name, column in DAYS.items():
        found &= _in_days(f"{prefix}{column}", getattr(filters, name), today, fiscal_start_month)
    if filters.rests is not None:
        long_ago = today - timedelta(days=filters.rests)
        found &= Q(**{"state": Deal.State.OPEN, f"{prefix}stage_since__lte": long_ago})
    if filters.next_step == OVERDUE:
        found &= Q(**{f"{prefix}next_step_on__lt": today})
    elif filters.next_step in PERIODS:
        found &= Q(**{f"{prefix}next_step_on__range": named_period(filters.next_step, today, fiscal_start_month)})
    return found


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


def _amounts(column: str, amounts: Amounts | None) -> Q:
    if amounts is None:
        return Q()
    if amounts.unknown:
        return Q(**{f"{column}__isnull": True})
    return _between(column, amounts.at_least, amounts.at_most)


def _between(column: str, low: Any, high: Any) -> Q:
    found = Q() if low is None else Q(**{f"{column}__gte": low})
    return found if high is None else found & Q(**{f"{column}__lte": high})


def _in_days(column: str, days: Days | None, today: date, fiscal_start_month: int) -> Q:
    if days is None:
        return Q()
    if days.word == UNKNOWN:
        return Q(**{f"{column}__isnull": True})
    if days.word == OVERDUE:
        return Q(**{f"{column}__lt": today})
    start, end = (days.start, days.end) if not days.word else named_period(days.word, today, fiscal_start_month)
    return _between(column, start, end)


def named_period(word: str, today: date, fiscal_start_month: int) -> tuple[date, date]:
    """First and last day of the week, month or fiscal quarter that a word means today."""
    period = containing(today, word.rpartition("-")[2], fiscal_start_month)
    if word.startswith("next-"):
        period = period.next()
    elif word.startswith("last-"):
        period = period.previous()
    return period.start, period.end


def _next_step(word: str) -> Q:
    """Whether there is a next step; when it is due is a range."""
    if not word:
        return Q()
    return Q(next_step="") if word == UNKNOWN else ~Q(next_step="")
