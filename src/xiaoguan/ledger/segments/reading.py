"""Read sealed postings: which files hold them now, and the engine inside this process that reads them."""

import logging
import os
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, NamedTuple

import duckdb
from django.conf import settings
from django.db import connection

from xiaoguan.ledger.segments.books import LEDGER
from xiaoguan.ledger.segments.files import Settings, checksum_of, literal, path_of, set_aside
from xiaoguan.ledger.segments.gathering import TABLE
from xiaoguan.org.memo import remember

_MEMORY: Final = "96MB"
_THREADS: Final = "2"
_AT_REST: Final = "8MB"
_KEPT_ATTACHED: Final = 2
_KEPT_SECONDS: Final = 10.0
_log = logging.getLogger(__name__)


class Unreadable(Exception):
    """A file is missing or damaged, or the engine failed: the database must answer."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """Postings up to ``sealed_to`` of a generation: in the gathered file, if there is one, and in further segments."""

    generation: int
    sealed_to: int
    gathered_file: str
    segments: tuple[tuple[str, int, str], ...]  # file, bytes, checksum

    def beyond(self, older: "Sealed") -> "Sealed | None":
        """The segments that came after an older state; None unless all files of that one are still those in use."""
        same = (self.generation, self.gathered_file) == (older.generation, older.gathered_file)
        stands = len(older.segments)
        if not same or self.segments[:stands] != older.segments:
            return None
        return replace(self, gathered_file="", segments=self.segments[stands:])


# The manifest this process read last, and until when it may be used. Replaced as one object: threads need no lock.
_kept: tuple[float, Sealed] | None = None


def sealed_postings() -> Sealed | None:
    """The manifest, read anew every few seconds; None where nothing is sealed. An older manifest is as right as a newer
    one of its generation: its tail is longer, and its files stay for an hour."""
    kept = _kept
    if kept is not None and time.monotonic() < kept[0]:
        return kept[1]
    return remember("sealed postings", sealed_postings_now)


def sealed_postings_now() -> Sealed | None:
    """The manifest as it stands."""
    global _kept
    found = _read_manifest()
    _kept = None if found is None else (time.monotonic() + _KEPT_SECONDS, found)
    return found


def forget_manifest() -> None:
    """Read it anew with the next question."""
    global _kept
    _kept = None


def _read_manifest() -> Sealed | None:
    # One statement, hence one snapshot: files and horizon must belong together.
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT b.generation, b.sealed_to, b.gathered_to, b.gathered_file, s.lo, s.hi, s.file, s.bytes, s.checksum
            FROM ledger_state t
            JOIN ledger_book b ON b.book = %s AND b.generation = t.generation
            JOIN ledger_segment s ON s.book = b.book AND s.generation = b.generation AND s.replaced_at IS NULL
            WHERE t.id = 1 ORDER BY s.lo
            """,
            [LEDGER.book],
        )
        rows = cursor.fetchall()
    if not rows:
        return None
    generation, sealed_to, gathered_to, gathered_file = rows[0][:4]
    segments = [_Segment(*row[4:]) for row in rows]
    if not _whole(segments, sealed_to):
        _log.error("the manifest of segments has gaps; the database answers")
        return None
    # The gathered file stands for whole segments only.
    stands = any(item.hi == gathered_to for item in segments) and path_of(gathered_file).is_file()
    further = [item for item in segments if not stands or item.lo > gathered_to]
    return Sealed(
        generation=generation,
        sealed_to=sealed_to,
        gathered_file=gathered_file if stands else "",
        segments=tuple((item.file, item.bytes, item.checksum) for item in further),
    )


class _Segment(NamedTuple):
    """A line of the manifest."""

    lo: int
    hi: int
    file: str
    bytes: int
    checksum: str


def _whole(segments: list[_Segment], sealed_to: int) -> bool:
    """Whether the segments follow one another from the first id to the horizon."""
    ends = [0, *(item.hi for item in segments)]
    return ends[-1] == sealed_to and all(item.lo == end + 1 for item, end in zip(segments, ends, strict=False))


class Engine:
    """DuckDB inside this process, used by all its threads. It holds no data of its own."""

    def __init__(self) -> None:
        spill = Path(settings.DATA) / "segments" / f"spill-{os.getpid()}"
        config: Settings = {
            "memory_limit": _MEMORY, "threads": _THREADS, "temp_directory": str(spill),
            "autoinstall_known_extensions": "false", "autoload_known_extensions": "false",
        }  # fmt: skip
        self._connection = duckdb.connect(":memory:", config=config)
        self._connection.execute("SET parquet_metadata_cache = true")
        self._connection.execute("SET python_enable_replacements = false")  # only tables are tables
        self._lock, self._asking = threading.Lock(), threading.Lock()
        self._attached: dict[str, str] = {}
        self._checked: dict[str, tuple[int, int, int]] = {}

    def ask(self, sql: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """All rows of a query. One at a time: two at once would share the memory that one may need."""
        with self._asking, self._connection.cursor() as cursor:
            return cursor.execute(sql, dict(values)).fetchall()

    def rest(self) -> None:
        """Give back the parts of files that are kept in memory. The system keeps the files, so that the next question
        takes no longer; sums are remembered, and it may not come for hours."""
        with self._asking:
            with suppress(duckdb.Error):  # what is in use stays
                self._connection.execute(f"SET memory_limit = '{_AT_REST}'")
            self._connection.execute(f"SET memory_limit = '{_MEMORY}'")

    def source(self, sealed: Sealed) -> str:
        """The sealed postings as a table in SQL. Unreadable where a file is not what was written."""
        for file, size, checksum in sealed.segments:
            self._check(file, size, checksum)
        parts = []
        if sealed.gathered_file:
            parts.append(f"SELECT * FROM {self._attach(sealed.gathered_file)}.{TABLE}")
        if sealed.segments:
            files = [str(path_of(file)) for file, _size, _checksum in sealed.segments]
            parts.append(f"SELECT * FROM read_parquet({literal(files)})")
        return f"({' UNION ALL BY NAME '.join(parts)})"

    def _check(self, file: str, size: int, checksum: str) -> None:
        """Read a file's checksum when it is first met, and when the file has been touched since."""
        try:
            found = path_of(file).stat()
        except OSError as error:
            raise Unreadable(f"segment {file} is missing") from error
        mark = (found.st_ino, found.st_size, found.st_mtime_ns)
        if self._checked.get(file) == mark:
            return
        if found.st_size != size or checksum_of(path_of(file)) != checksum:
            set_aside(file)
            raise Unreadable(f"segment {file} is damaged")
        self._checked[file] = mark

    def _attach(self, file: str) -> str:
        with self._lock:
            if file not in self._attached:
                name = f"gathered_{len(self._attached)}_{abs(hash(file))}"
                self._connection.execute(f"ATTACH {literal(str(path_of(file)))} AS {name} (READ_ONLY)")
                self._attached[file] = name
                self._detach_old()
            return self._attached[file]

    def _detach_old(self) -> None:
        for file in list(self._attached)[:-_KEPT_ATTACHED]:
            self._connection.execute(f"DETACH {self._attached.pop(file)}")


_engine: Engine | None = None
_engine_of: int = 0
_starting = threading.Lock()


def engine() -> Engine:
    """This process's engine, started when it is first needed: a fork must not share its parent's."""
    global _engine, _engine_of
    with _starting:
        if _engine is None or _engine_of != os.getpid():
            _engine, _engine_of = Engine(), os.getpid()
        return _engine


def rest_engine() -> None:
    """Let this process's engine rest, where it has one."""
    if _engine is not None and _engine_of == os.getpid():
        _engine.rest()


def reset_engine() -> None:
    """Begin anew with the next question."""
    global _engine
    with _starting:
        _engine = None
