"""Segment files: rows of a table written as sorted Parquet, safe on disk before anybody hears of them."""

import csv
import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import duckdb
from django.conf import settings
from django.db import connection

from xiaoguan.ledger.segments.books import FLAG, MOMENT, Contents

_ROW_GROUP: Final = 122_880
_AT_ONCE: Final = 20_000
_PART: Final = ".part"
Settings = dict[str, str | bool | int | float | list[str]]
LOCK: Final = "lock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A file that is complete and synced, not yet named by the manifest."""

    file: str
    rows: int
    bytes: int
    checksum: str


def folder() -> Path:
    """Where segments live; made where it is missing."""
    path = Path(settings.DATA) / "segments"
    path.mkdir(parents=True, exist_ok=True)
    return path


def path_of(file: str) -> Path:
    return Path(settings.DATA) / "segments" / file


def checksum_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_range(contents: Contents, generation: int, lo: int, hi: int) -> Written:
    """Export all rows with lo ≤ id ≤ hi."""
    with exported(contents, generation, lo, hi) as text:
        return _write(contents, f"{contents.book.label}-{generation}-{lo:012d}-{hi:012d}", rows_in(contents, text))


def write_merged(contents: Contents, generation: int, files: list[str], lo: int, hi: int) -> Written:
    """One file with the rows of several."""
    source = f"read_parquet({literal([str(path_of(file)) for file in files])})"
    return _write(contents, f"{contents.book.label}-{generation}-{lo:012d}-{hi:012d}", source)


def _write(contents: Contents, name: str, source: str) -> Written:
    file = f"{name}-{secrets.token_hex(4)}.parquet"
    part = folder() / (file + _PART)
    with workbench() as bench:
        order = ", ".join(contents.order)
        options = f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {_ROW_GROUP}"
        copied = bench.execute(f"COPY (SELECT * FROM {source} ORDER BY {order}) TO {literal(str(part))} ({options})")
        rows: int = copied.fetchall()[0][0]
    keep(part, file)
    path = path_of(file)
    return Written(file=file, rows=rows, bytes=path.stat().st_size, checksum=checksum_of(path))


def keep(part: Path, file: str) -> None:
    """Give a finished file its name, such that a crash leaves it whole or leaves it out."""
    _sync(part)
    part.rename(path_of(file))
    _sync(folder())


def discard(file: str) -> None:
    """A file that the manifest will not name after all."""
    path_of(file).unlink(missing_ok=True)


def set_aside(file: str) -> None:
    """Take a damaged file out of the way, so that upkeep misses it and makes it again."""
    with suppress(FileNotFoundError):
        path_of(file).rename(path_of(file + ".damaged"))


@contextmanager
def workbench() -> Iterator[duckdb.DuckDBPyConnection]:
    """An engine of its own for making files; it spills into the folder rather than fill the memory."""
    config: Settings = {
        "memory_limit": "256MB",
        "threads": "1",
        "temp_directory": str(folder() / f"spill-{os.getpid()}"),
    }
    bench = duckdb.connect(":memory:", config=config)
    bench.execute("SET enable_progress_bar = false")  # it would write over what the command prints
    try:
        yield bench
    finally:
        bench.close()


@contextmanager
def exported(contents: Contents, generation: int, lo: int, hi: int) -> Iterator[Path]:
    """The rows of a range as a text file, for as long as the block lasts."""
    path = folder() / f"export-{secrets.token_hex(8)}.csv{_PART}"
    condition = f"id BETWEEN {int(lo)} AND {int(hi)}"
    if contents.has_generations:
        condition += f" AND generation = {int(generation)}"
    try:
        if connection.vendor == "postgresql":
            _copy_out(contents, condition, path)
        else:
            _select_out(contents, condition, path)
        yield path
    finally:
        path.unlink(missing_ok=True)


def rows_in(contents: Contents, text: Path) -> str:
    """How DuckDB reads an exported text file."""
    columns = ", ".join(f"{literal(name)}: {literal(sort)}" for name, sort in contents.columns.items())
    # Nothing is guessed: a file without rows has no dialect to find.
    form = (
        "auto_detect = false, header = false, delim = ',', quote = '\"', escape = '\"', new_line = '\\n', nullstr = ''"
    )
    return f"read_csv({literal(str(text))}, {form}, columns = {{{columns}}})"


def literal(value: str | list[str]) -> str:
    """A text or a list of texts in DuckDB's SQL."""
    if isinstance(value, list):
        return "[" + ", ".join(map(literal, value)) + "]"
    return "'" + value.replace("'", "''") + "'"


def _copy_out(contents: Contents, condition: str, path: Path) -> None:
    chosen = ", ".join(_as_text(name, sort) for name, sort in contents.columns.items())
    sql = f"COPY (SELECT {chosen} FROM {contents.table} WHERE {condition}) TO STDOUT (FORMAT csv)"
    with path.open("wb") as file, connection.cursor() as cursor, cursor.copy(sql) as copy:
        for block in copy:
            file.write(block)


def _as_text(name: str, sort: str) -> str:
    if sort == MOMENT:
        return f"{name} AT TIME ZONE 'UTC'"
    return f"{name}::int" if sort == FLAG else name


def _select_out(contents: Contents, condition: str, path: Path) -> None:
    names = ", ".join(contents.columns)
    with path.open("w", newline="", encoding="utf-8") as file, connection.cursor() as cursor:
        write: Any = csv.writer(file, lineterminator="\n").writerows
        cursor.execute(f"SELECT {names} FROM {contents.table} WHERE {condition}")
        while rows := cursor.fetchmany(_AT_ONCE):
            write(rows)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
