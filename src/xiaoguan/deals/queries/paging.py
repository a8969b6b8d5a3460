"""Keyset paging: the last row shown (its value and id) names the beginning of the next page.

Every order is (column, id) in one direction, so that one index serves it both ways, and rows without a value come last
as a run of their own: "is null" is an equality to every database, while NULLS LAST would cost a sort.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.db.models import Q, QuerySet

from xiaoguan.deals.models import Deal
from xiaoguan.lib.money import from_stored, to_stored


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
SORTS: Final = tuple(f"{sign}{name}" for name in ORDERS for sign in ("", "-"))


def page(runs: Sequence[QuerySet[Deal]], sort: str, after: str, size: int) -> tuple[list[Deal], str]:
    """The rows behind a place and the place of the last one, empty where nothing follows.

    ``runs`` have no row in common; each is read in the order of its own index and they are merged here.
    """
    order, descending = ORDERS[sort.lstrip("-")], sort.startswith("-")
    down = descending != order.turned
    value, last = _place_of(order, after)
    rows = _known(runs, order, down, value, last, size + 1)
    if not order.always_set and len(rows) <= size:
        unset = last if value is None else None
        rows += _without_value(runs, order, down, unset, size + 1 - len(rows))
    more = len(rows) > size
    rows = rows[:size]
    return rows, _place(order, rows[-1]) if more else ""


def _known(
    runs: Sequence[QuerySet[Deal]], order: Order, down: bool, value: Any, last: int | None, most: int
) -> list[Deal]:
    """Rows with a value, behind (value, last); none where the rows with a value have all been shown."""
    if last is not None and value is None:
        return []
    column, signs = order.column, "-" if down else ""
    rows: list[Deal] = []
    for run in runs:
        found = run if order.always_set else run.filter(**{f"{column}__isnull": False})
        if last is not None:
            found = found.filter(_behind(column, down, value, last))
        ordered = found.order_by(*dict.fromkeys((f"{signs}{column}", f"{signs}id")))
        rows += ordered[:most]
    rows.sort(key=lambda row: (getattr(row, column), row.pk), reverse=down)
    return rows[:most]


def _behind(column: str, down: bool, value: Any, last: int) -> Q:
    """Behind (value, id). The first condition, which the others imply, is the one that an index can seek."""
    way = "lt" if down else "gt"
    if column == "id":
        return Q(**{f"id__{way}": last})
    further = Q(**{f"{column}__{way}": value}) | Q(**{f"id__{way}": last})
    return Q(**{f"{column}__{way}e": value}) & further


def _without_value(runs: Sequence[QuerySet[Deal]], order: Order, down: bool, last: int | None, most: int) -> list[Deal]:
    rows: list[Deal] = []
    for run in runs:
        found = run.filter(**{f"{order.column}__isnull": True})
        if last is not None:
            found = found.filter(**{f"id__{'lt' if down else 'gt'}": last})
        rows += found.order_by("-id" if down else "id")[:most]
    rows.sort(key=lambda row: row.pk, reverse=down)
    return rows[:most]


def _place(order: Order, row: Deal) -> str:
    value = getattr(row, order.column)
    return f"{'' if value is None else value}|{row.pk}"


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
