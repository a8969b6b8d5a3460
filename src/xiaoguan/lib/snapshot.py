"""Many reads of the database as it is at one moment, while others write."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def one_snapshot() -> Iterator[None]:
    """All reads in the block see one state; nothing may be written in it. Within a transaction, that transaction's."""
    if connection.in_atomic_block:
        yield
        return
    # atomic() would take the write lock on SQLite, and see every commit anew on PostgreSQL.
    begin = "BEGIN" if connection.vendor == "sqlite" else "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
    with connection.cursor() as cursor:
        cursor.execute(begin)
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")
