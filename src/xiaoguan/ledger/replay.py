"""Replay: what the journal says the ledger must contain, entry by entry, from facts and stored stamps alone."""

from collections.abc import Iterator

from xiaoguan.journal.models import Entry
from xiaoguan.journal.reading import recorded
from xiaoguan.ledger.posting import rows_of
from xiaoguan.ledger.rows import Row

_CHUNK = 2_000


def replay(generation: int) -> Iterator[tuple[list[int], list[Row]]]:
    """Chunks of (entry ids, their rows) in the order of the journal. Reads nothing but the journal."""
    last = 0
    while True:
        entries = [recorded(entry) for entry in Entry.objects.filter(id__gt=last).order_by("id")[:_CHUNK]]
        if not entries:
            return
        last = entries[-1].id
        yield [entry.id for entry in entries], rows_of(entries, generation)
