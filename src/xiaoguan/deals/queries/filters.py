"""Which deals a list or a board is about: the filters as frozen values, and the deals that they leave.

``Filters`` says what is wanted and nothing of how it is asked for: the address of a page, a home's link and a test all
make the same one. Empty values do not filter.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db.models import Q, QuerySet

from xiaoguan.deals import policy
from xiaoguan.deals.models import Deal
from xiaoguan.journal.kinds import CUSTOMER, DEAL
from xiaoguan.lib.periods import containing
from xiaoguan.lib.planning import led_by
from xiaoguan.org.models import Member
from xiaoguan.org.tree import UnitTree
from xiaoguan.services.search.finding import contains, how_often, ids_containing

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
DAYS: Final = {"due": "due_on", "opened": "opened_on", "closed": "closed_on"}
RANGES: Final = "ranges"
# The columns whose indexes serve when a filter leads, besides the state.
LEADS: Final[dict[str, tuple[str, ...]]] = {
    "customer": ("customer_id",),
    "text": ("id",),
    "owner": ("owner_id",),
    "product": ("product_id",),
    "line": ("line_id", "product_id"),
    "source": ("source_id",),
    "stage": ("stage_id",),
    RANGES: ("owner_id", "amount", *DAYS.values(), "stage_since", "next_step_on"),
}
FEW_PEOPLE: Final = 100
MANY_NAMES: Final = 20_000


def filtered(member: Member, filters: Filters, *, today: date, fiscal_start_month: int = 1) -> QuerySet[Deal]:
    """The deals that the filters leave among those that the member may see."""
    states = STANDING if filters.state == ALL_STATES else (filters.state,)
    owners = owners_of(filters, today)
    deals = policy.visible_deals(member)
    deals = deals.filter(owned("owner_id", filters, owners), state__in=states)
    for name, column in RECORDS.items():
        deals = deals.filter(_among(column, getattr(filters, name)))
    deals = deals.filter(_ranges(filters, today, fiscal_start_month), _next_step(filters.next_step))
    lead = _lead(filters, owners, policy.possible_owners(member, "deals.view"))
    if filters.text:
        deals = deals.filter(_named(filters.text, lead))
    return led_by(deals, "state", *LEADS[lead])


def _lead(filters: Filters, owners: set[int] | None, seen: set[int] | None) -> str:
    """Which filter finds the fewest deals, as a rule: its index leads, the others are tried on what it finds."""
    people = min((len(ids) for ids in (owners, seen) if ids is not None), default=None)
    if _chosen(filters.customer):
        return "customer"
    if filters.text and not _are_many_named(filters.text):
        return "text"
    if people is not None and people <= FEW_PEOPLE:
        return "owner"
    named = (name for name in ("product", "line", "source", "stage") if _chosen(getattr(filters, name)))
    return next(named, RANGES)


def _chosen(among: Among | None) -> bool:
    return among is not None and not among.but and not among.unset


def _ranges(filters: Filters, today: date, fiscal_start_month: int) -> Q:
    """The filters by amount and by days."""
    found = _amounts(filters.amount)
    for name, column in DAYS.items():
        found &= _in_days(column, getattr(filters, name), today, fiscal_start_month)
    if filters.rests is not None:
        long_ago = today - timedelta(days=filters.rests)
        found &= Q(state=Deal.State.OPEN, stage_since__lte=long_ago)
    if filters.next_step == OVERDUE:
        found &= Q(next_step_on__lt=today)
    elif filters.next_step in PERIODS:
        found &= Q(next_step_on__range=named_period(filters.next_step, today, fiscal_start_month))
    return found


def _are_many_named(text: str) -> bool:
    return any(how_often(kind, text, MANY_NAMES) > MANY_NAMES for kind in (DEAL, CUSTOMER))


def _named(text: str, lead: str) -> Q:
    """Deals whose name contains the text, or whose customer's does."""
    own, customers = ids_containing(DEAL, text), ids_containing(CUSTOMER, text)
    if lead == "text":
        by_name, by_customer = Deal.objects.filter(pk__in=own), Deal.objects.filter(customer_id__in=customers)
        return Q(pk__in=by_name.values("pk").union(by_customer.values("pk")))
    if lead in ("owner", "customer"):
        return Q(contains(DEAL, "pk", text)) | Q(contains(CUSTOMER, "customer_id", text))
    return Q(pk__in=own) | Q(customer_id__in=customers)


def owners_of(filters: Filters, today: date) -> set[int] | None:
    """Whose deals the filters by owner and by unit leave; None where they do not say, or only say whose not."""
    owners = set(filters.owner.ids) if filters.owner is not None and not filters.owner.but else None
    if filters.unit is None:
        return owners
    tree = UnitTree.load()
    units: set[int] = set().union(*(tree.subtree(unit_id, today) for unit_id in filters.unit.ids))
    persons = tree.persons_of(units, today)
    return persons if owners is None else persons & owners


def owned(column: str, filters: Filters, owners: set[int] | None) -> Q:
    """Rows whose column names one of the owners, and none of those whose deals are not wanted."""
    found = Q() if owners is None else Q(**{f"{column}__in": owners})
    if filters.owner is not None and filters.owner.but:
        found &= ~Q(**{f"{column}__in": filters.owner.ids})
    return found


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
    return _between("amount", amounts.at_least, amounts.at_most)


def _between(column: str, low: Any, high: Any) -> Q:
    found = Q() if low is None else Q(**{f"{column}__gte": low})
    return found if high is None else found & Q(**{f"{column}__lte": high})


def _in_days(column: str, days: Days | None, today: date, fiscal_start_month: int) -> Q:
    if days is None:
        return Q()
    if days.word == UNKNOWN:
        return Q(**{f"{column}__isnull": True})
    return _between(column, *span(days, today, fiscal_start_month))


def span(days: Days, today: date, fiscal_start_month: int) -> tuple[date | None, date | None]:
    """First and last day that are meant, None where it is open."""
    if days.word == OVERDUE:
        return None, today - timedelta(days=1)
    return named_period(days.word, today, fiscal_start_month) if days.word else (days.start, days.end)


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
