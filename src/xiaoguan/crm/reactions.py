"""What this module does when something happens to deals."""

from collections.abc import Sequence
from typing import Final

from xiaoguan.crm.actions import note_first_wins, recount_first_wins
from xiaoguan.journal.facts.base import Fact
from xiaoguan.journal.facts.deals import DealWon, WonDealReopened
from xiaoguan.journal.facts.general import EntriesReversed
from xiaoguan.journal.models import Entry
from xiaoguan.journal.recording import Recorded

FIRST_WIN_FACTS: Final[tuple[type[Fact], ...]] = (DealWon, WonDealReopened, EntriesReversed)


def set_first_wins(entries: Sequence[Recorded]) -> None:
    """Keep ``first_won_on`` true, in the transaction of the win, its correction or its taking back: the stamp of the
    next win reads it. Cheap for plain wins; what takes something back reads the journal again."""
    plain: dict[int, Recorded] = {}
    again: set[int] = set()
    for entry in entries:
        customer = entry.fact.customer_of()
        if customer is None:
            continue
        if not isinstance(entry.fact, DealWon) or entry.reverses:
            again.add(customer)
        elif customer not in plain or entry.on_date < plain[customer].on_date:
            plain[customer] = entry
    again |= _customers_of_reversed(entries)
    if again:
        recount_first_wins(again)
    days = {customer: entry.on_date for customer, entry in plain.items() if customer not in again}
    if days:
        note_first_wins(days)


def set_first_win(entry: Recorded) -> None:
    """The same for one entry."""
    set_first_wins([entry])


def _customers_of_reversed(entries: Sequence[Recorded]) -> set[int]:
    """Customers whose wins were taken back, also where the correction names another customer."""
    targets = [target for entry in entries for target in entry.reverses]
    if not targets:
        return set()
    kinds = (DealWon.code, WonDealReopened.code)
    found = Entry.objects.filter(id__in=targets, kind__in=kinds, customer_id__isnull=False)
    return {pk for pk in found.values_list("customer_id", flat=True) if pk is not None}
