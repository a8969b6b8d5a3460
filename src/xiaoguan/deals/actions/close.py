"""Win and lose deals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from xiaoguan.deals import rules
from xiaoguan.deals.actions.common import Doing, Rates, lock_deals, positions, standing
from xiaoguan.deals.models import Deal
from xiaoguan.journal.facts.deals import DealLost, DealWon
from xiaoguan.journal.models import Origin
from xiaoguan.journal.recording import Happening, Recorded, record
from xiaoguan.lib.bulk import adapted, update_rows
from xiaoguan.lib.days import company_day
from xiaoguan.lib.money import to_stored
from xiaoguan.org.models import Member


@dataclass(frozen=True, slots=True, kw_only=True)
class Close:
    """A deal to be won or lost on a day. ``amount`` is what was sold or was at stake, None where it is not known."""

    deal_id: int
    on: date
    amount: Decimal | None
    reason_id: int | None = None
    known_at: datetime | None = None
    known_assumed: bool = False


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
        for item in items:
            rules.check_close(standing(deals[item.deal_id]), on=item.on, today=today)
            rules.check_amount(item.amount)
        told = positions(list(deals.values()))
        rate_of = Rates()
        rates = [rate_of(deals[item.deal_id].currency, item.on) for item in items]
        happenings = [
            Happening(
                fact=close_fact(item, state, deals[item.deal_id], told[item.deal_id], rate),
                on=item.on,
                known_at=item.known_at,
                known_assumed=item.known_assumed,
            )
            for item, rate in zip(items, rates, strict=True)
        ]
        _save(items, state, rates, doing.at)
        return record(happenings, **doing.book())


def close_fact(item: Close, state: int, deal: Deal, position: dict[str, Any], rate: int) -> DealWon | DealLost:
    """The fact of a closing; ``position`` is the deal's before it, ``rate`` that of the closing day."""
    stage_days = rules.days_in_stage(standing(deal), item.on)
    if state == rules.WON:
        return DealWon(
            **position,
            won_amount=item.amount,
            won_rate=rate,
            cycle_days=(item.on - deal.opened_on).days,
            stage_days=stage_days,
        )
    return DealLost(
        **position, lost_amount=item.amount, lost_rate=rate, reason_id=item.reason_id, stage_days=stage_days
    )


def _save(items: Sequence[Close], state: int, rates: Sequence[int], at: datetime) -> None:
    rows = [
        (
            item.deal_id,
            state,
            adapted(connection, item.on),
            None if item.amount is None else to_stored(item.amount),
            rate,
            item.reason_id,
            adapted(connection, at),
        )
        for item, rate in zip(items, rates, strict=True)
    ]
    update_rows(Deal, ("state", "closed_on", "amount", "rate", "loss_reason_id", "updated_at"), rows)
