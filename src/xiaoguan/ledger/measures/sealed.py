"""Answer a query from sealed segments and the tail that stands only in the database.

The manifest is read first, then the tail behind it; rows never leave, and none appears below the horizon, so both
together are every posting once.
"""

import csv
import pickle
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from operator import itemgetter
from typing import Any, Final, TypeVar

import duckdb
from sqlglot import exp, select

from xiaoguan.ledger.measures.building import BUILDERS, FIGURES, Query, chosen, key
from xiaoguan.ledger.measures.placing import Placement
from xiaoguan.ledger.measures.remembered import Rows, remembered
from xiaoguan.ledger.measures.sql import render, values_of
from xiaoguan.ledger.measures.tail import Bind, tail_of, type_of
from xiaoguan.ledger.measures.totals import Totals, added_up, totals_of
from xiaoguan.ledger.segments.files import literal, set_aside
from xiaoguan.ledger.segments.reading import Engine, Sealed, Unreadable, engine, reset_engine

_SEALED, _TAIL = "sealed_part", "tail_part"
_OF_A_QUESTION: Final = (duckdb.OutOfMemoryException, duckdb.DataError, duckdb.ProgrammingError)
T = TypeVar("T")


def rows_of_both(query: Query, sealed: Sealed, bind: Bind) -> Rows:
    """Segments and tail asked together. Unreadable where the segments cannot be read, Swapped where they count no
    more."""
    tail = tail_of(query, sealed, bind)
    return _watched(sealed, lambda running: _asked_together(running, query, sealed, tail))


def totals_of_both(query: Query, sealed: Sealed, bind: Bind) -> Totals:
    """The same of sums, which are added up."""
    tail = tail_of(query, sealed, bind)
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
    values = tuple(values_of((query.columns, query.where)))

    def ask(part: Sealed) -> Totals:
        return totals_of(running.ask(text.replace(_SEALED, running.source(part)), _named(values)))

    of_segments = remembered.totals((text, values), sealed, ask)
    names = [name for name, _node in query.columns]
    places = [names.index(name) for name in (*query.groups, *FIGURES)]
    return added_up(of_segments, totals_of(map(itemgetter(*places), tail))) if tail else of_segments


def _asked_together(running: Engine, query: Query, sealed: Sealed, tail: Rows) -> Rows:
    """What cannot be added up, over segments and tail at once: known already where the tail is still the same."""
    text = render("duckdb", ("sealed", *key(query)), lambda: BUILDERS[query.kind](query, _both(query)))
    values = tuple(values_of((query.columns, query.where)))

    def ask() -> Rows:
        with tempfile.NamedTemporaryFile("w", suffix=".csv", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(tail)
            file.flush()
            sources = {_SEALED: running.source(sealed), _TAIL: _rows_of(file.name, query)}
            whole = text
            for name, source in sources.items():
                whole = whole.replace(name, source)
            return running.ask(whole, _named(values))

    same_tail = sha256(pickle.dumps(tail)).digest()  # as good as the rows themselves, and short
    return remembered.get((sealed, text, values, same_tail), ask)


def _both(query: Query) -> exp.Query:
    """The chosen postings of the segments, and those of the tail, which were chosen by the database."""
    of_segments = chosen(query, _SEALED)
    of_tail = select(*(exp.column(name) for name, _node in query.columns)).from_(_TAIL)
    return exp.union(of_segments, of_tail, distinct=False, copy=False)


def _rows_of(path: str, query: Query) -> str:
    types = ", ".join(f"{literal(name)}: {literal(type_of(name, node))}" for name, node in query.columns)
    return (
        f"read_csv({literal(path)}, header = false, auto_detect = false, delim = ',', quote = '\"', nullstr = '', "
        f"columns = {{{types}}})"
    )


def _named(values: tuple[Any, ...]) -> dict[str, Any]:
    """The values as the engine's text names them."""
    found: dict[str, Any] = {}
    for number, item in enumerate(values):
        if isinstance(item, Placement):
            found |= {f"p{number}_{name}": listed for name, listed in item.lists().items()}
        else:
            found[f"p{number}"] = list(item) if isinstance(item, tuple) else _utc(item)
    return found


def _utc(item: Any) -> Any:
    # Segments keep moments as UTC without saying so.
    return item.astimezone(UTC).replace(tzinfo=None) if isinstance(item, datetime) else item
