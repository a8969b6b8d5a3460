"""A transaction that stands or falls as a whole: for steps that write thousands of rows.

SQLite remembers each page as it was when a savepoint began and, in memory, runs through all it remembers at the
end of every statement of several rows: below one savepoint the inserts of an import took three times as long.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction


@contextmanager
def undivided() -> Iterator[None]:
    """A transaction, or one savepoint of the caller's, in which a nested ``atomic`` takes no savepoint on SQLite.

    Whoever catches an error that came out of a nested one must let this block fail too: until it ends, every further
    query is refused.
    """
    database: Any = connection
    with transaction.atomic():
        before = getattr(database, "undivided", False)
        database.undivided = True
        try:
            yield
        finally:
            database.undivided = before
