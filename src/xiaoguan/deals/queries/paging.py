"""Keyset paging: the last row shown (its value and id) names the beginning of the next page.

Every order is (column, id) in one direction, so that one index serves it both ways, and rows without a value come last
as a run of their own: "is null" is an equality to every database, while NULLS LAST would cost a sort.

A page is chosen as ids and only then read: where all that match are sorted, nearly all of them would be joined to their
customers and owners for nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.db.models import F, Q, QuerySet

from xiaoguan.deals.models import Deal
from xiaoguan.lib.money import from_stored, to_stored
from xiaoguan.lib.planning import Unindexed, found_then_sorted, met_in_order
from xiaoguan.lib.prepared import Prepared


@dataclass(frozen=True, slots=True)
class Order:
    """A column and the direction in which an order of its name goes: those who rest long came to their stage early."""

    column: str
    read: Callable[[str], Any]
    turned: bool = False
    always_set: bool = False


def _amount(text: str) -> Decimal:
    return from_stored(to_stored(Decimal(text)))


ORDERS: Final[dict[str, Order]] = {
    "id": Order("id", int, always_set=True),
    "amount": Order("amount", _amount),
    "due": Order("due_on", date.fromisoformat),
    "opened": Order("opened_on", date.fromisoformat, always_set=True),
    "closed": Order("closed_on", date.fromisoformat),
    "rests": Order("stage_since", date.fromisoformat, turned=True),
    "next": Order("next_step_on", date.fromisoformat),
}
NEWEST: Final = "-id"
_in_full = Prepared(
    lambda ids: Deal.objects.filter(pk__in=ids).select_related("customer", "owner", "stage", "product", "source")
)
_Found = tuple[Any, int]
"""A value of the order's column, and the id of the deal."""
SORTS: Final = tuple(f"{sign}{name}" for name in ORDERS for sign in ("", "-"))


def page(
    runs: Sequence[QuerySet[Deal]], sort: str, after: str, size: int, *, many: bool = False
) -> tuple[list[Deal], str]:
    """The rows behind a place and the place of the last one, empty where nothing follows.

    ``runs`` have no row in common, each holds deals of one state, and they are merged here. ``many``: there are so many
    that following the index of the order meets a page of them sooner than sorting them all would.
    """
    order, descending = ORDERS[sort.lstrip("-")], sort.startswith("-")
    reading = _Reading(runs, order, descending != order.turned, many)
    value, last = _place_of(order, after)
    found = reading.with_value(value, last, size + 1)
    if not order.always_set and len(found) <= size:
        found += reading.without_value(last if value is None else None, size + 1 - len(found))
    more = len(found) > size
    rows = {deal.pk: deal for deal in _in_full([deal_id for _value, deal_id in found[:size]])}
    shown = [rows[deal_id] for _value, deal_id in found[:size] if deal_id in rows]
    return shown, _place(*found[size - 1]) if more else ""


@dataclass(frozen=True, slots=True)
class _Reading:
    runs: Sequence[QuerySet[Deal]]
    order: Order
    down: bool
    many: bool

    def with_value(self, value: Any, last: int | None, most: int) -> list[_Found]:
        """Rows with a value, behind (value, last); none where the rows with a value have all been shown."""
        if last is not None and value is None:
            return []
        wanted = Q() if self.order.always_set else Q(place__isnull=False)
        if last is not None:
            wanted &= self._behind(value, last)
        return self._first(wanted, most)

    def without_value(self, last: int | None, most: int) -> list[_Found]:
        """Rows without a value, behind an id."""
        wanted = Q(place__isnull=True)
        if last is not None:
            wanted &= Q(**{f"id__{self._way}": last})
        return self._first(wanted, most)

    @property
    def _way(self) -> str:
        return "lt" if self.down else "gt"

    def _behind(self, value: Any, last: int) -> Q:
        """Behind (value, id). The first condition, which the others imply, is the one that an index can seek."""
        if self.order.column == "id":
            return Q(**{f"place__{self._way}": last})
        further = Q(**{f"place__{self._way}": value}) | Q(**{f"id__{self._way}": last})
        return Q(**{f"place__{self._way}e": value}) & further

    def _first(self, wanted: Q, most: int) -> list[_Found]:
        """Without a value all are alike, and the id decides."""
        found: list[_Found] = []
        for run in self.runs:
            place = F(self.order.column) if self.many else Unindexed(F(self.order.column))
            rows = self._ordered(run.alias(place=place).filter(wanted))
            found += rows.values_list(self.order.column, "id")[:most]
        found.sort(reverse=self.down)
        return found[:most]

    def _ordered(self, rows: QuerySet[Deal]) -> QuerySet[Deal]:
        sign = "-" if self.down else ""
        columns = dict.fromkeys((f"{sign}{self.order.column}", f"{sign}id"))
        return met_in_order(rows, *columns, starts="state") if self.many else found_then_sorted(rows, *columns)


def _place(value: Any, deal_id: int) -> str:
    return f"{'' if value is None else value}|{deal_id}"


def _place_of(order: Order, after: str) -> tuple[Any, int | None]:
    """(value, id) of a place; (None, None) for the beginning, also where the address was mistyped."""
    text, _bar, id_text = after.rpartition("|")
    if not (id_text.isascii() and id_text.isdigit() and len(id_text) < 19):
        return None, None
    if not text:
        return (None, None) if order.always_set else (None, int(id_text))
    try:
        value = order.read(text)
    except (ValueError, InvalidOperation):
        return None, None
    return value, int(id_text)
