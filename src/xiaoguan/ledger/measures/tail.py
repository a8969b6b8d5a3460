"""The postings behind the horizon, which stand only in the database: chosen with a query's own conditions and summed as
far as the query sums.

The database is asked for columns of postings and for sums. Groups that are worked out of columns are worked out here:
to place people in their units it would be sent all of them, thousands in a large company, for a tail of a few rows.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from django.db import connection
from sqlglot import exp, select

from xiaoguan.ledger.measures.building import Query, chosen, group, key, of_rows, summed
from xiaoguan.ledger.measures.evaluating import Read, reader
from xiaoguan.ledger.measures.placing import for_database, in_lists
from xiaoguan.ledger.measures.remembered import Rows
from xiaoguan.ledger.measures.sql import Node, column, columns_in, render, values_of
from xiaoguan.ledger.segments.books import BIGINT, DATE, FLAG, LEDGER, MOMENT, TEXT
from xiaoguan.ledger.segments.reading import Sealed
from xiaoguan.lib.long_lists import LONGEST

Bind = Callable[[Any], Any]
_SUMMED: Final = frozenset({"quantity", "units", "known", "over", "under", "unknown"})


class Swapped(Exception):
    """Another generation counts since the manifest was read."""


def tail_of(query: Query, sealed: Sealed, bind: Bind) -> Rows:
    """The rows behind the horizon in the query's columns, their values as the engine gives them. Swapped where its
    generation counts no more."""
    posted = _posted(query)
    rows = _asked(posted, sealed, bind)
    if not rows:
        return []
    types = [type_of(name, node) for name, node in posted.columns]
    reads = _reads(query, posted)
    return [tuple([read(row) for read in reads]) for row in (_typed(types, row) for row in rows)]


def type_of(name: str, node: Node) -> str:
    """A posting's column keeps its type; whatever is computed or summed is a number."""
    return LEDGER.columns[str(node.args[0])] if _is_posted(name, node) and name not in _SUMMED else BIGINT


def _is_posted(name: str, node: Node) -> bool:
    """Whether the database gives the column: it stands in a posting, or is summed."""
    return node.op == "column" or name in _SUMMED


def _posted(query: Query) -> Query:
    """The same postings with the columns of which those of the query are made."""
    columns = {name: node for name, node in query.columns if _is_posted(name, node)}
    worked_out = [node for name, node in query.columns if not _is_posted(name, node)]
    made_of = {name: column(name) for node in worked_out for name in sorted(columns_in(node))}
    where = for_database(query.where, connection.vendor)
    if connection.vendor == "postgresql" and sum(1 for _value in values_of(where)) > LONGEST:
        where = in_lists(where)
    return replace(query, columns=tuple((made_of | columns).items()), where=where, groups=())


def _reads(query: Query, posted: Query) -> list[Read]:
    places = {name: place for place, (name, _node) in enumerate(posted.columns)}
    return [reader(column(name) if _is_posted(name, node) else node, places) for name, node in query.columns]


def _typed(types: Sequence[str], row: Sequence[Any]) -> list[Any]:
    return [_read(sort, item) for sort, item in zip(types, row, strict=True)]


def _read(sort: str, value: Any) -> Any:
    """SQLite keeps days as text and flags as numbers."""
    if value is None or sort in (TEXT, MOMENT):
        return value
    if sort == DATE:
        return date.fromisoformat(value) if isinstance(value, str) else value
    return bool(value) if sort == FLAG else int(value)


def _asked(query: Query, sealed: Sealed, bind: Bind) -> Rows:
    """The generation is read in the same statement, hence in the same snapshot."""
    dialect = "postgres" if connection.vendor == "postgresql" else "sqlite"
    text = render(dialect, ("tail", *key(query)), lambda: _tail_query(query))
    values = {f"p{number}": bind(item) for number, item in enumerate(values_of((query.columns, query.where)))}
    with connection.cursor() as cursor:
        cursor.execute(text, {**values, "p_generation": sealed.generation, "p_beyond": sealed.sealed_to})
        rows = cursor.fetchall()
    if rows[0][0] != sealed.generation:
        raise Swapped
    return [row[2:] for row in rows if row[1] is not None]


def _tail_query(query: Query) -> exp.Expr:
    """The generation that counts, beside each row of the tail (one empty row where there is no tail)."""
    names = [name for name, _node in query.columns]
    beside = exp.EQ(this=exp.Literal.number(1), expression=exp.Literal.number(1))
    return (
        select("ledger_state.generation", "tail.present", *(f"tail.{name}" for name in names))
        .from_("ledger_state")
        .join(_partial(query).subquery("tail", copy=False), on=beside, join_type="left", copy=False)
        .where("ledger_state.id = 1", copy=False)
    )


def _partial(query: Query) -> exp.Select:
    behind = [
        exp.EQ(this=exp.column("generation"), expression=exp.Placeholder(this="p_generation")),
        exp.GT(this=exp.column("id"), expression=exp.Placeholder(this="p_beyond")),
    ]
    rows = chosen(query, "ledger_posting", *behind)
    names = [name for name, _node in query.columns]
    present = exp.Literal.number(1).as_("present")
    if query.kind == "postings":
        return of_rows(select(present, *names), rows, "chosen")
    keys = [name for name in names if name not in _SUMMED]
    figures: Sequence[exp.Expr | str] = [summed(name).as_(name) if name in _SUMMED else name for name in names]
    return group(of_rows(select(present, *figures), rows, "chosen"), keys)
