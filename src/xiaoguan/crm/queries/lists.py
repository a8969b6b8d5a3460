"""Lists of customers: searched, filtered, sorted, a page at a time by keyset."""

import json
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from django.db import connection
from django.db.models import Q, QuerySet

from xiaoguan.crm import policy, rules
from xiaoguan.crm.models import Customer
from xiaoguan.journal.kinds import CUSTOMER
from xiaoguan.lib.counting import COUNT_TO, how_many
from xiaoguan.lib.planning import found_then_sorted, met_in_order
from xiaoguan.org.models import Member
from xiaoguan.services.calendar.queries import last_contact
from xiaoguan.services.search.finding import can_find, contains, how_often, ids_containing

PAGE: Final = 50
MANY_NAMES: Final = 2_500
MOST_NAMES: Final = 20_000
SORTS: Final[dict[str, tuple[str, ...]]] = {
    "name": ("name_key", "id"),
    "-name": ("-name_key", "-id"),
    "-updated": ("-updated_at", "-id"),
    "updated": ("updated_at", "id"),
}
FILTERS: Final = ("industry", "region", "owner", "state")
STATES: Final = ("bought", "not_yet")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the address of the list says."""

    search: str = ""
    sort: str = "-updated"
    after: str = ""
    filters: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """A customer of the list with the last time something was done with it."""

    customer: Customer
    last_contact_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of customers. ``count`` is exact up to ``COUNT_TO``; ``more`` says that there are more than that."""

    lines: list[Line]
    next_after: str
    count: int
    more: bool


def customers(member: Member, wanted: Wanted) -> Page:
    """The customers that the member may see and that fit; six queries at most, whatever their number."""
    search = _Search.of(wanted.search)

    def fitting(rows: QuerySet[Customer], one_by_one: bool) -> QuerySet[Customer]:
        return _filtered(search.within(rows, one_by_one), wanted.filters)

    count, ids = 0, list[int]()
    if not search.typed or search.hits_most:
        # Where enough have an owner within reach, nobody asks whose deals the others have.
        count = how_many(fitting(policy.owned_customers(member), search.hits_most))
    if count <= COUNT_TO:
        listed = fitting(policy.listed_customers(member, hits=search.hits_many), search.hits_most).order_by()
        ids = list(listed.values_list("pk", flat=True)[: COUNT_TO + 1])
        count = len(ids)
    order = SORTS.get(wanted.sort, SORTS["-updated"])
    if count > COUNT_TO:
        # Of many, those of a page are met soon along the index of the order; few are sorted.
        rows = _after(fitting(policy.listed_customers(member), search.hits_many), order, wanted.after)
        ordered = met_in_order(rows, *order, starts="removed_at")
    else:
        ordered = found_then_sorted(_after(Customer.objects.filter(pk__in=ids), order, wanted.after), *order)
    found = list(ordered.select_related("owner")[: PAGE + 1])
    shown = found[:PAGE]
    moments = last_contact([row.pk for row in shown])
    return Page(
        lines=[Line(row, moments.get(row.pk)) for row in shown],
        next_after=_key(shown[-1], order) if len(found) > PAGE else "",
        count=min(count, COUNT_TO),
        more=count > COUNT_TO,
    )


@dataclass(frozen=True, slots=True)
class _Search:
    """What was typed, and how many names contain it: so many that following an order until a page is full asks fewer
    rows than all their names are, or even most names, which nobody gathers."""

    typed: str
    hits_many: bool = False
    hits_most: bool = False

    @classmethod
    def of(cls, typed: str) -> "_Search":
        if not can_find(typed):
            return cls(typed)
        hits = how_often(CUSTOMER, typed, MOST_NAMES)
        return cls(typed, hits > MANY_NAMES, hits > MOST_NAMES)

    def within(self, rows: QuerySet[Customer], one_by_one: bool) -> QuerySet[Customer]:
        if one_by_one:
            return rows.filter(contains(CUSTOMER, "pk", self.typed))
        return searched(rows, self.typed)


def searched(rows: QuerySet[Customer], typed: str) -> QuerySet[Customer]:
    """Rows whose name, short name or credit code contains what was typed; a single character is looked for in names."""
    if can_find(typed):
        return rows.filter(pk__in=ids_containing(CUSTOMER, typed))
    key = rules.name_key(typed)
    return rows.filter(name_key__contains=key) if key else rows


def _filtered(rows: QuerySet[Customer], filters: dict[str, str]) -> QuerySet[Customer]:
    if filters.get("industry"):
        rows = rows.filter(industry=filters["industry"])
    if filters.get("region"):
        rows = rows.filter(region=filters["region"])
    owner = filters.get("owner", "")
    if owner.isdecimal() and len(owner) < 19:
        rows = rows.filter(owner_id=int(owner))
    elif owner == "none":
        rows = rows.filter(owner_id=None)
    elif owner:
        rows = rows.filter(owner__name=_storable(owner))
    if filters.get("state") in STATES:
        rows = rows.filter(first_won_on__isnull=filters["state"] == "not_yet")
    return rows


def _after(rows: QuerySet[Customer], order: tuple[str, ...], after: str) -> QuerySet[Customer]:
    """Rows behind the last one shown, by its sort value and id."""
    if not after:
        return rows
    column, down = order[0].lstrip("-"), order[0].startswith("-")
    try:
        value, pk = json.loads(after)
        # Read to the end here: a moment before the first day or half a character would fail in the database.
        value = datetime.fromisoformat(value).astimezone(UTC) if column.endswith("_at") else _storable(str(value))
        way = "lt" if down else "gt"
        # The first condition, which the others imply, is the one that an index can seek.
        further = Q(**{f"{column}__{way}": value}) | Q(**{f"pk__{way}": int(pk)})
        return rows.filter(Q(**{f"{column}__{way}e": value}) & further)
    except (ValueError, TypeError, OverflowError, RecursionError):
        return rows  # an address that somebody mistyped shows the first page


def _storable(text: str) -> str:
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def _key(row: Customer, order: tuple[str, ...]) -> str:
    value: Any = getattr(row, order[0].lstrip("-"))
    return json.dumps([value.isoformat() if isinstance(value, datetime) else value, row.pk], ensure_ascii=False)


def picked(member: Member, typed: str, limit: int = 10) -> list[Customer]:
    """Customers for a picker: those whose name begins with what was typed, then those that contain it."""
    key = rules.name_key(typed)
    if not key:
        return []
    visible = policy.visible_customers(member).order_by("name_key", "pk")
    begins = list(visible.filter(_begins(key))[:limit])
    if len(begins) == limit:
        return begins
    rest = searched(visible, typed).exclude(pk__in=[row.pk for row in begins])
    return begins + list(rest[: limit - len(begins)])


def _begins(key: str) -> Q:
    """Names that begin with a key, by the index on both databases: SQLite uses it for bounds alone, PostgreSQL (whose
    order of words is the language's) for LIKE."""
    if connection.vendor == "sqlite":
        return Q(name_key__gte=key, name_key__lt=key + chr(sys.maxunicode))
    return Q(name_key__startswith=key)
