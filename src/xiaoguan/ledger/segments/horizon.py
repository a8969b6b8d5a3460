"""Below which id a table is settled: every row there is committed or will never be.

On SQLite there is one writer at a time, so whatever commits later has a higher id than what is visible now. On
PostgreSQL writers take their ids long before they commit. The rule is that of the **lock holders**: an INSERT or COPY
takes its lock on the table before it takes an id, and keeps it until its transaction has ended. So read how far the
sequence has come, THEN list who holds the lock; when all of these are gone, no id up to there can appear any more.
Asking for the oldest open transaction id instead loses rows: a writer takes an id before it has a transaction id.

The rule asks that ids come from the column's default alone, one by one (sequence CACHE 1). Nobody waits for it.
"""

import time
from dataclasses import dataclass
from typing import Final

from django.db import connection

_LOOK_AGAIN_SECONDS: Final = 0.02

_SEQUENCE = "SELECT coalesce(pg_sequence_last_value(pg_get_serial_sequence(%s, 'id')::regclass), 0)"
# The locks under which rows can be inserted. A prepared transaction has lost its number and may be one that was seen
# under it, so it counts by itself.
_HOLDERS = """
SELECT DISTINCT virtualtransaction FROM pg_locks
WHERE locktype = 'relation' AND relation = %s::regclass AND granted
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND mode IN ('RowExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
  AND pid IS DISTINCT FROM pg_backend_pid()
"""
_RUNNING = "SELECT DISTINCT virtualtransaction FROM pg_locks"
_PREPARED: Final = "-1/"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An id that is the horizon as soon as none of these transactions is left."""

    table: str
    id: int
    inside: frozenset[str]

    def settled(self) -> bool:
        """Whether every transaction that may still write at or below the id has ended."""
        if not self.inside:
            return True
        running = _names(_RUNNING, [])
        prepared = {name for name in _names(_HOLDERS, [self.table]) if name.startswith(_PREPARED)}
        return not self.inside & running and not prepared


def candidate(table: str) -> Candidate:
    """How far the table's ids have come, and who was inside right after."""
    if connection.vendor == "sqlite":
        return Candidate(table, _newest(table), frozenset())
    newest = _number(_SEQUENCE, [table])  # first the sequence, then who is inside
    return Candidate(table, newest, frozenset(_names(_HOLDERS, [table])))


def settled_horizon(table: str, patience: float) -> int | None:
    """The horizon, or None where writers of now have not ended within ``patience`` seconds."""
    found = candidate(table)
    end = time.monotonic() + patience
    while not found.settled():
        if time.monotonic() > end:
            return None
        time.sleep(_LOOK_AGAIN_SECONDS)
    return found.id


def _newest(table: str) -> int:
    return _number(f"SELECT coalesce(max(id), 0) FROM {table}", [])


def _number(sql: str, values: list[str]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found: int = cursor.fetchone()[0]
        return found


def _names(sql: str, values: list[str]) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return {row[0] for row in cursor.fetchall()}
