"""Tell imported deals again where a repeated file says something else: mistakes corrected on their days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from xiaoguan.deals import rules
from xiaoguan.deals.actions.common import lock_deals, position, product_lines, standing
from xiaoguan.deals.actions.create import NewDeal
from xiaoguan.deals.actions.ending import check_ending, ending_fact
from xiaoguan.deals.actions.entries import live_entries
from xiaoguan.deals.models import Deal
from xiaoguan.journal.facts import deals as facts
from xiaoguan.journal.facts.general import MISTAKE, EntriesReversed
from xiaoguan.journal.kinds import DEAL
from xiaoguan.journal.models import Origin
from xiaoguan.journal.recording import Happening, Recorded, record
from xiaoguan.lib.days import company_day
from xiaoguan.lib.refusal import Refusal
from xiaoguan.org.company import company
from xiaoguan.org.doing import Doing
from xiaoguan.org.models import Member
from xiaoguan.org.rates import rate_for
from xiaoguan.services.search.keeping import keep


@dataclass(frozen=True, slots=True, kw_only=True)
class Restated:
    """A deal as it should have been imported: how it was opened and, if it was, how it ended."""

    deal_id: int
    opened: NewDeal


def restate_deals(
    items: Sequence[Restated],
    *,
    by: Member | None,
    at: datetime,
    origin: int = Origin.IMPORT,
    batch_id: int | None = None,
) -> list[Recorded]:
    """Correct deals of which only opening and closing were recorded. One entry for each entry that changes.

    Refused for a deal that people worked on since: their entries must not be overwritten by a file.
    """
    doing = Doing(by=by, at=at, origin=origin, batch_id=batch_id)
    today = company_day(at)
    with transaction.atomic():
        deals = lock_deals(item.deal_id for item in items)
        live = live_entries(deals)
        lines = product_lines(item.opened.product_id for item in items)
        happenings: list[Happening] = []
        for item in items:
            _check(item.opened, today)
            opening, closing = _opening_and_closing(live[item.deal_id])
            deal = deals[item.deal_id]
            happenings.extend(_retell(deal, item, opening, closing, lines, doing))
            deal.save()
        keep(DEAL, ((deal.pk, (deal.name,)) for deal in deals.values()))
        return record(happenings, **doing.book())


def _check(opened: NewDeal, today: date) -> None:
    rules.check_new(opened_on=opened.opened_on, due_on=opened.due_on, amount=opened.amount, today=today)


def _opening_and_closing(entries: Sequence[Recorded]) -> tuple[Recorded, Recorded | None]:
    kinds = [type(entry.fact) for entry in entries]
    if kinds == [facts.DealCreated]:
        return entries[0], None
    if len(entries) == 2 and kinds[0] is facts.DealCreated and kinds[1] in (facts.DealWon, facts.DealLost):
        return entries[0], entries[1]
    raise Refusal(
        _("People have worked on this deal since it was imported; the file's change was not applied."),
        code="edited_since",
    )


def _retell(
    deal: Deal,
    item: Restated,
    opening: Recorded,
    closing: Recorded | None,
    lines: dict[int | None, int | None],
    doing: Doing,
) -> list[Happening]:
    _reset(deal, item, doing.at)
    told, end = position(deal, lines), item.opened.end
    result: list[Happening | None] = [_replacing(opening, facts.DealCreated(**told), item.opened.opened_on)]
    if end:
        check_ending(standing(deal), end, company_day(doing.at))
        rate = rate_for(deal.currency, end.on)
        result.append(_replacing(closing, ending_fact(end, standing(deal), told, rate), end.on))
        deal.state, deal.closed_on, deal.rate = end.state, end.on, rate
        deal.amount, deal.loss_reason_id = end.amount, end.reason_id
    elif closing:
        gone = EntriesReversed(kind=DEAL, object_id=deal.pk, customer_id=deal.customer_id, reason=MISTAKE)
        result.append(Happening(fact=gone, on=closing.on_date, reverses=(closing.id,)))
    return [happening for happening in result if happening is not None]


def _reset(deal: Deal, item: Restated, at: datetime) -> None:
    """The row as it stood when it was opened."""
    opened = item.opened
    for name in ("name", "owner_id", "pipeline_id", "stage_id", "customer_id", "product_id", "source_id", "amount",
                 "tax", "due_on", "opened_on"):  # fmt: skip
        setattr(deal, name, getattr(opened, name))
    deal.currency = opened.currency or company().currency
    deal.rate = rate_for(deal.currency, opened.opened_on)
    deal.state, deal.closed_on, deal.loss_reason_id, deal.updated_at = rules.OPEN, None, None, at
    deal.stage_since = opened.opened_on if opened.stage_id else None


def _replacing(old: Recorded | None, fact: facts.Position, on: date) -> Happening | None:
    """The corrected entry, or None where it says what the old one said on the same day."""
    if old is None:
        return Happening(fact=fact, on=on)
    if old.fact == fact and old.on_date == on:
        return None
    return Happening(fact=fact, on=on, reverses=(old.id,))
