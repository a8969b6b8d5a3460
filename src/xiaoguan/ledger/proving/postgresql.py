"""The proof inside PostgreSQL: one pass over each book, by as many processes as it likes to use."""

from collections.abc import Sequence
from typing import Any, Final

from django.db import connection

from xiaoguan.ledger.posting import PostingRules
from xiaoguan.ledger.proving.cells import Found, add
from xiaoguan.ledger.proving.compiling import COLUMNS, Dialect, cell, codes, fields_read, postings, special
from xiaoguan.ledger.rows import Row
from xiaoguan.ledger.segments.books import LEDGER, MOMENT

_DIALECT: Final = Dialect(
    moment="timestamptz",
    wide="numeric",
    divided="div({}, {})",
    unit_of="(s.units ->> {}::text)::bigint",
    hashed="hash_record_extended(ROW({}), 0)",
)
_PLAIN: Final = {name: name for name in COLUMNS}
_SUMMED: Final = "SELECT {cell}, count(*), sum({hash}) FROM {source} GROUP BY 1"


class PostgreSQL:
    """Reads the books where they are."""

    def ledger(self, generation: int) -> Found:
        return _found(_rows(f"(SELECT * FROM ledger_posting WHERE generation = {int(generation)}) AS rows"))

    def replayed(self, rules: PostingRules) -> tuple[Found, list[int]]:
        """The cells of what the rules say, and the ids of entries of which they do not say all."""
        if not rules:
            return {}, []
        return _found(_replay(rules)), _ids(f"SELECT id FROM journal_entry AS e WHERE {special(rules)} ORDER BY id")

    def of_rows(self, rows: Sequence[Row]) -> Found:
        """The cells of rows that Python worked out."""
        columns = [[getattr(row, name) for row in rows] for name in COLUMNS]
        arrays = ", ".join(f"%s::{_array(name)}" for name in COLUMNS)
        return _found(_rows(f"unnest({arrays}) AS rows({', '.join(COLUMNS)})"), columns)


def _rows(source: str) -> str:
    return _SUMMED.format(cell=cell("account", "on_date"), hash=_DIALECT.hash(_PLAIN), source=source)


def _array(name: str) -> str:
    sort = LEDGER.columns[name]
    return ("timestamptz" if sort == MOMENT else sort) + "[]"


def _replay(rules: PostingRules) -> str:
    """One reading of the journal: each entry's payload is taken apart once, whatever its fact posts."""
    cells, hashes = [], []
    for fact, of_fact in rules.items():
        found = postings(_DIALECT, fact, of_fact)
        cells.append(f"WHEN {fact.code} THEN ARRAY[{', '.join(found[0])}]")
        hashes.append(f"WHEN {fact.code} THEN ARRAY[{', '.join(found[1])}]")
    source = (
        f"journal_entry AS e CROSS JOIN LATERAL json_to_record(e.payload) AS p({_payload(rules)}) "
        "CROSS JOIN LATERAL json_to_record(e.stamp) AS s(open_from date, new boolean, units json) "
        f"CROSS JOIN LATERAL unnest(CASE e.kind {' '.join(cells)} END, CASE e.kind {' '.join(hashes)} END) "
        "AS r(cell, hash) "
        f"WHERE e.kind IN ({codes(rules)}) AND NOT {special(rules)} AND r.cell IS NOT NULL"
    )
    return _SUMMED.format(cell="r.cell", hash="r.hash", source=source)


def _payload(rules: PostingRules) -> str:
    """The fields of all facts as one record: a name means the same in each."""
    fields: dict[str, str] = {}
    for fact, of_fact in rules.items():
        for name, sort in fields_read(fact, of_fact).items():
            if fields.setdefault(name, sort) != sort:
                raise ValueError(f"{fact.__name__}.{name} is of another type than in other facts")
    return ", ".join(f"{name} {sort}" for name, sort in fields.items())


def _found(sql: str, parameters: Sequence[Any] | None = None) -> Found:
    total: Found = {}
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        add(total, cursor.fetchall())
    return total


def _ids(sql: str) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [row[0] for row in cursor.fetchall()]
