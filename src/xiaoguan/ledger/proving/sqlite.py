"""The proof for SQLite: the books are written out range by range and read by DuckDB in another thread meanwhile."""

import csv
import secrets
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

import duckdb

from xiaoguan.journal.facts.base import Fact
from xiaoguan.ledger.models import Book
from xiaoguan.ledger.posting import PostingRules
from xiaoguan.ledger.proving.cells import Found, add
from xiaoguan.ledger.proving.compiling import COLUMNS, Dialect, cell, fields_read, postings, special
from xiaoguan.ledger.rows import Row
from xiaoguan.ledger.rules import Rule
from xiaoguan.ledger.segments.books import LEDGER, Contents
from xiaoguan.ledger.segments.files import exported, folder, literal, rows_in, workbench
from xiaoguan.ledger.segments.manifest import newest_id

Used = TypeVar("Used")

_DIALECT: Final = Dialect(
    moment="TIMESTAMP",
    wide="HUGEINT",
    divided="({} // {})",
    unit_of="s.units[{}::varchar]",
    hashed="hash({})",
)
_STAMP: Final = '{"open_from": "DATE", "new": "BOOLEAN", "units": "MAP(VARCHAR, BIGINT)"}'
_AT_ONCE: Final = 250_000
_PLAIN: Final = {name: name for name in COLUMNS}
_SUMMED: Final = "SELECT {cell} AS cell, count(*), sum({hash}) FROM {source} GROUP BY 1"
_POSTINGS: Final = replace(LEDGER, columns={name: LEDGER.columns[name] for name in COLUMNS})
_ENTRIES: Final = Contents(
    Book.JOURNAL,
    "journal_entry",
    {
        "id": "BIGINT", "kind": "SMALLINT", "version": "SMALLINT", "on_date": "DATE", "recorded_at": "TIMESTAMP",
        "known_at": "TIMESTAMP", "subject_key": "BIGINT", "reverses": "VARCHAR", "payload": "VARCHAR",
        "stamp": "VARCHAR",
    },
    ("id",),
    has_generations=False,
)  # fmt: skip


class Sqlite:
    """Sums in an engine that reads what SQLite gives out."""

    def ledger(self, generation: int) -> Found:
        total: Found = {}
        with workbench() as bench:
            for rows in _piped(_POSTINGS, generation, lambda source: bench.execute(_rows(source)).fetchall()):
                add(total, rows)
        return total

    def replayed(self, rules: PostingRules) -> tuple[Found, list[int]]:
        """The cells of what the rules say, and the ids of entries of which they do not say all."""
        total: Found = {}
        left: list[int] = []
        if rules:
            with workbench() as bench:
                for found, ids in _piped(_ENTRIES, 0, lambda source: _replayed(bench, rules, source)):
                    add(total, found)
                    left += ids
        return total, left

    def of_rows(self, rows: Sequence[Row]) -> Found:
        """The cells of rows that Python worked out."""
        path = folder() / f"replay-{secrets.token_hex(8)}.csv.part"
        total: Found = {}
        try:
            with path.open("w", newline="", encoding="utf-8") as file:
                write = csv.writer(file, lineterminator="\n").writerows
                write([_plain(getattr(row, name)) for name in COLUMNS] for row in rows)
            with workbench() as bench:
                add(total, bench.execute(_rows(rows_in(_POSTINGS, path))).fetchall())
        finally:
            path.unlink(missing_ok=True)
        return total


def _rows(source: str) -> str:
    return _SUMMED.format(cell=cell("account", "on_date"), hash=_DIALECT.hash(_PLAIN), source=source)


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).replace(tzinfo=None) if isinstance(value, datetime) else value


def _replayed(
    bench: duckdb.DuckDBPyConnection, rules: PostingRules, source: str
) -> tuple[list[tuple[Any, ...]], list[int]]:
    bench.execute(f"CREATE OR REPLACE TEMP TABLE entries AS SELECT *, {special(rules)} AS special FROM {source} AS e")
    present = {row[0] for row in bench.execute("SELECT DISTINCT kind FROM entries").fetchall()}
    found = []
    for fact, of_fact in rules.items():
        if fact.code in present:
            found += bench.execute(_replay(fact, of_fact)).fetchall()
    special_ids = bench.execute("SELECT id FROM entries WHERE special ORDER BY id").fetchall()
    return found, [row[0] for row in special_ids]


def _replay(fact: type[Fact], rules: Sequence[Rule]) -> str:
    cells, hashes = postings(_DIALECT, fact, rules)
    structure = ", ".join(f'"{name}": "{sort}"' for name, sort in fields_read(fact, rules).items())
    told = (
        f"(SELECT *, from_json(payload, '{{{structure}}}') AS p, from_json(stamp, {literal(_STAMP)}) AS s FROM entries "
        f"WHERE kind = {fact.code} AND NOT special) AS e"
    )
    posted = f"(SELECT unnest([{', '.join(cells)}]) AS cell, unnest([{', '.join(hashes)}]) AS hash FROM {told})"
    return _SUMMED.format(cell="cell", hash="hash", source=f"{posted} WHERE cell IS NOT NULL")


def _piped(contents: Contents, generation: int, use: Callable[[str], Used]) -> Iterator[Used]:
    """Write a book out range by range, while another thread uses the range before; what came of each, in order.

    The engine needs no interpreter while it works, and the snapshot belongs to this thread's connection.
    """
    waiting: Future[Used] | None = None
    last = ExitStack()
    with ThreadPoolExecutor(1) as reader:
        for lo in range(1, newest_id(contents) + 1, _AT_ONCE):
            with ExitStack() as files:
                text = files.enter_context(exported(contents, generation, lo, lo + _AT_ONCE - 1))
                if waiting is not None:
                    yield waiting.result()
                last.close()
                waiting = reader.submit(use, rows_in(contents, text))
                last = files.pop_all()
        if waiting is not None:
            yield waiting.result()
    last.close()
