"""The list in groups: each with its count and sums, which add up to the whole, and a page of its rows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from django.db.models import QuerySet

from xiaoguan.deals.models import Deal
from xiaoguan.deals.queries.choices import related
from xiaoguan.deals.queries.filters import UNKNOWN, Among, Days, Filters, filtered
from xiaoguan.deals.queries.listing import COUNT_TO, PAGE, Row, Wanted, page_of
from xiaoguan.deals.queries.records import known_stages
from xiaoguan.deals.queries.sums import sums_by
from xiaoguan.deals.queries.tally import Tally, tallies, total
from xiaoguan.journal.kinds import CUSTOMER
from xiaoguan.lib.periods import containing
from xiaoguan.org.models import Member, Unit
from xiaoguan.org.records import open_records
from xiaoguan.org.tree import UnitTree

NONE: Final = "none"
SHOWN: Final = 50
UNFOLDED: Final = 3
FIRST_ROWS: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Deals that share a value. ``key`` stands in addresses; ``label`` None: it may not be named, or there is none."""

    key: str
    label: str | None
    tally: Tally
    rows: list[Row] | None = None
    next_after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """A page of groups and the tally of all. ``next_from`` is the number of the group behind the page, 0 for none."""

    groups: list[Group]
    tally: Tally
    count: int
    next_from: int


@dataclass(frozen=True, slots=True)
class By:
    """A way of grouping: the column that is added up by, what a value of it counts as, and what a group's deals are."""

    column: str
    key: Callable[[Any, date], str]
    narrowed: Callable[[Filters, str, date], Filters]
    labels: Callable[[Member, list[str]], Mapping[str, str]]
    natural: Callable[[list[str]], Mapping[str, Any]] | None = None


def grouped(
    member: Member, wanted: Wanted, by: str, *, today: date, fiscal_start_month: int = 1, start: int = 0
) -> Groups:
    """All groups of the wanted deals, a page of them from the one numbered ``start``; the first few with rows."""
    way = BY[by]
    sums: dict[str, Tally] = {}
    found = sums_by(member, wanted.filters, way.column, today=today, fiscal_start_month=fiscal_start_month)
    for value, tally in found.items():
        key = way.key(value, today)
        sums[key] = sums.get(key, Tally()) + tally
    ordered = _ordered(way, sums)
    page = ordered[start : start + SHOWN]
    labels = way.labels(member, [key for key in page if key != NONE])
    groups = [Group(key=key, label=labels.get(key), tally=sums[key]) for key in page]
    for place, group in enumerate(groups[:UNFOLDED]):
        part = _part(member, wanted, way, group.key, today, fiscal_start_month)
        first = replace(wanted, filters=way.narrowed(wanted.filters, group.key, today), after="")
        groups[place] = _with_rows(member, part, group, first, FIRST_ROWS, today)
    more = start + SHOWN < len(ordered)
    return Groups(groups=groups, tally=total(sums.values()), count=len(ordered), next_from=start + SHOWN if more else 0)


def can_group(member: Member, wanted: Wanted, by: str, *, today: date, fiscal_start_month: int = 1) -> bool:
    """Whether the deals are few enough to be grouped so: by customer there may be as many groups as deals."""
    if by != "customer":
        return True
    found = filtered(member, wanted.filters, today=today, fiscal_start_month=fiscal_start_month)
    return found.order_by()[: COUNT_TO + 1].count() <= COUNT_TO


def group_of(member: Member, wanted: Wanted, by: str, key: str, *, today: date, fiscal_start_month: int = 1) -> Group:
    """One group with its tally and a page of its rows. ValueError where the key names none."""
    way = BY[by]
    narrowed = way.narrowed(wanted.filters, key, today)
    part = _part(member, wanted, way, key, today, fiscal_start_month)
    if _still_asked(wanted.filters, narrowed):
        tally = total(tallies(part).values())
    else:
        sums = sums_by(member, narrowed, "state", today=today, fiscal_start_month=fiscal_start_month)
        tally = total(sums.values())
    labels = way.labels(member, [key] if key != NONE else [])
    group = Group(key=key, label=labels.get(key), tally=tally)
    return _with_rows(member, part, group, replace(wanted, filters=narrowed), PAGE, today)


def _part(member: Member, wanted: Wanted, way: By, key: str, today: date, fiscal_start_month: int) -> QuerySet[Deal]:
    """The wanted deals of one group: the group is one filter more, and a filter of the same field stays."""
    narrowed = way.narrowed(wanted.filters, key, today)
    part = filtered(member, narrowed, today=today, fiscal_start_month=fiscal_start_month)
    kept = _still_asked(wanted.filters, narrowed)
    if not kept:
        return part
    others = filtered(member, Filters(state=wanted.filters.state, **kept), today=today,
                      fiscal_start_month=fiscal_start_month)  # fmt: skip
    return part.filter(pk__in=others.order_by().values("pk"))


def _still_asked(filters: Filters, narrowed: Filters) -> dict[str, Any]:
    """The filters whose place that of a group has taken."""
    same = {name: getattr(filters, name) for name in ("stage", "owner", "customer", "product", "source", "due")}
    return {name: value for name, value in same.items() if value is not None and value != getattr(narrowed, name)}


def _with_rows(member: Member, part: QuerySet[Deal], group: Group, wanted: Wanted, size: int, today: date) -> Group:
    many = group.tally.count > COUNT_TO
    rows, next_after = page_of(member, part, wanted, many=many, size=size, today=today)
    return replace(group, rows=rows, next_after=next_after)


def _ordered(way: By, sums: Mapping[str, Tally]) -> list[str]:
    """Stages and months in their own order, other groups by what they are worth; deals that name none come last."""
    keys = [key for key in sums if key != NONE]
    if way.natural:
        place = way.natural(keys)
        keys.sort(key=lambda key: place[key])
    else:
        keys.sort(key=lambda key: (-sums[key].amount, -sums[key].count, int(key)))
    return keys + [NONE] * (NONE in sums)


# --- ways of grouping ----------------------------------------------------------------------------------------


def _id_key(value: Any, _today: date) -> str:
    return NONE if value is None else str(value)


def _id(key: str) -> int:
    if not (key.isascii() and key.isdigit() and len(key) < 16):
        raise ValueError("not an id")
    return int(key)


def _by_id(field: str) -> Callable[[Filters, str, date], Filters]:
    def narrowed(filters: Filters, key: str, _today: date) -> Filters:
        among = Among(unset=True) if key == NONE else Among(ids=(_id(key),))
        changed: dict[str, Any] = {field: among}
        return replace(filters, **changed)

    return narrowed


def _names(model: Callable[[], Any]) -> Callable[[Member, list[str]], Mapping[str, str]]:
    def labels(_member: Member, keys: list[str]) -> Mapping[str, str]:
        rows = model()._default_manager.filter(pk__in=[_id(key) for key in keys])
        return {str(row.pk): str(row.name) for row in rows}

    return labels


def _stage_names(_member: Member, keys: list[str]) -> Mapping[str, str]:
    return {str(stage.pk): str(stage) for stage in known_stages() if str(stage.pk) in keys}


def _stage_order(_keys: list[str]) -> Mapping[str, int]:
    return {str(pk): place for place, pk in enumerate(stage.pk for stage in known_stages())}


def _customer_names(member: Member, keys: list[str]) -> Mapping[str, str]:
    found = open_records(member, [(CUSTOMER, _id(key)) for key in keys])
    return {str(key[1]): opened.label for key, opened in found.items() if opened.label is not None}


def _unit_key(owner_id: Any, today: date) -> str:
    unit_id = UnitTree.load().unit_of(owner_id, today)
    return NONE if unit_id is None else str(unit_id)


def _of_unit(filters: Filters, key: str, today: date) -> Filters:
    tree = UnitTree.load()
    if key == NONE:
        return replace(filters, owner=Among(ids=tuple(tree.units_on(today)), but=True))
    return replace(filters, owner=Among(ids=tuple(tree.persons_of([_id(key)], today))))


def _month_key(due_on: Any, _today: date) -> str:
    return NONE if due_on is None else str(due_on)[:7]


def _of_month(filters: Filters, key: str, _today: date) -> Filters:
    if key == NONE:
        return replace(filters, due=Days(word=UNKNOWN))
    period = containing(date.fromisoformat(f"{key}-01"), "month")
    return replace(filters, due=Days(start=period.start, end=period.end))


def _month_names(_member: Member, keys: list[str]) -> Mapping[str, str]:
    return {key: containing(date.fromisoformat(f"{key}-01"), "month").label for key in keys}


def _month_order(keys: list[str]) -> Mapping[str, str]:
    return {key: key for key in keys}


BY: Final[dict[str, By]] = {
    "stage": By("stage_id", _id_key, _by_id("stage"), _stage_names, _stage_order),
    "owner": By("owner_id", _id_key, _by_id("owner"), _names(lambda: Member)),
    "unit": By("owner_id", _unit_key, _of_unit, _names(lambda: Unit)),
    "customer": By("customer_id", _id_key, _by_id("customer"), _customer_names),
    "product": By("product_id", _id_key, _by_id("product"), _names(lambda: related("product"))),
    "source": By("source_id", _id_key, _by_id("source"), _names(lambda: related("source"))),
    "month": By("due_on", _month_key, _of_month, _month_names, _month_order),
}
