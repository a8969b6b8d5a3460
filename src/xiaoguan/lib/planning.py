"""Two ways of reading the first rows of an order, where SQLite would choose the wrong one: it keeps no statistics.

Of few matching rows all are found and sorted; of many the index of the order is followed until enough of them have been
met. PostgreSQL decides by its statistics; SQLite is told by a plus before a column, which no index serves then.
"""

from collections.abc import Callable
from copy import copy
from typing import Any, TypeVar

from django.db import connections
from django.db.models import F, Func, Model, QuerySet
from django.db.models.expressions import Col
from django.db.models.lookups import Lookup
from django.db.models.sql.where import WhereNode

Row = TypeVar("Row", bound=Model)


class Unindexed(Func):
    """A column as no index of SQLite serves it."""

    template = "%(expressions)s"

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="+%(expressions)s", **context)


def found_then_sorted(rows: QuerySet[Row], *columns: str) -> QuerySet[Row]:
    """The rows in this order ("-due_on", "-id"), found by what filters them."""
    orders = [(Unindexed(F(name.lstrip("-"))), name.startswith("-")) for name in columns]
    return rows.order_by(*(order.desc() if down else order.asc() for order, down in orders))


def met_in_order(rows: QuerySet[Row], *columns: str, starts: str, within: str = "") -> QuerySet[Row]:
    """The rows in this order, met along its index, which begins with ``starts``; other filters only try each row.
    ``within`` names the column in the condition of a partial index."""
    served = {starts, within, *(name.lstrip("-") for name in columns)}
    return _unindexed(rows.order_by(*columns), lambda column: column not in served)


def found_elsewhere(rows: QuerySet[Row], *columns: str) -> QuerySet[Row]:
    """The rows, found by other filters than those on these columns."""
    return _unindexed(rows, lambda column: column in columns)


def _unindexed(rows: QuerySet[Row], tried: Callable[[str], bool]) -> QuerySet[Row]:
    if connections[rows.db].vendor != "sqlite":
        return rows
    changed = rows.all()
    changed.query.where = _trying(changed.query.where, tried)
    return changed


def _trying(node: Any, tried_on: Callable[[str], bool]) -> Any:
    """The same conditions, of which those on some columns use no index."""
    if isinstance(node, WhereNode):
        branch = node.copy()
        branch.children = [_trying(child, tried_on) for child in node.children]
        return branch
    if isinstance(node, Lookup) and isinstance(node.lhs, Col) and tried_on(str(node.lhs.target.column)):
        tried = copy(node)
        tried.lhs = Unindexed(node.lhs, output_field=node.lhs.output_field)
        return tried
    return node
