"""Tables that refuse UPDATE and DELETE, by triggers, on both databases.

Django's SQLite schema editor rebuilds a table when it alters it and drops its triggers without a word, so the
triggers are made again after every migration (``config.apps``) and a test sees them stand.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from xiaoguan.lib.triggers import standing_triggers

TABLES = (
    "journal_entry",
    "journal_object",
    "journal_reversal",
    "journal_private",
    "ledger_posting",
    "ledger_unit_correction",
)
_EVENTS = ("update", "delete")
_FUNCTION = "xiaoguan_append_only"


def make_triggers(connection: Any, tables: Iterable[str] = TABLES) -> None:
    """Put the triggers on every listed table that exists; harmless when they stand already."""
    existing = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRESQL_FUNCTION)
        for table in tables:
            if table in existing:
                for sql in _statements(connection.vendor, table):
                    cursor.execute(sql)


def missing_triggers(connection: Any) -> list[str]:
    """Names of triggers that ought to stand and do not."""
    standing = standing_triggers(connection)
    return [name for table in TABLES for name in _names(connection.vendor, table) if name not in standing]


@contextmanager
def past_triggers(connection: Any, tables: Iterable[str]) -> Iterator[None]:
    """Let a rebuild or the erasure of a person change append-only rows, inside the caller's transaction."""
    if not connection.in_atomic_block:
        raise RuntimeError("past_triggers must run inside a transaction")
    tables = tuple(tables)
    with connection.cursor() as cursor:
        for table in tables:
            for name in _names(connection.vendor, table):
                on_table = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on_table}")
    yield
    make_triggers(connection, tables)


def _names(vendor: str, table: str) -> list[str]:
    events = (*_EVENTS, "truncate") if vendor == "postgresql" else _EVENTS
    return [f"{table}_no_{event}" for event in events]


def _statements(vendor: str, table: str) -> list[str]:
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER IF NOT EXISTS {table}_no_{event} BEFORE {event.upper()} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            for event in _EVENTS
        ]
    return [
        f"CREATE OR REPLACE TRIGGER {table}_no_{event} BEFORE {event.upper()} ON {table} "
        f"FOR EACH {'STATEMENT' if event == 'truncate' else 'ROW'} EXECUTE FUNCTION {_FUNCTION}()"
        for event in (*_EVENTS, "truncate")
    ]


_POSTGRESQL_FUNCTION = f"""
CREATE OR REPLACE FUNCTION {_FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END
$$
"""
