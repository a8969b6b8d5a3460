"""Count and sums of filtered deals by group: of closed ones from the sums that are kept, where these can say."""

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date
from typing import Any, Final

from django.db.models import Q, Sum

from xiaoguan.deals import policy
from xiaoguan.deals.models import ClosedSum, Deal
from xiaoguan.deals.queries.filters import (
    ALL_STATES,
    STANDING,
    UNKNOWN,
    Among,
    Days,
    Filters,
    filtered,
    owned,
    owners_of,
)
from xiaoguan.deals.queries.months import in_months
from xiaoguan.deals.queries.tally import Tally, folded, tallies
from xiaoguan.org.models import Member

_CLOSED: Final = (Deal.State.WON, Deal.State.LOST)
_KINDS: Final = {
    "owner_id": ClosedSum.Kind.OWNER,
    "product_id": ClosedSum.Kind.PRODUCT,
    "source_id": ClosedSum.Kind.SOURCE,
    "due_on": ClosedSum.Kind.MONTH,
}
# What a row of sums tells besides its state and stage.
_TOLD_BY: Final = {
    "owner": ClosedSum.Kind.OWNER,
    "unit": ClosedSum.Kind.OWNER,
    "product": ClosedSum.Kind.PRODUCT,
    "source": ClosedSum.Kind.SOURCE,
    "due": ClosedSum.Kind.MONTH,
}


def sums_by(
    member: Member, filters: Filters, column: str, *, today: date, fiscal_start_month: int = 1
) -> dict[Any, Tally]:
    """By value of a column: the tally of the deals that the filters leave among those the member may see.

    Of a day's column the values may be the first days of its months."""
    found: dict[Any, Tally] = {}
    counted = [filters]
    kind = _kind(member, filters, column)
    if kind is not None:
        kept, counted = _shared_out(filters, today, fiscal_start_month)
        for part in kept:
            found = _together(found, _kept(member, part, column, kind, today))
    for part in counted:
        deals = filtered(member, part, today=today, fiscal_start_month=fiscal_start_month)
        found = _together(found, tallies(deals, column))
    return found


def are_kept(member: Member, filters: Filters) -> bool:
    """Whether at most two months of deals are looked at for their whole: the sums tell all others."""
    return filters.state in _CLOSED and _kind(member, filters, "state") is not None


def _kind(member: Member, filters: Filters, column: str) -> ClosedSum.Kind | None:
    """The kind of sums that tells all that is asked; None where none does."""
    kinds = {_TOLD_BY.get(name) for name in _filtering(filters)}
    if policy.viewed_owners(member) is not None:
        kinds.add(ClosedSum.Kind.OWNER)
    if column in _KINDS:
        kinds.add(_KINDS[column])
    if len(kinds) > 1 or (filters.closed is not None and ClosedSum.Kind.OWNER in kinds):
        return None
    return next(iter(kinds), ClosedSum.Kind.WHOLE) if filters.state in (ALL_STATES, *_CLOSED) else None


def _shared_out(filters: Filters, today: date, fiscal_start_month: int) -> tuple[list[Filters], list[Filters]]:
    """The filters in parts that do not overlap: what the sums tell, and what is added up from the deals."""
    kept: list[Filters] = []
    counted: list[Filters] = []
    for state in STANDING if filters.state == ALL_STATES else (filters.state,):
        if state == Deal.State.OPEN:
            counted.append(replace(filters, state=state))
            continue
        for due, of_whole in in_months(filters.due, today, fiscal_start_month):
            for closed, in_whole in in_months(filters.closed, today, fiscal_start_month):
                part = replace(filters, state=state, due=due, closed=closed)
                (kept if of_whole and in_whole else counted).append(part)
    return kept, counted


def _kept(member: Member, filters: Filters, column: str, kind: ClosedSum.Kind, today: date) -> dict[Any, Tally]:
    found = ClosedSum.objects.filter(_values(member, filters, today), kind=kind, state=filters.state)
    if kind == ClosedSum.Kind.OWNER:
        found = found.filter(closed=0)  # as it is; said, the index finds each owner
    group = "value" if column in _KINDS else "stage" if column == "stage_id" else "state"
    summed = found.values_list(group, "stage", "rate").annotate(Sum("deals"), Sum("known"), Sum("amount")).order_by()
    return folded((_said(column, row[0]), row[1] or None, *row[2:]) for row in summed if row[3])


def _filtering(filters: Filters) -> Iterator[str]:
    """Names of the filters that are set, but for what every row of sums tells."""
    for field in fields(filters):
        if field.name not in ("state", "stage", "closed") and getattr(filters, field.name) not in (None, ""):
            yield field.name


def _values(member: Member, filters: Filters, today: date) -> Q:
    found = _among("stage", filters.stage) & _among("value", filters.product) & _among("value", filters.source)
    found &= _in_months("value", filters.due) & _in_months("closed", filters.closed)
    viewed = policy.viewed_owners(member)
    if viewed is not None:
        found &= Q(value__in=viewed)
    return found & owned("value", filters, owners_of(filters, today))


def _among(column: str, among: Among | None) -> Q:
    """A filter by records as the sums know it: 0 stands for none."""
    if among is None:
        return Q()
    if among.unset:
        return Q(**{column: 0})
    those = Q(**{f"{column}__in": among.ids})
    return ~those if among.but else those


def _in_months(column: str, days: Days | None) -> Q:
    """A filter by whole months as the sums know them."""
    if days is None:
        return Q()
    if days.word == UNKNOWN:
        return Q(**{column: 0})
    if days.start is None and days.end is None:
        return Q()
    found = Q(**{f"{column}__gte": _month(days.start) if days.start else 1})  # 0 is no day
    return found if days.end is None else found & Q(**{f"{column}__lte": _month(days.end)})


def _month(day: date) -> int:
    """A month as the sums write it: 202611."""
    return day.year * 100 + day.month


def _said(column: str, value: int) -> Any:
    """A value as the deals have it."""
    if column == "due_on" and value:
        return date(value // 100, value % 100, 1)
    return value or None


def _together(one: dict[Any, Tally], other: dict[Any, Tally]) -> dict[Any, Tally]:
    return one | {key: one.get(key, Tally()) + tally for key, tally in other.items()}
