"""The money bar of a deal: what stands, what it weighs, how it changed, and how it ended."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import ngettext

from xiaoguan.deals import rules
from xiaoguan.deals.models import Deal
from xiaoguan.deals.queries.pace import StagePace, cycle_pace, twelve_months_before
from xiaoguan.deals.queries.way import people_in_words
from xiaoguan.journal.facts import deals as facts
from xiaoguan.journal.recording import Recorded
from xiaoguan.ledger.measures.language import measure
from xiaoguan.ui import format as write
from xiaoguan.ui.parts import Definition


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyBar:
    """``first`` is the amount when the deal was opened, ``changes`` how often it changed since, ``moved`` by how much;
    None where it is not known. ``cycle_days`` of a closed deal; ``cycle`` of won deals like it."""

    amount: Decimal | None
    weighted: Decimal | None
    probability: int | None
    first: Decimal | None
    moved: Decimal | None
    changes: int
    cycle_days: int | None
    cycle: StagePace | None
    cycle_definition: Definition | None


def money_bar(deal: Deal, entries: Iterable[Recorded], today: date) -> MoneyBar:
    """From the row and the standing entries of a deal, oldest first."""
    amount: Any = deal.amount  # a Decimal, which the stubs do not know of this field
    is_open = deal.state == rules.OPEN
    first, changes = _first_and_changes(entries)
    probability = deal.stage.probability if is_open and deal.stage else None
    cycle = cycle_pace(today) if deal.state == rules.WON else None
    return MoneyBar(
        amount=amount,
        weighted=None if amount is None or probability is None else rules.weighted(amount, probability),
        probability=probability,
        first=first,
        moved=None if first is None or amount is None else amount - first,
        changes=changes,
        cycle_days=(deal.closed_on - deal.opened_on).days if deal.closed_on else None,
        cycle=cycle,
        cycle_definition=_cycle_definition(cycle, today) if cycle else None,
    )


def _first_and_changes(entries: Iterable[Recorded]) -> tuple[Decimal | None, int]:
    """The first amount told, and how often it became another; closing for another amount is a change too."""
    first, last, changes = None, None, 0
    for entry in entries:
        match entry.fact:
            case facts.DealCreated(amount=amount) | facts.DealOpenedAtStart(amount=amount):
                first = last = amount
            case facts.DealAmountChanged(amount=amount):
                last, changes = amount, changes + 1
            case facts.DealWon(won_amount=amount) | facts.DealLost(lost_amount=amount):
                changes += last is not None and amount is not None and amount != last
                last = amount if amount is not None else last
    return first, changes


def _cycle_definition(pace: StagePace, today: date) -> Definition:
    item = measure("cycle_days_median")
    days = ngettext("median %(n)s day", "median %(n)s days", int(pace.median)) % {"n": write.number(pace.median)}
    return Definition(
        label=days,
        text=item.name,
        formula=item.formula,
        period=twelve_months_before(today).label,
        scope=people_in_words(pace),
    )
