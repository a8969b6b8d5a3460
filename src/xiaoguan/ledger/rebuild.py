"""Rebuild the ledger from the journal: a new generation beside the old one, compared, swapped, the old one removed."""

from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Sum
from django.utils import timezone

from xiaoguan.ledger.closing import take_the_books
from xiaoguan.ledger.models import LedgerState, Posting
from xiaoguan.ledger.posting import current_generation, write_rows
from xiaoguan.ledger.replay import replay
from xiaoguan.ledger.segments.books import LEDGER
from xiaoguan.ledger.segments.manifest import end_generations_before
from xiaoguan.lib.append_only import past_triggers


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """What a rebuild wrote, and the accounts whose totals differ from before (code, before, after)."""

    generation: int
    postings: int
    changed_accounts: tuple[tuple[int, tuple[int, int], tuple[int, int]], ...]


def rebuild() -> Rebuilt:
    """Write the next generation of postings and make it the one that counts, in one transaction."""
    with transaction.atomic():
        take_the_books()
        old = current_generation()
        new = old + 1
        written = 0
        for _entry_ids, rows in replay(new):
            write_rows(rows)
            written += len(rows)
        before, after = _totals(old), _totals(new)
        LedgerState.objects.filter(pk=1).update(generation=new)
        end_generations_before(LEDGER, new, timezone.now())
        with past_triggers(connection, ["ledger_posting"]):
            Posting.objects.filter(generation=old)._raw_delete(using="default")
    nothing = (0, 0)
    changed = tuple(
        (code, before.get(code, nothing), after.get(code, nothing))
        for code in sorted(before.keys() | after.keys())
        if before.get(code, nothing) != after.get(code, nothing)
    )
    return Rebuilt(generation=new, postings=written, changed_accounts=changed)


def _totals(generation: int) -> dict[int, tuple[int, int]]:
    rows = Posting.objects.filter(generation=generation).values("account").order_by("account")
    return {
        row["account"]: (row["quantity"], row["how_many"])
        for row in rows.annotate(quantity=Sum("quantity"), how_many=Sum("units"))
    }
