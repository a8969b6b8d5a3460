"""Compare a replay of the journal with the ledger by fingerprints: count and sum of hashes by account and month."""

import csv
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import duckdb

from xiaoguan.journal.facts.ledger import UnitsCorrected
from xiaoguan.journal.models import Entry
from xiaoguan.journal.reading import recorded
from xiaoguan.ledger.models import Book
from xiaoguan.ledger.posting import Row, posting_rules, rows_of
from xiaoguan.ledger.proving.compiling import COLUMNS, rows_of_kind
from xiaoguan.ledger.segments.books import LEDGER, Contents
from xiaoguan.ledger.segments.files import exported, folder, literal, rows_in, workbench
from xiaoguan.ledger.segments.manifest import newest_id

_AT_ONCE: Final = 500_000
_PYTHON_AT_ONCE: Final = 2_000
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
_POSTINGS: Final = replace(LEDGER, columns={name: LEDGER.columns[name] for name in ("id", *COLUMNS)})
_CELLS: Final = (
    "INSERT INTO cells SELECT '{side}', account, date_trunc('month', on_date), count(*), "
    f"sum(hash({', '.join(COLUMNS)})::HUGEINT) FROM {{source}} GROUP BY ALL"
)


def differing_cells(generation: int) -> list[tuple[int, str]]:
    """(account, month) in which replay and ledger do not have the same rows; nothing where they agree."""
    with workbench() as bench:
        bench.execute("CREATE TABLE cells (side VARCHAR, account SMALLINT, month DATE, rows HUGEINT, hashes HUGEINT)")
        for lo, hi in _ranges(newest_id(_ENTRIES)):
            _replay(bench, lo, hi, generation)
        for lo, hi in _ranges(newest_id(LEDGER)):
            with exported(_POSTINGS, generation, lo, hi) as text:
                bench.execute(_CELLS.format(side="ledger", source=rows_in(_POSTINGS, text)))
        return bench.execute(
            """
            SELECT account, month::VARCHAR FROM (
                SELECT account, month,
                    sum(CASE WHEN side = 'ledger' THEN rows ELSE -rows END) AS rows,
                    sum(CASE WHEN side = 'ledger' THEN hashes ELSE -hashes END) AS hashes
                FROM cells GROUP BY account, month
            ) WHERE rows <> 0 OR hashes <> 0 ORDER BY ALL
            """
        ).fetchall()


def _ranges(last: int) -> Iterator[tuple[int, int]]:
    for lo in range(1, last + 1, _AT_ONCE):
        yield lo, lo + _AT_ONCE - 1


def _replay(bench: duckdb.DuckDBPyConnection, lo: int, hi: int, generation: int) -> None:
    """The cells of what some entries post: the rules' share in SQL, the rest in Python."""
    rules = posting_rules()
    with exported(_ENTRIES, 0, lo, hi) as text:
        bench.execute(f"CREATE OR REPLACE TEMP TABLE entries AS SELECT * FROM {rows_in(_ENTRIES, text)}")
    versions = ", ".join(f"({fact.code}, {fact.version})" for fact in rules) or "(NULL, NULL)"
    is_special = (
        f"(reverses IS NOT NULL OR kind = {UnitsCorrected.code} OR (kind IN ({_codes(rules)}) "
        f"AND (kind, version) NOT IN ({versions})))"
    )
    bench.execute(f"CREATE OR REPLACE TEMP TABLE plain AS SELECT * FROM entries WHERE NOT {is_special}")
    for fact, of_fact in rules.items():
        source = f"({rows_of_kind(fact, of_fact, 'plain')})"
        bench.execute(_CELLS.format(side="replay", source=source))
    special = [row[0] for row in bench.execute(f"SELECT id FROM entries WHERE {is_special} ORDER BY id").fetchall()]
    for start in range(0, len(special), _PYTHON_AT_ONCE):
        found = Entry.objects.filter(id__in=special[start : start + _PYTHON_AT_ONCE]).order_by("id")
        with _written(rows_of([recorded(entry) for entry in found], generation)) as source:
            bench.execute(_CELLS.format(side="replay", source=source))


def _codes(rules: Any) -> str:
    return ", ".join(str(fact.code) for fact in rules) or "NULL"


@contextmanager
def _written(rows: Sequence[Row]) -> Iterator[str]:
    """Rows that Python worked out, as DuckDB reads them."""
    path: Path = folder() / f"replay-{secrets.token_hex(8)}.csv.part"
    columns = {name: LEDGER.columns[name] for name in COLUMNS}
    types = ", ".join(f"{literal(name)}: {literal(sort)}" for name, sort in columns.items())
    try:
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([_plain(getattr(row, name)) for name in COLUMNS] for row in rows)
        yield f"read_csv({literal(str(path))}, header = false, quote = '\"', nullstr = '', columns = {{{types}}})"
    finally:
        path.unlink(missing_ok=True)


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).replace(tzinfo=None) if isinstance(value, datetime) else value
