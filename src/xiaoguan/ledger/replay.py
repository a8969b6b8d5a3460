"""Replay: what the journal says the ledger must contain, entry by entry, from facts and stored stamps alone."""

from collections.abc import Iterator, Sequence

from xiaoguan.journal.models import Entry
from xiaoguan.journal.reading import recorded
from xiaoguan.journal.recording import Recorded
from xiaoguan.ledger.posting import Row, negated, own_rows

_CHUNK = 2_000


def replay(generation: int) -> Iterator[tuple[list[int], list[Row]]]:
    """Chunks of (entry ids, their rows) in the order of the journal. Reads nothing but the journal."""
    last = 0
    while True:
        entries = [recorded(entry) for entry in Entry.objects.filter(id__gt=last).order_by("id")[:_CHUNK]]
        if not entries:
            return
        last = entries[-1].id
        yield [entry.id for entry in entries], _rows_of_chunk(entries, generation)


def _rows_of_chunk(entries: Sequence[Recorded], generation: int) -> list[Row]:
    missing = {target for entry in entries for target in entry.reverses} - {entry.id for entry in entries}
    known = {entry.id: entry for entry in entries} | _load(missing)
    return [row for entry in entries for row in rows_of(entry, known, generation)]


def rows_of(entry: Recorded, known: dict[int, Recorded], generation: int) -> list[Row]:
    """All rows of an entry: its own and the negation of what it takes back (which may itself take something back)."""
    rows = own_rows(entry, generation)
    for target_id in entry.reverses:
        target = known.get(target_id) or _load({target_id})[target_id]
        rows.extend(negated(rows_of(target, known, generation), entry, start=len(rows)))
    return [row._replace(line=place) if row.line != place else row for place, row in enumerate(rows)]


def _load(ids: set[int]) -> dict[int, Recorded]:
    result: dict[int, Recorded] = {}
    wanted = sorted(ids)
    for start in range(0, len(wanted), 500):
        for entry in Entry.objects.filter(id__in=wanted[start : start + 500]):
            result[entry.id] = recorded(entry)
    return result
