"""The few queries that measures need, as sqlglot expressions over ``ledger_posting``, and their running."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from sqlglot import exp, select

from xiaoguan.ledger.measures.sql import Builder, Node, render, shape, values_of


@dataclass(frozen=True, slots=True)
class Query:
    """``kind`` names the builder below; ``columns`` are (name, expression) of the chosen postings, in order."""

    kind: str
    columns: tuple[tuple[str, Node], ...]
    where: Node
    groups: tuple[str, ...] = ()


def run(query: Query) -> list[tuple[Any, ...]]:
    """Ask the database."""
    dialect = "postgres" if connection.vendor == "postgresql" else "sqlite"
    parts = (query.columns, query.where)
    text = render(dialect, (query.kind, query.groups, shape(parts)), lambda: _BUILDERS[query.kind](query))
    names = {f"p{number}": _bound(item) for number, item in enumerate(values_of(parts))}
    with connection.cursor() as cursor:
        cursor.execute(text, names)
        return list(cursor.fetchall())


def _bound(item: Any) -> Any:
    # SQLite keeps days and moments as text and compares them as text.
    if connection.vendor != "sqlite":
        return item
    if isinstance(item, datetime):
        return connection.ops.adapt_datetimefield_value(item)
    return item.isoformat() if isinstance(item, date) else item


def _chosen(query: Query) -> exp.Select:
    """The postings of the generation that counts that match, with the columns asked for."""
    builder = Builder()
    chosen = [builder.build(node).as_(name) for name, node in query.columns]
    where = builder.build(query.where)
    generation = select("generation").from_("ledger_state").where("id = 1").subquery()
    counting = exp.EQ(this=exp.column("generation"), expression=generation)
    return select(*chosen).from_("ledger_posting").where(counting, where)


def _sum(name: str) -> exp.Expr:
    return exp.Sum(this=exp.column(name))


def _grouped(built: exp.Select, names: Sequence[str]) -> exp.Select:
    return built.group_by(*map(exp.column, names)) if names else built


def _totals(query: Query) -> exp.Expr:
    """Groups, then the sums of quantity and units; where items are named, also how many different ones."""
    figures = [_sum("quantity"), _sum("units")]
    if any(name == "item" for name, _node in query.columns):
        figures.append(_different())
    built = select(*query.groups, *figures).from_(_chosen(query).subquery("chosen"))
    return _grouped(built, query.groups)


def _different() -> exp.Expr:
    return exp.Count(this=exp.Distinct(expressions=[exp.column("item")]))


def _objects_left(query: Query) -> exp.Select:
    """Objects of which something is left after reversals, with their net quantity."""
    names = (*query.groups, "item")
    built = select(*names, _sum("quantity").as_("net")).from_(_chosen(query).subquery("chosen"))
    left = exp.GT(this=_sum("known"), expression=exp.Literal.number(0))
    return _grouped(built, names).having(left)


def _distinct(query: Query) -> exp.Expr:
    """Groups, then how many different items are left."""
    built = select(*query.groups, exp.Count(this=exp.Star())).from_(_objects_left(query).subquery("items"))
    return _grouped(built, query.groups)


def _touched(query: Query) -> exp.Expr:
    """Groups, then how many different items, whatever is left of them."""
    built = select(*query.groups, _different()).from_(_chosen(query).subquery("chosen"))
    return _grouped(built, query.groups)


def _median(query: Query) -> exp.Expr:
    """Groups, then the sum of the one or two middle quantities, how many they are, and of how many objects."""
    groups = [exp.column(name) for name in query.groups]
    order = exp.Order(expressions=[exp.column("net"), exp.column("item")])
    place = exp.Window(this=exp.RowNumber(), partition_by=groups, order=order).as_("place")
    many = exp.Window(this=exp.Count(this=exp.Star()), partition_by=groups).as_("many")
    ranked = select(*query.groups, "net", place, many).from_(_objects_left(query).subquery("items"))
    built = select(*query.groups, _sum("net"), exp.Count(this=exp.Star()), exp.Max(this=exp.column("many")))
    middle = built.from_(ranked.subquery("ranked")).where("2 * place >= many", "2 * place <= many + 2")
    return _grouped(middle, query.groups)


def _objects(query: Query) -> exp.Expr:
    """Each item with what it adds to a figure, and its last day: what stands behind the figure."""
    sums = [_sum(name) for name in ("over", "under", "units", "unknown")]
    last = exp.Max(this=exp.column("on_date"))
    return select("item", *sums, last).from_(_chosen(query).subquery("chosen")).group_by("item")


def _last_day(query: Query) -> exp.Expr:
    """The last day among the postings chosen."""
    return select(exp.Max(this=exp.column("on_date"))).from_(_chosen(query).subquery("chosen"))


def _postings(query: Query) -> exp.Expr:
    """The postings themselves, in the order of their days."""
    return _chosen(query).order_by("on_date", "id")


_BUILDERS = {
    "totals": _totals,
    "distinct": _distinct,
    "touched": _touched,
    "median": _median,
    "objects": _objects,
    "postings": _postings,
    "last_day": _last_day,
}
