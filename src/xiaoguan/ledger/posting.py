"""Post entries to the ledger: rules, reversals, currency and closed periods turned into posting rows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import connection
from django.utils.translation import gettext as _

from xiaoguan.journal.facts.base import Fact
from xiaoguan.journal.facts.general import EntriesReversed
from xiaoguan.journal.facts.ledger import UnitsCorrected
from xiaoguan.journal.models import Entry
from xiaoguan.journal.reading import recorded
from xiaoguan.journal.recording import Happening, Recorded, Stamp
from xiaoguan.ledger.accounts import WHY, Nature, Unit, account, all_accounts, nature_of
from xiaoguan.ledger.closing import first_open_day, share_the_books
from xiaoguan.ledger.models import LedgerState, Posting
from xiaoguan.ledger.moving import note_corrections, unit_counted
from xiaoguan.ledger.rules import Rule, lines
from xiaoguan.lib.bulk import insert_rows, writer
from xiaoguan.lib.lines import Line
from xiaoguan.lib.money import MAX_AMOUNT, RATE_SCALE, SCALE
from xiaoguan.lib.refusal import Refusal

_NOBODY: Mapping[str, int] = {}
PostingRules = Mapping[type[Fact], Sequence[Rule]]
_rules: dict[type[Fact], Sequence[Rule]] = {}


def configure_postings(tables: Iterable[PostingRules]) -> None:
    """Collect every module's posting rules. Called once by ``config`` at start-up."""
    _rules.clear()
    for table in tables:
        _rules.update(table)
    named = {rule.account for rules in _rules.values() for rule in rules}
    if missing := named - {item.key for item in all_accounts()}:
        raise ValueError(f"posting rules name accounts that the chart lacks: {', '.join(sorted(missing))}")


def posting_rules() -> Mapping[type[Fact], Sequence[Rule]]:
    """Every module's posting rules, by fact."""
    return _rules


class Row(NamedTuple):
    """A posting as it is stored, without id: the unit in which replay and ledger are compared."""

    on_date: date
    due_on: date | None
    recorded_at: datetime
    known_at: datetime
    entry_id: int
    quantity: int
    original_quantity: int | None
    rate: int | None
    person_id: int | None
    unit_id: int | None
    customer_id: int | None
    object_key: int | None
    product_id: int | None
    product_line_id: int | None
    source_id: int | None
    stage_id: int | None
    generation: int
    line: int
    account: int
    units: int
    why: int | None
    tax: int | None
    is_new: bool | None
    currency: str | None


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
    rules = _rules.get(type(entry.fact))
    if not rules:
        return []
    built = lines(rules, entry.fact, entry.stamp)
    return [_row(entry, line, number, generation) for number, line in enumerate(built)]


def negated(rows: Iterable[Row], entry: Recorded) -> list[Row]:
    """The rows that take others back: same day and reason where the period is open, else the first open day."""
    result = []
    for row in rows:
        day = _open_day(row.on_date, entry.stamp)
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


def _row(entry: Recorded, line: Line, number: int, generation: int) -> Row:
    kind = account(line.account)
    is_money = kind.unit is Unit.MONEY
    rate = line.rate if is_money else None
    # By position: this runs for every line of every import.
    return Row(
        _open_day(line.on_date or entry.on_date, entry.stamp),
        line.due_on,
        entry.recorded_at,
        entry.known_at,
        entry.id,
        converted(line.quantity, rate),
        line.quantity if is_money else None,
        rate,
        line.person_id,
        entry.stamp.get("units", _NOBODY).get(str(line.person_id)) if line.person_id else None,
        line.customer_id,
        line.object_key,
        line.product_id,
        line.product_line_id,
        line.source_id,
        line.stage_id,
        generation,
        number,
        kind.code,
        line.units,
        WHY[line.why] if line.why else None,
        line.tax if is_money else None,
        line.is_new,
        line.currency if is_money else None,
    )


def converted(quantity: int, rate: int | None) -> int:
    """A quantity in company currency: times the rate in 1/10^8, rounded half up away from zero, once. Refusal where
    it becomes larger than any amount that can be kept."""
    if rate is None or rate == RATE_SCALE:
        return quantity
    product = abs(quantity) * rate
    rounded = (product + RATE_SCALE // 2) // RATE_SCALE
    if rounded > MAX_AMOUNT * SCALE:
        sentence = _("In the currency of the books this amount is too large to be kept. Check the amount and the rate.")
        raise Refusal(sentence, field="amount", code="too_large")
    return -rounded if quantity < 0 else rounded


def _open_day(day: date, stamp: Mapping[str, Any]) -> date:
    open_from = stamp.get("open_from")
    return max(day, date.fromisoformat(open_from)) if open_from else day


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
    stored: Sequence[Sequence[Any]] = rows
    if connection.vendor == "sqlite":
        moment = writer(connection)
        stored = [(moment(row[0]), moment(row[1]), moment(row[2]), moment(row[3]), *row[4:]) for row in rows]
    insert_rows(Posting, Row._fields, stored, ids=False)
