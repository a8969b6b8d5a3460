"""Run a query. The only place that decides who answers: the database alone, or the segments with their tail."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final, TypeVar

from django.db import connection
from sqlglot import exp, select

from xiaoguan.ledger.measures.building import BUILDERS, Query, chosen, key
from xiaoguan.ledger.measures.placing import for_database
from xiaoguan.ledger.measures.remembered import Rows
from xiaoguan.ledger.measures.sealed import rows_of_both, totals_of_both
from xiaoguan.ledger.measures.sql import render, values_of
from xiaoguan.ledger.measures.tail import Bind, Swapped
from xiaoguan.ledger.measures.totals import Totals, totals_of
from xiaoguan.ledger.segments.reading import Sealed, Unreadable, forget_manifest, sealed_postings, sealed_postings_now

T = TypeVar("T")
_TRIES: Final = 3
_log = logging.getLogger(__name__)


def run(query: Query) -> Rows:
    """The rows of a query."""
    return _run(query, rows_of_both, lambda rows: rows)


def run_totals(query: Query) -> Totals:
    """The answer to a query of sums."""
    return _run(query, totals_of_both, totals_of)


def _run(query: Query, from_both: Callable[[Query, Sealed, Bind], T], read: Callable[[Rows], T]) -> T:
    """Where segments cannot be read the database answers: slowly, and never wrong."""
    sealed = sealed_postings()
    for _try in range(_TRIES):
        if sealed is None:
            break
        try:
            return from_both(query, sealed, _bound)
        except Swapped:
            sealed = sealed_postings_now()
        except Unreadable:
            forget_manifest()
            _log.exception("segments cannot be read; the database answers")
            break
    return read(_run_in_database(query))


def _run_in_database(query: Query) -> Rows:
    columns, where = for_database((query.columns, query.where), connection.vendor)
    query = replace(query, columns=columns, where=where)
    dialect = "postgres" if connection.vendor == "postgresql" else "sqlite"
    text = render(dialect, key(query), lambda: BUILDERS[query.kind](query, _in_database(query)))
    names = {f"p{number}": _bound(item) for number, item in enumerate(values_of((query.columns, query.where)))}
    with connection.cursor() as cursor:
        cursor.execute(text, names)
        return list(cursor.fetchall())


def _in_database(query: Query) -> exp.Query:
    """The chosen postings of the generation that counts."""
    generation = select("generation").from_("ledger_state").where("id = 1").subquery()
    counting = exp.EQ(this=exp.column("generation"), expression=generation)
    return chosen(query, "ledger_posting", counting)


def _bound(item: Any) -> Any:
    if isinstance(item, tuple):
        return list(item)
    # SQLite keeps days and moments as text and compares them as text.
    if connection.vendor != "sqlite":
        return item
    if isinstance(item, datetime):
        return connection.ops.adapt_datetimefield_value(item)
    return item.isoformat() if isinstance(item, date) else item
