"""Answer a query from sealed segments and the tail that stands only in the database.

The manifest is read first, then the tail behind it, asked with the query's own conditions and summed as far as the
query sums; rows never leave, and none appears below the horizon, so both together are every posting once.
"""

import csv
import pickle
import tempfile
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any, Final, TypeVar

import duckdb
from django.db import connection
from sqlglot import exp, select

from xiaoguan.ledger.measures.building import BUILDERS, FIGURES, Query, chosen, group, key, made_of, summed
from xiaoguan.ledger.measures.evaluating import reader
from xiaoguan.ledger.measures.remembered import Rows, remembered
from xiaoguan.ledger.measures.sql import Node, column, render, values_of
from xiaoguan.ledger.measures.totals import Totals, added_up, totals_of
from xiaoguan.ledger.segments.books import BIGINT, DATE, FLAG, LEDGER, TEXT
from xiaoguan.ledger.segments.files import literal, set_aside
from xiaoguan.ledger.segments.reading import Engine, Sealed, Unreadable, engine, reset_engine

_SEALED, _TAIL = "sealed_part", "tail_part"
_OF_A_QUESTION: Final = (duckdb.OutOfMemoryException, duckdb.DataError, duckdb.ProgrammingError)
T = TypeVar("T")
Bind = Callable[[Any], Any]
_SUMMED: Final = frozenset({"quantity", "units", "known", "over", "under", "unknown"})


class Swapped(Exception):
    """Another generation counts since the manifest was read."""


def rows_of_both(query: Query, sealed: Sealed, bind: Bind) -> Rows:
    """Segments and tail asked together. Unreadable where the segments cannot be read, Swapped where they count no
    more."""
    tail = _tail(query, sealed, bind)
    return _watched(sealed, lambda running: _asked_together(running, query, sealed, tail))


def totals_of_both(query: Query, sealed: Sealed, bind: Bind) -> Totals:
    """The same of sums, which are added up."""
    tail = _tail(_ungrouped(query), sealed, bind)
    return _watched(sealed, lambda running: _added(running, query, sealed, tail))


def _watched(sealed: Sealed, ask: Callable[[Engine], T]) -> T:
    running = engine()
    try:
        return ask(running)
    except _OF_A_QUESTION as error:
        raise Unreadable(str(error)) from error
    except duckdb.Error as error:
        # Segments were checked by their checksums. What holds them together is derived: away with it, and begin anew.
        if sealed.gathered_file:
            set_aside(sealed.gathered_file)
        reset_engine()
        raise Unreadable(str(error)) from error


def _added(running: Engine, query: Query, sealed: Sealed, tail: Rows) -> Totals:
    """The sums of the segments, of which all or most may be known already, and those of the tail."""
    text = render("duckdb", ("sealed alone", *key(query)), lambda: BUILDERS[query.kind](query, chosen(query, _SEALED)))
    values = _values(query)

    def ask(part: Sealed) -> Totals:
        return totals_of(running.ask(text.replace(_SEALED, running.source(part)), values))

    of_segments = remembered.totals((text, tuple(values.items())), sealed, ask)
    return added_up(of_segments, totals_of(_grouped(query, tail))) if tail else of_segments


def _ungrouped(query: Query) -> Query:
    """The same sums by that of which the groups are made. In a large company the database would otherwise be sent
    thousands of people, to group a tail of a few postings."""
    names = made_of(query)
    columns = tuple((name, column(name)) for name in (*names, *FIGURES))
    return Query("totals", columns, query.where, tuple(names))


def _grouped(query: Query, tail: Rows) -> Iterable[tuple[Any, ...]]:
    """Its groups, worked out here."""
    columns, names = dict(query.columns), (*made_of(query), *FIGURES)
    places = {name: place for place, name in enumerate(names)}
    reads = [reader(columns[name], places) for name in query.groups]
    types = [_type(name, column(name)) for name in names]
    for row in tail:
        found = [_read(sort, item) for sort, item in zip(types, row, strict=True)]
        yield (*(read(found) for read in reads), *found[-len(FIGURES) :])


def _asked_together(running: Engine, query: Query, sealed: Sealed, tail: Rows) -> Rows:
    """What cannot be added up, over segments and tail at once: known already where the tail is still the same."""
    text = render("duckdb", ("sealed", *key(query)), lambda: BUILDERS[query.kind](query, _both(query)))
    values = _values(query)

    def ask() -> Rows:
        with tempfile.NamedTemporaryFile("w", suffix=".csv", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(tail)
            file.flush()
            sources = {_SEALED: running.source(sealed), _TAIL: _rows_of(file.name, query)}
            whole = text
            for name, source in sources.items():
                whole = whole.replace(name, source)
            return running.ask(whole, values)

    same_tail = sha256(pickle.dumps(tail)).digest()  # as good as the rows themselves, and short
    return remembered.get((sealed, text, tuple(values.items()), same_tail), ask)


def _both(query: Query) -> exp.Query:
    """The chosen postings of the segments, and those of the tail, which were chosen by the database."""
    of_segments = chosen(query, _SEALED)
    of_tail = select(*(exp.column(name) for name, _node in query.columns)).from_(_TAIL)
    return exp.union(of_segments, of_tail, distinct=False)


def _rows_of(path: str, query: Query) -> str:
    types = ", ".join(f"{literal(name)}: {literal(_type(name, node))}" for name, node in query.columns)
    return (
        f"read_csv({literal(path)}, header = false, auto_detect = false, delim = ',', quote = '\"', nullstr = '', "
        f"columns = {{{types}}})"
    )


def _values(query: Query) -> dict[str, Any]:
    return {f"p{number}": _utc(item) for number, item in enumerate(values_of((query.columns, query.where)))}


def _read(sort: str, value: Any) -> Any:
    """A value of the tail as the engine gives it: SQLite keeps days as text and flags as numbers."""
    if value is None or sort == TEXT:
        return value
    if sort == DATE:
        return date.fromisoformat(value) if isinstance(value, str) else value
    return bool(value) if sort == FLAG else int(value)


def _utc(item: Any) -> Any:
    # Segments keep moments as UTC without saying so.
    return item.astimezone(UTC).replace(tzinfo=None) if isinstance(item, datetime) else item


def _type(name: str, node: Node) -> str:
    """A posting's column keeps its type; whatever is computed or summed is a number."""
    return LEDGER.columns[str(node.args[0])] if node.op == "column" and name not in _SUMMED else BIGINT


def _tail(query: Query, sealed: Sealed, bind: Bind) -> Rows:
    """The rows behind the horizon. The generation is read in the same statement, hence in the same snapshot."""
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
        .join(_partial(query).subquery("tail"), on=beside, join_type="left")
        .where("ledger_state.id = 1")
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
        return select(present, *names).from_(rows.subquery("chosen"))
    keys = [name for name in names if name not in _SUMMED]
    figures: Sequence[exp.Expr | str] = [summed(name).as_(name) if name in _SUMMED else name for name in names]
    return group(select(present, *figures).from_(rows.subquery("chosen")), keys)
