"""The entries that tell a deal's story and still stand: not reversed, oldest first."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from xiaoguan.journal.facts.base import FACTS
from xiaoguan.journal.facts.deals import Position
from xiaoguan.journal.kinds import DEAL, object_key, split_key
from xiaoguan.journal.models import Entry, Reversal
from xiaoguan.journal.reading import recorded
from xiaoguan.journal.recording import Happening, Recorded
from xiaoguan.lib.prepared import Prepared


def _of(keys: Any, codes: Any) -> QuerySet[Entry]:
    gone = Reversal.objects.filter(reversed_id__in=Entry.objects.filter(subject_key__in=keys).values("id"))
    return Entry.objects.filter(subject_key__in=keys, kind__in=codes).exclude(id__in=gone.values("reversed_id"))


_standing = Prepared(_of)


def live_entries(deal_ids: Iterable[int]) -> dict[int, list[Recorded]]:
    """For each deal its standing entries that post, in the order of their story: by day, then as recorded.

    A correction stands where the entry stood that it replaces.
    """
    ids = list(deal_ids)
    result: dict[int, list[Recorded]] = {deal_id: [] for deal_id in ids}
    codes = [code for code, kind in FACTS.items() if issubclass(kind, Position)]
    for start in range(0, len(ids), 500):
        keys = [object_key(DEAL, deal_id) for deal_id in ids[start : start + 500]]
        for entry in sorted(_standing(keys, codes), key=_place):
            result[split_key(entry.subject_key)[1]].append(recorded(entry))
    return result


def _place(entry: Entry) -> tuple[int, int]:
    # A correction names the one entry that it replaces; its place in the story is that entry's.
    first = entry.reverses[0] if entry.reverses else entry.id
    return first, entry.id


def tell_again(entry: Recorded, fact: Position) -> Happening:
    """The same happening as it should have been told: reverses the entry, keeps its day, marked as a guess no more."""
    return Happening(fact=fact, on=entry.on_date, reverses=(entry.id,))
