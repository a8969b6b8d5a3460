"""Post entries to the ledger: rules, reversals, currency and closed periods turned into posting rows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db import connection

from xiaoguan.journal.facts.base import Fact
from xiaoguan.journal.facts.general import EntriesReversed
from xiaoguan.journal.facts.ledger import UnitsCorrected
from xiaoguan.journal.models import Entry
from xiaoguan.journal.reading import recorded
from xiaoguan.journal.recording import Happening, Recorded, Stamp
from xiaoguan.ledger.accounts import WHY, Nature, all_accounts, nature_of
from xiaoguan.ledger.closing import first_open_day, share_the_books
from xiaoguan.ledger.models import LedgerState, Posting
from xiaoguan.ledger.moving import note_corrections, unit_counted
from xiaoguan.ledger.rows import Reading, Row, open_day, rows_by_rules
from xiaoguan.ledger.rules import Rule
from xiaoguan.lib.bulk import insert_columns, insert_rows, writer

_TIMES = Row._fields.index("entry_id")
"""how many columns, all in front, are days and moments"""
PostingRules = Mapping[type[Fact], Sequence[Rule]]
_rules: dict[type[Fact], Sequence[Rule]] = {}
_readings: dict[type[Fact], list[Reading]] = {}


def configure_postings(tables: Iterable[PostingRules]) -> None:
    """Collect every module's posting rules. Called once by ``config`` at start-up."""
    _rules.clear()
    for table in tables:
        _rules.update(table)
    named = {rule.account for rules in _rules.values() for rule in rules}
    _readings.clear()
    if missing := named - {item.key for item in all_accounts()}:
        raise ValueError(f"posting rules name accounts that the chart lacks: {', '.join(sorted(missing))}")
    _readings.update({fact: [Reading(rule) for rule in rules] for fact, rules in _rules.items()})


def posting_rules() -> Mapping[type[Fact], Sequence[Rule]]:
    """Every module's posting rules, by fact."""
    return _rules


def current_generation() -> int:
    """The generation of postings that counts."""
    return LedgerState.objects.values_list("generation", flat=True).get(pk=1)


def stamp_open_from(happenings: Sequence[Happening]) -> list[Stamp]:
    """Stamp provider: the first day on which postings may still fall, where periods are closed."""
    share_the_books()
    open_from = first_open_day()
    part: Stamp = {"open_from": open_from.isoformat()} if open_from else {}
    return [part] * len(happenings)


def post(entries: Sequence[Recorded]) -> None:
    """Subscriber of the journal: append what the entries count for."""
    write_rows(rows_of(entries, current_generation()))
    note_corrections(entries)


def rows_of(entries: Sequence[Recorded], generation: int) -> list[Row]:
    """All rows of entries: what their facts post and the negation of what they take back. Reads only the journal."""
    known = {entry.id: entry for entry in entries}
    _complete(known, {target for entry in entries for target in _named(entry)})
    rows: list[Row] = []
    for entry in entries:
        own = own_rows(entry, generation)
        if isinstance(entry.fact, UnitsCorrected):
            own = _renumbered(_reattributed(entry, entry.fact, known, generation))
        if entry.reverses:
            for target in entry.reverses:
                own.extend(negated(_standing(known[target], known, generation, entry.stamp), entry))
            own = _renumbered(own)
        rows.extend(own)
    return rows


def _named(entry: Recorded) -> tuple[int, ...]:
    return entry.fact.entries if isinstance(entry.fact, UnitsCorrected) else entry.reverses


def _renumbered(rows: Iterable[Row]) -> list[Row]:
    return [row._replace(line=place) for place, row in enumerate(rows)]


def _reattributed(
    entry: Recorded, fact: UnitsCorrected, known: Mapping[int, Recorded], generation: int
) -> Iterator[Row]:
    """For each entry of a late move: its flows of this member out of the one unit and into the other."""
    for target, unit_from, unit_to in zip(fact.entries, fact.units_from, fact.units_to, strict=True):
        for row in own_rows(known[target], generation):
            if row.person_id == fact.member_id and nature_of(row.account) is Nature.FLOW:
                (out,) = negated([row._replace(unit_id=unit_from or None)], entry)
                yield out
                yield out._replace(
                    unit_id=unit_to or None,
                    quantity=row.quantity,
                    original_quantity=row.original_quantity,
                    units=row.units,
                )


def _standing(entry: Recorded, known: Mapping[int, Recorded], generation: int, stamp: Mapping[str, Any]) -> list[Row]:
    """What taking an entry back must negate: what its own fact counted for. A correction's own negation stays (the
    error it corrected must not come back); a mere reversal counted for nothing else, so taking it back restores."""
    if not isinstance(entry.fact, EntriesReversed):
        return [
            row._replace(unit_id=unit_counted(stamp, entry.id, row.person_id, row.unit_id))
            for row in own_rows(entry, generation)
        ]
    return [
        row for target in entry.reverses for row in negated(_standing(known[target], known, generation, stamp), entry)
    ]


def _complete(known: dict[int, Recorded], wanted: set[int]) -> None:
    """Load entries that are named as taken back, and what mere reversals among them took back in turn."""
    missing = sorted(wanted - known.keys())
    for start in range(0, len(missing), 500):
        for entry in Entry.objects.filter(id__in=missing[start : start + 500]):
            known[entry.id] = recorded(entry)
    further = {
        target
        for entry_id in wanted
        if isinstance(known[entry_id].fact, EntriesReversed)
        for target in known[entry_id].reverses
    }
    if further - known.keys():
        _complete(known, further)


def own_rows(entry: Recorded, generation: int) -> list[Row]:
    """The rows that the entry's own fact posts (reversals excluded). Pure: fact and stamp only."""
    readings = _readings.get(type(entry.fact))
    return rows_by_rules(readings, entry, generation) if readings else []


def negated(rows: Iterable[Row], entry: Recorded) -> list[Row]:
    """The rows that take others back: same day and reason where the period is open, else the first open day."""
    result = []
    for row in rows:
        day = open_day(row.on_date, entry.stamp)
        result.append(row._replace(
            on_date=day,
            why=row.why if day == row.on_date else WHY["mistake"],
            recorded_at=entry.recorded_at,
            known_at=entry.known_at,
            entry_id=entry.id,
            quantity=-row.quantity,
            original_quantity=None if row.original_quantity is None else -row.original_quantity,
            units=-row.units,
        ))  # fmt: skip
    return result


def stored_rows(entry_ids: Sequence[int], generation: int) -> dict[int, list[Row]]:
    """Stored postings of some entries in a generation, by entry, in the order of their lines."""
    result: dict[int, list[Row]] = {}
    for start in range(0, len(entry_ids), 500):
        part = entry_ids[start : start + 500]
        found = Posting.objects.filter(generation=generation, entry_id__in=part).order_by("entry_id", "line")
        for values in found.values_list(*Row._fields):
            row = Row(*values)
            result.setdefault(row.entry_id, []).append(row)
    return result


def write_rows(rows: Sequence[Row]) -> None:
    """Append rows to the ledger."""
    if connection.vendor != "sqlite" or not rows:
        insert_rows(Posting, Row._fields, rows, ids=False)
        return
    columns: list[Sequence[Any]] = list(zip(*rows, strict=True))
    columns[:_TIMES] = [list(map(writer(connection), column)) for column in columns[:_TIMES]]
    insert_columns(Posting, Row._fields, columns, ids=False)
