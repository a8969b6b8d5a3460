"""Prove that the books are right: the ledger equals a replay of the journal, and the tables equal the books.

Modules hand their table checks over through ``config.checks``; each returns the differences it found.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice

from django.db import connection
from django.db.models import Sum

from xiaoguan.journal.models import Entry
from xiaoguan.ledger.accounts import all_accounts
from xiaoguan.ledger.models import Posting
from xiaoguan.ledger.posting import current_generation, stored_rows
from xiaoguan.ledger.proving.proof import differing_cells
from xiaoguan.ledger.replay import replay
from xiaoguan.ledger.rows import Row
from xiaoguan.lib.append_only import missing_triggers
from xiaoguan.lib.snapshot import one_snapshot

_LISTED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Something that does not agree: which check, about what, what was expected and what was found."""

    check: str
    about: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Outcome of a reconciliation: how many entries and postings were compared and every difference found."""

    entries: int
    postings: int
    checks: tuple[str, ...]
    differences: tuple[Difference, ...]

    @property
    def clean(self) -> bool:
        return not self.differences


Totals = Mapping[str, tuple[int, int]]
Check = Callable[[Totals], Iterable[Difference]]
_checks: dict[str, Check] = {}


def configure_checks(checks: dict[str, Check]) -> None:
    """Set the table checks of the modules, by name."""
    _checks.clear()
    _checks.update(checks)


def reconcile() -> Report:
    """Compare journal, ledger and tables, all as they are at one moment: people go on working."""
    with one_snapshot():
        return _reconciled()


def _reconciled() -> Report:
    differences = [
        Difference(check="triggers", about=name, expected="present", found="missing")
        for name in missing_triggers(connection)
    ]
    differences.extend(_ledger_against_replay())
    totals = account_totals()
    for check in _checks.values():
        # The rest would say the same.
        differences.extend(islice(check(totals), _LISTED))
    return Report(
        entries=Entry.objects.count(),
        postings=Posting.objects.filter(generation=current_generation()).count(),
        checks=("triggers", "replay", *_checks),
        differences=tuple(differences),
    )


def account_totals() -> Totals:
    """(quantity, units) of every account over all time, for checks of tables against the books."""
    rows = Posting.objects.filter(generation=current_generation()).values("account").order_by("account")
    totals = {row["account"]: (row["q"], row["u"]) for row in rows.annotate(q=Sum("quantity"), u=Sum("units"))}
    return {account.key: totals[account.code] for account in all_accounts() if account.code in totals}


def _ledger_against_replay() -> list[Difference]:
    """Fingerprints of all that was posted first; only where these differ, row by row."""
    generation = current_generation()
    if not differing_cells(generation):
        return []
    differences: list[Difference] = []
    compared = 0
    for entry_ids, expected in replay(generation):
        stored = [row for rows in stored_rows(entry_ids, generation).values() for row in rows]
        compared += len(stored)
        if _sorted(expected) != _sorted(stored):
            differences.extend(_named(expected, stored))
    total = Posting.objects.filter(generation=generation).count()
    if total != compared:
        differences.append(
            Difference(check="replay", about="postings without entry", expected="0", found=str(total - compared))
        )
    return differences[:_LISTED]


def _sorted(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (row.entry_id, row.line))


def _named(expected: list[Row], stored: list[Row]) -> Iterable[Difference]:
    want = {(row.entry_id, row.line): row for row in expected}
    have = {(row.entry_id, row.line): row for row in stored}
    for key in sorted(want.keys() | have.keys()):
        if want.get(key) != have.get(key):
            about = f"entry {key[0]}, line {key[1]}"
            yield Difference(check="replay", about=about, expected=str(want.get(key)), found=str(have.get(key)))
