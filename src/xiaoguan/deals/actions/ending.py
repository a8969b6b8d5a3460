"""How a deal ended, and the fact that tells it."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from xiaoguan.deals import rules
from xiaoguan.deals.rules import Standing
from xiaoguan.journal.facts.deals import DealLost, DealWon
from xiaoguan.journal.recording import Happening


class Ending(NamedTuple):
    """Won or lost on a day. ``amount`` is what was sold or was at stake, None where it is not known."""

    state: int
    on: date
    amount: Decimal | None
    reason_id: int | None = None
    known_at: datetime | None = None
    known_assumed: bool = False


def check_ending(deal: Standing, end: Ending, today: date) -> None:
    """Refuse an ending that cannot be: of a closed deal, on an impossible day, of an impossible amount."""
    rules.check_close(deal, on=end.on, today=today)
    rules.check_amount(end.amount)


def ending_fact(end: Ending, deal: Standing, position: dict[str, Any], rate: int) -> DealWon | DealLost:
    """The fact of an ending; ``position`` and ``deal`` are as before it, ``rate`` is that of the day."""
    stage_days = rules.days_in_stage(deal, end.on)
    if end.state == rules.WON:
        return DealWon(
            **position,
            won_amount=end.amount,
            won_rate=rate,
            cycle_days=(end.on - deal.opened_on).days,
            stage_days=stage_days,
        )
    return DealLost(**position, lost_amount=end.amount, lost_rate=rate, reason_id=end.reason_id, stage_days=stage_days)


def ending_told(end: Ending, fact: DealWon | DealLost) -> Happening:
    return Happening(fact=fact, on=end.on, known_at=end.known_at, known_assumed=end.known_assumed)
