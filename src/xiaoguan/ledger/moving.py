"""A move of a member that is entered late: flows of the days between are attributed to where the person was.

The entries keep the stamp of their day of recording; a fact of its own posts opposite and new rows, so that "as known
then" still shows the old attribution. Balances need nothing: they look the unit up.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from xiaoguan.journal.facts.general import EntriesReversed
from xiaoguan.journal.facts.ledger import UnitsCorrected
from xiaoguan.journal.facts.org import MemberAssigned
from xiaoguan.journal.models import Entry, Reversal
from xiaoguan.journal.recording import Happening, Recorded, Stamp, record
from xiaoguan.ledger.accounts import Nature, all_accounts
from xiaoguan.ledger.models import LedgerState, Posting, UnitCorrection
from xiaoguan.lib.bulk import insert_rows
from xiaoguan.lib.days import company_day
from xiaoguan.org.tree import UnitTree

_AT_ONCE: Final = 1_000
_NO_UNIT: Final = 0


def correct_units(entries: Sequence[Recorded]) -> None:
    """Reaction to members' moves, in the same transaction: correct what was counted since a day that is over."""
    late = [entry for entry in entries if entry.on_date < company_day(entry.recorded_at)]
    if not late:
        return
    moved = {entry.fact.member_id: entry for entry in late if isinstance(entry.fact, MemberAssigned)}
    since = min(entry.on_date for entry in late)
    first = late[0]
    happenings = [Happening(fact=fact, on=moved[fact.member_id].on_date) for fact in _corrections(moved.keys(), since)]
    record(happenings, by=first.actor_id, at=first.recorded_at, origin=first.origin, batch_id=first.batch_id)


def _corrections(member_ids: Iterable[int], since: date) -> Iterator[UnitsCorrected]:
    tree = UnitTree.load()
    wrong: dict[int, list[tuple[int, int, int]]] = {}
    for person_id, entry_id, day, unit_id in _counted(member_ids, since):
        right = tree.unit_of(person_id, day)
        if right != unit_id:
            wrong.setdefault(person_id, []).append((entry_id, unit_id or _NO_UNIT, right or _NO_UNIT))
    for person_id, found in sorted(wrong.items()):
        for start in range(0, len(found), _AT_ONCE):
            ids, before, after = zip(*found[start : start + _AT_ONCE], strict=True)
            yield UnitsCorrected(member_id=person_id, entries=ids, units_from=before, units_to=after)


def _counted(member_ids: Iterable[int], since: date) -> list[tuple[int, int, date, int | None]]:
    """(person, entry, its day, unit it counts for now) of the standing entries that posted flows of these members."""
    flows = [account.code for account in all_accounts() if account.nature is Nature.FLOW]
    generation = LedgerState.objects.get(pk=1).generation
    rows = Posting.objects.filter(
        generation=generation, account__in=flows, person_id__in=list(member_ids), on_date__gte=since
    )
    pairs = sorted({(person, entry) for person, entry in rows.values_list("person_id", "entry_id") if person})
    found: list[tuple[int, int, date, int | None]] = []
    for start in range(0, len(pairs), 500):
        found.extend(_standing(pairs[start : start + 500]))
    return found


def _standing(pairs: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int, date, int | None]]:
    ids = {entry_id for _person, entry_id in pairs}
    gone = set(Reversal.objects.filter(reversed_id__in=ids).values_list("reversed_id", flat=True))
    mere = (EntriesReversed.code, UnitsCorrected.code)
    entries = Entry.objects.filter(id__in=ids - gone).exclude(kind__in=mere).in_bulk()
    corrected = corrected_units(entries)
    for person_id, entry_id in pairs:
        if entry := entries.get(entry_id):
            stamped = entry.stamp.get("units", {}).get(str(person_id))
            yield person_id, entry_id, entry.on_date, corrected.get((entry_id, person_id), stamped)


def corrected_units(entry_ids: Iterable[int]) -> dict[tuple[int, int], int | None]:
    """The unit that (entry, person) counts for since its last correction; only those that were corrected."""
    rows = UnitCorrection.objects.filter(target_id__in=list(entry_ids)).order_by("id")
    return {(target, person): unit for target, person, unit in rows.values_list("target_id", "person_id", "unit_id")}


def note_corrections(entries: Sequence[Recorded]) -> None:
    """Keep the index of corrected units, for the stamp of whatever takes one of these entries back later."""
    rows = [
        (entry.id, target, entry.fact.member_id, unit or None)
        for entry in entries
        if isinstance(entry.fact, UnitsCorrected)
        for target, unit in zip(entry.fact.entries, entry.fact.units_to, strict=True)
    ]
    insert_rows(UnitCorrection, ("entry_id", "target_id", "person_id", "unit_id"), rows)


def stamp_corrected(happenings: Sequence[Happening]) -> list[Stamp]:
    """Stamp provider: which units the entries that are taken back count for, where that was corrected since."""
    targets = {target for happening in happenings for target in happening.reverses}
    if not targets:
        return [{}] * len(happenings)
    corrected = corrected_units(targets | _taken_back_by(targets))
    if not corrected:
        return [{}] * len(happenings)
    told: dict[str, dict[str, int | None]] = {}
    for (target, person), unit in corrected.items():
        told.setdefault(str(target), {})[str(person)] = unit
    return [{"corrected": told} if happening.reverses else {} for happening in happenings]


def _taken_back_by(entry_ids: set[int]) -> set[int]:
    return set(Reversal.objects.filter(entry_id__in=entry_ids).values_list("reversed_id", flat=True))


def unit_counted(stamp: Mapping[str, object], target: int, person: int | None, stamped: int | None) -> int | None:
    """The unit that a row of ``target`` counts for, as the stamp of the entry that takes it back says."""
    told: Mapping[str, Mapping[str, int | None]] = stamp.get("corrected", {})  # type: ignore[assignment]  # JSON
    return told.get(str(target), {}).get(str(person), stamped)
