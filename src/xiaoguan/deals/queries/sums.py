"""Count and sums of filtered deals by group: of closed ones from the sums that are kept, where these can say."""

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Q, Sum

from xiaoguan.deals import policy
from xiaoguan.deals.models import ClosedSum, Deal
from xiaoguan.deals.queries.filters import ALL_STATES, UNKNOWN, Among, Days, Filters, filtered, owned, owners_of, span
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
_ONE_DAY: Final = timedelta(days=1)


def sums_by(
    member: Member, filters: Filters, column: str, *, today: date, fiscal_start_month: int = 1
) -> dict[Any, Tally]:
    """By value of a column: the tally of the deals that the filters leave among those the member may see.

    Of a day's column the values may be the first days of its months."""
    kept = kept_sums(member, filters, column, today=today, fiscal_start_month=fiscal_start_month)
    if kept is None or filters.state == ALL_STATES:
        rest = filters if kept is None else replace(filters, state=Deal.State.OPEN)
        counted = tallies(filtered(member, rest, today=today, fiscal_start_month=fiscal_start_month), column)
        kept = _together(kept or {}, counted)
    return kept


def kept_sums(
    member: Member, filters: Filters, column: str, *, today: date, fiscal_start_month: int = 1
) -> dict[Any, Tally] | None:
    """The same of the closed ones among them alone, without a look at a deal; None where the sums cannot say."""
    kinds = {_TOLD_BY.get(name) for name in _filtering(filters)}  # None: no row of sums tells it
    viewed = policy.viewed_owners(member)
    if viewed is not None:
        kinds.add(ClosedSum.Kind.OWNER)
    if column in _KINDS:
        kinds.add(_KINDS[column])
    kind = next(iter(kinds), ClosedSum.Kind.WHOLE)
    due = _in_months("value", filters.due, today, fiscal_start_month)
    closed = _in_months("closed", filters.closed, today, fiscal_start_month)
    by_month = due is not None and closed is not None and (kind != ClosedSum.Kind.OWNER or filters.closed is None)
    if kind is None or len(kinds) > 1 or not by_month or filters.state not in (ALL_STATES, *_CLOSED):
        return None
    states = _CLOSED if filters.state == ALL_STATES else (filters.state,)
    rows = ClosedSum.objects.filter(due, closed, _values(filters, viewed, today), kind=kind, state__in=states)
    group = "value" if column in _KINDS else "stage" if column == "stage_id" else "state"
    summed = rows.values_list(group, "stage", "rate").annotate(Sum("deals"), Sum("known"), Sum("amount")).order_by()
    return folded((_said(column, row[0]), row[1] or None, *row[2:]) for row in summed if row[3])


def _filtering(filters: Filters) -> Iterator[str]:
    """Names of the filters that are set, but for what every row of sums tells."""
    for field in fields(filters):
        if field.name not in ("state", "stage", "closed") and getattr(filters, field.name) not in (None, ""):
            yield field.name


def _values(filters: Filters, viewed: set[int] | None, today: date) -> Q:
    found = _among("stage", filters.stage) & _among("value", filters.product) & _among("value", filters.source)
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


def _in_months(column: str, days: Days | None, today: date, fiscal_start_month: int) -> Q | None:
    """A filter by days as the sums know it; None where it tells days of a month apart, which they do not."""
    if days is None:
        return Q()
    if days.word == UNKNOWN:
        return Q(**{column: 0})
    start, end = span(days, today, fiscal_start_month)
    if (start is not None and start.day != 1) or (end is not None and (end + _ONE_DAY).day != 1):
        return None
    if start is None and end is None:
        return Q()
    found = Q(**{f"{column}__gte": _month(start) if start else 1})
    return found if end is None else found & Q(**{f"{column}__lte": _month(end)})


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
