"""Win and lose deals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import connection, transaction

from xiaoguan.deals import rules
from xiaoguan.deals.actions.common import Rates, lock_deals, positions, standing
from xiaoguan.deals.actions.ending import Ending, check_ending, ending_fact, ending_told
from xiaoguan.deals.models import Deal
from xiaoguan.journal.models import Origin
from xiaoguan.journal.recording import Recorded, record
from xiaoguan.lib.bulk import adapted, update_rows
from xiaoguan.lib.days import company_day
from xiaoguan.lib.money import to_stored
from xiaoguan.org.doing import Doing
from xiaoguan.org.models import Member


@dataclass(frozen=True, slots=True, kw_only=True)
class Close:
    """A deal to be won or lost on a day. ``amount`` is what was sold or was at stake, None where it is not known."""

    deal_id: int
    on: date
    amount: Decimal | None
    reason_id: int | None = None

    def ending(self, state: int) -> Ending:
        return Ending(state=state, on=self.on, amount=self.amount, reason_id=self.reason_id)


def win_deals(
    items: Sequence[Close],
    *,
    by: Member | None,
    at: datetime,
    origin: int = Origin.LIVE,
    batch_id: int | None = None,
) -> list[Recorded]:
    """Win open deals."""
    return _close(items, rules.WON, Doing(by=by, at=at, origin=origin, batch_id=batch_id))


def lose_deals(
    items: Sequence[Close],
    *,
    by: Member | None,
    at: datetime,
    origin: int = Origin.LIVE,
    batch_id: int | None = None,
) -> list[Recorded]:
    """Lose open deals."""
    return _close(items, rules.LOST, Doing(by=by, at=at, origin=origin, batch_id=batch_id))


def _close(items: Sequence[Close], state: int, doing: Doing) -> list[Recorded]:
    today = company_day(doing.at)
    with transaction.atomic():
        deals = lock_deals(item.deal_id for item in items)
        told = positions(list(deals.values()))
        rate_of = Rates()
        happenings, rows = [], []
        for item in items:
            deal, end = deals[item.deal_id], item.ending(state)
            check_ending(standing(deal), end, today)
            rate = rate_of(deal.currency, item.on)
            happenings.append(ending_told(end, ending_fact(end, standing(deal), told[deal.pk], rate)))
            rows.append(_row(deal.pk, end, rate, doing.at))
            deal.state = state  # so that a deal named twice is refused
        update_rows(Deal, ("state", "closed_on", "amount", "rate", "loss_reason_id", "updated_at"), rows)
        return record(happenings, **doing.book())


def _row(deal_id: int, end: Ending, rate: int, at: datetime) -> tuple[object, ...]:
    amount = None if end.amount is None else to_stored(end.amount)
    return deal_id, end.state, adapted(connection, end.on), amount, rate, end.reason_id, adapted(connection, at)
