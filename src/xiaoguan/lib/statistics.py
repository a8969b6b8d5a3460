"""What SQLite knows of how full its tables are. Without it, or when they have outgrown it, questions go by indexes that
are poor for them; after a migration that made a table anew it is gone. PostgreSQL counts by itself."""

from collections.abc import Sequence
from typing import Any, Final

from django.db import models

_WORTH_COUNTING: Final = 1_000
_OUTGROWN: Final = 2


def renew_if_outgrown(connection: Any, tables: Sequence[type[models.Model]], *, migrated: bool = False) -> bool:
    """Count again (``ANALYZE``, about a second for a million rows) where one of the tables is twice what it was when it
    was counted last, or never was. Their ids are taken for their numbers of rows. ``migrated``: there may be indexes
    that were never counted, so any large table counts as outgrown."""
    if connection.vendor != "sqlite":
        return False
    with connection.cursor() as cursor:
        counted = {} if migrated else _counted(cursor)
        if not any(_is_outgrown(cursor, model._meta.db_table, counted) for model in tables):
            return False
        cursor.execute("ANALYZE")
    return True


def _counted(cursor: Any) -> dict[str, int]:
    """Rows by table when they were counted last."""
    cursor.execute("SELECT count(*) FROM sqlite_master WHERE name = 'sqlite_stat1'")
    if cursor.fetchone() == (0,):
        return {}
    # "9000 30 1": the rows, and how many share a value of each of the index's columns.
    cursor.execute("SELECT tbl, max(CAST(stat AS INTEGER)) FROM sqlite_stat1 GROUP BY tbl")
    return dict(cursor.fetchall())


def _is_outgrown(cursor: Any, table: str, counted: dict[str, int]) -> bool:
    cursor.execute(f'SELECT max(id) FROM "{table}"')
    (newest,) = cursor.fetchone()
    return (newest or 0) >= max(_WORTH_COUNTING, _OUTGROWN * counted.get(table, 0))
