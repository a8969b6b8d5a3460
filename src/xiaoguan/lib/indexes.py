"""Leave secondary indexes off while very many rows are written: made once at the end they cost a fraction."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import models


@contextmanager
def without_indexes(
    connection: Any, tables: Sequence[type[models.Model]], *, keep: Sequence[str] = ()
) -> Iterator[None]:
    """Drop the indexes of tables, except primary keys, constraints and those to ``keep``; make them again at the end,
    in the caller's transaction, and let the database count what it holds."""
    if not connection.in_atomic_block:
        raise RuntimeError("without_indexes must run inside a transaction")
    names = [model._meta.db_table for model in tables]
    found = [(name, sql) for table in names for name, sql in _indexes(connection, table) if name not in keep]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Checked row by row: a million waiting checks would be kept in memory, and forbid what follows.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for name, _sql in found:
            cursor.execute(f"DROP INDEX {connection.ops.quote_name(name)}")
    yield
    with connection.cursor() as cursor:
        for _name, sql in found:
            cursor.execute(sql)
        if found:
            cursor.execute("ANALYZE")


def _indexes(connection: Any, table: str) -> list[tuple[str, str]]:
    """(name, statement that makes it) of the indexes that no constraint needs."""
    listed = (
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = %s AND sql IS NOT NULL"
        if connection.vendor == "sqlite"
        else "SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
        "WHERE i.indrelid = %s::regclass AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = i.indexrelid)"
    )
    with connection.cursor() as cursor:
        cursor.execute(listed, [table])
        return list(cursor.fetchall())
