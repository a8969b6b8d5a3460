"""Compare a replay of the journal with the ledger by fingerprints: count and sum of hashes by account and day."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from django.db import connection

from xiaoguan.journal.models import Entry
from xiaoguan.journal.reading import recorded
from xiaoguan.ledger.posting import posting_rules, rows_of
from xiaoguan.ledger.proving.cells import add, differing
from xiaoguan.ledger.proving.compiling import account_and_day
from xiaoguan.ledger.proving.postgresql import PostgreSQL
from xiaoguan.ledger.proving.sqlite import Sqlite
from xiaoguan.ledger.rows import Row

_AT_ONCE: Final = 2_000


def differing_cells(generation: int) -> list[tuple[int, date]]:
    """(account, day) in which replay and ledger do not have the same rows; nothing where they agree."""
    engine = PostgreSQL() if connection.vendor == "postgresql" else Sqlite()
    replayed, left = engine.replayed(posting_rules())
    for start in range(0, len(left), _AT_ONCE):
        rows = _rows(left[start : start + _AT_ONCE], generation)
        add(replayed, ((number, *sums) for number, sums in engine.of_rows(rows).items()))
    return [account_and_day(number) for number in differing(replayed, engine.ledger(generation))]


def _rows(entry_ids: Sequence[int], generation: int) -> list[Row]:
    """What entries post of which the rules do not say all."""
    found = Entry.objects.filter(id__in=entry_ids).order_by("id")
    return rows_of([recorded(entry) for entry in found], generation)
