"""Insert and update many rows at once: one way, on both databases.

Django's bulk_create costs 50 to 100 µs a row in Python; the books need a tenth of that. On PostgreSQL the
ids come only from the column's own default (fetching them beforehand would break the rule by which
sealing finds its horizon); on SQLite the caller holds the only write lock, so numbering from the
highest id used so far is the same thing.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import chain, count
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models

_CHUNK = 5_000
_TOGETHER = (64, 8, 1)
"""rows a statement on SQLite, each a part of the one before"""


def insert_rows(
    model: type[models.Model],
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    ids: bool = True,
    using: str = DEFAULT_DB_ALIAS,
) -> list[int]:
    """Insert rows of raw column values (as the database stores them) and return the new ids in order.

    ``columns`` are column names without ``id``. With ``ids=False`` nothing is returned and the model may have
    any primary key among its columns (``id`` as well: see ``next_id``). Must run inside a transaction.
    """
    if not rows:
        return []
    connection = connections[using]
    if connection.vendor == "sqlite":
        return insert_columns(model, columns, list(zip(*rows, strict=True)), ids=ids, using=using)
    _inside(connection)
    if ids:
        return _insert_postgresql(connection, model, columns, rows)
    _copy_postgresql(connection, model._meta.db_table, columns, rows)
    return []


def insert_columns(
    model: type[models.Model],
    columns: Sequence[str],
    values: list[Sequence[Any]],
    *,
    ids: bool = True,
    using: str = DEFAULT_DB_ALIAS,
) -> list[int]:
    """``insert_rows`` for whoever has the values by column (of one row at least)."""
    connection = connections[using]
    if connection.vendor != "sqlite":
        return insert_rows(model, columns, list(zip(*values, strict=True)), ids=ids, using=using)
    _inside(connection)
    return _insert_sqlite(connection, model._meta.db_table, columns, values, ids)


def _inside(connection: Any) -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("rows must be inserted inside a transaction")


def next_id(model: type[models.Model], *, using: str = DEFAULT_DB_ALIAS) -> int:
    """The id that the next row of a table would get, for a caller who numbers rows itself while nobody else writes, and
    calls ``go_on_from`` afterwards. Not for the books: their ids come from the column's default alone."""
    table = model._meta.db_table
    with connections[using].cursor() as cursor:
        if connections[using].vendor == "sqlite":
            return _next_sqlite_id(cursor, table)
        cursor.execute("SELECT pg_sequence_last_value(pg_get_serial_sequence(%s, 'id'))", [table])
        return (cursor.fetchone()[0] or 0) + 1


def go_on_from(model: type[models.Model], *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Let the column's default number rows after those that were numbered by hand (SQLite does so by itself)."""
    if connections[using].vendor == "sqlite":
        return
    table = connections[using].ops.quote_name(model._meta.db_table)
    with connections[using].cursor() as cursor:
        numbered = f"SELECT setval(pg_get_serial_sequence(%s, 'id'), max(id)) FROM {table} HAVING max(id) > 0"
        cursor.execute(numbered, [model._meta.db_table])


def update_rows(
    model: type[models.Model],
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    using: str = DEFAULT_DB_ALIAS,
) -> None:
    """Set columns of many rows by id: each row is (id, value, value …) of raw column values."""
    if not rows:
        return
    connection = connections[using]
    table = connection.ops.quote_name(model._meta.db_table)
    names = [connection.ops.quote_name(name) for name in columns]
    if connection.vendor == "sqlite":
        sql = f"UPDATE {table} SET {', '.join(f'{name} = ?' for name in names)} WHERE id = ?"
        with connection.cursor():  # opens the connection where it is not yet
            _raw_executemany(connection, sql, [(*row[1:], row[0]) for row in rows])
        return
    types = {field.column: field.db_type(connection) for field in model._meta.concrete_fields}
    casts = ", ".join(f"%s::{_array_type(types[name])}" for name in ("id", *columns))
    assigned = ", ".join(f"{name} = new.{name}" for name in names)
    sql = f"UPDATE {table} SET {assigned} FROM unnest({casts}) AS new(id, {', '.join(names)}) WHERE {table}.id = new.id"
    with connection.cursor() as cursor:
        for start in range(0, len(rows), _CHUNK):
            chunk = rows[start : start + _CHUNK]
            cursor.execute(sql, [array_literal(values) for values in zip(*chunk, strict=True)])


def adapted(connection: Any, value: date | datetime | None) -> Any:
    """A day or a moment as the database's driver stores it."""
    return writer(connection)(value)


def writer(connection: Any) -> Callable[[date | datetime | None], Any]:
    """``adapted`` for many values of which most are equal: each is worked out once."""
    if connection.vendor == "postgresql":
        return lambda value: value
    return _as_text


@lru_cache(maxsize=20_000, typed=True)
def _as_text(value: date | datetime | None) -> str | None:
    """How SQLite keeps a day, or a moment as UTC without its zone, exactly as Django writes and reads them."""
    if value is None:
        return None
    if isinstance(value, datetime):
        return str(value.astimezone(UTC).replace(tzinfo=None))
    return value.isoformat()


def _insert_sqlite(
    connection: Any, table: str, columns: Sequence[str], values: list[Sequence[Any]], ids: bool
) -> list[int]:
    """``values`` by column."""
    names, new_ids = list(columns), []
    with connection.cursor() as cursor:
        if ids:
            first = _next_sqlite_id(cursor, table)
            new_ids = list(range(first, first + len(values[0])))
            names, values = ["id", *names], [new_ids, *values]
        quoted = ", ".join(connection.ops.quote_name(name) for name in names)
        sql = f"INSERT INTO {connection.ops.quote_name(table)} ({quoted}) VALUES "
        _insert_together(connection, sql, values)
    return new_ids


def _insert_together(connection: Any, sql: str, values: Sequence[Sequence[Any]]) -> None:
    """Many rows a statement (a statement for each costs twice the time), and what is the same in every row handed to
    the driver once a statement: it takes longer over a None than over anything else."""
    same = tuple(column.count(column[0]) == len(column) for column in values)
    fixed = [column[0] for column, once in zip(values, same, strict=True) if once]
    varying = [column for column, once in zip(values, same, strict=True) if not once]
    cells = list(chain.from_iterable(zip(*varying, strict=True)))
    width, done, rows = len(varying), 0, len(values[0])
    for together in _TOGETHER:
        start, done = done, rows - rows % together
        if start < done:
            bundles = [fixed + cells[at * width : (at + together) * width] for at in range(start, done, together)]
            _raw_executemany(connection, sql + _places(same, together), bundles)


@lru_cache(maxsize=256)
def _places(same: tuple[bool, ...], rows: int) -> str:
    """Numbered places for values: first those of the columns that are the same in every row, then row by row."""
    fixed = sum(same)
    following = count(fixed + 1)
    lines = []
    for _row in range(rows):
        shared = count(1)
        lines.append(f"({', '.join(f'?{next(shared if once else following)}' for once in same)})")
    return ", ".join(lines)


def _next_sqlite_id(cursor: Any, table: str) -> int:
    cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
    row = cursor.fetchone()
    return (row[0] if row else 0) + 1


def _raw_executemany(connection: Any, sql: str, rows: Sequence[Sequence[Any]]) -> None:
    # The driver's own executemany: Django's wrapper rewrites placeholders for every call.
    with connection.wrap_database_errors:
        connection.connection.cursor().executemany(sql, rows)


def _insert_postgresql(
    connection: Any, model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> list[int]:
    types = {field.column: field.db_type(connection) for field in model._meta.concrete_fields}
    casts = ", ".join(f"%s::{_array_type(types[name])}" for name in columns)
    quoted = ", ".join(connection.ops.quote_name(name) for name in columns)
    table = connection.ops.quote_name(model._meta.db_table)
    sql = f"INSERT INTO {table} ({quoted}) SELECT * FROM unnest({casts}) RETURNING id"
    new_ids: list[int] = []
    with connection.cursor() as cursor:
        for start in range(0, len(rows), _CHUNK):
            chunk = rows[start : start + _CHUNK]
            cursor.execute(sql, [array_literal(values) for values in zip(*chunk, strict=True)])
            new_ids.extend(row[0] for row in cursor.fetchall())
    return new_ids


def _copy_postgresql(connection: Any, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """COPY where nobody asks for the ids: the column's default numbers the rows all the same."""
    quoted = ", ".join(connection.ops.quote_name(name) for name in columns)
    sql = f"COPY {connection.ops.quote_name(table)} ({quoted}) FROM STDIN"
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(sql) as copy:
        for row in rows:
            copy.write_row(row)


def array_literal(values: Iterable[Any]) -> str:
    """A column of values as PostgreSQL reads an array. The driver's own way looks at each value three times."""
    return f"{{{','.join(map(_element, values))}}}"


def _element(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, int):
        return str(int(value)) if not isinstance(value, bool) else "t" if value else "f"
    text = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


def _array_type(db_type: str | None) -> str:
    base = "text" if db_type is None or db_type.startswith("varchar") else db_type
    return base + "[]"
