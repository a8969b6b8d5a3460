"""Take back and re-open: a mistake is reversed on its day, a customer who comes back counts from today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from xiaoguan.deals import rules
from xiaoguan.deals.actions.common import lock_deals, position, product_lines, standing
from xiaoguan.deals.actions.entries import live_entries
from xiaoguan.deals.models import Deal
from xiaoguan.journal.facts import deals as facts
from xiaoguan.journal.facts.general import MISTAKE, EntriesReversed
from xiaoguan.journal.kinds import DEAL
from xiaoguan.journal.models import Origin
from xiaoguan.journal.recording import Happening, Recorded, record
from xiaoguan.lib.days import company_day
from xiaoguan.lib.refusal import Refusal
from xiaoguan.org.doing import Doing
from xiaoguan.org.models import Member


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopening:
    """A closed deal whose customer came back on a day."""

    deal_id: int
    on: date


def take_back(
    deal_id: int, *, entry_id: int, reason: str, by: Member | None, at: datetime, origin: int = Origin.LIVE
) -> Recorded:
    """Reverse the latest step of a deal on its own day and restore the row. ``entry_id`` names the step that the person
    saw; refused where something happened since."""
    return take_back_together({deal_id: entry_id}, reason=reason, by=by, at=at, origin=origin)[0]


def take_back_together(
    steps: Mapping[int, int], *, reason: str, by: Member | None, at: datetime, origin: int = Origin.LIVE
) -> list[Recorded]:
    """Reverse the latest step of each of these deals (deal id: entry id), all of them or none.

    What was one action is taken back in one; each deal keeps an entry of its own, for its own story.
    """
    doing = Doing(by=by, at=at, origin=origin)
    with transaction.atomic():
        deals, live = lock_deals(steps), live_entries(steps)
        happenings = []
        for deal_id, entry_id in steps.items():
            deal, entries = deals[deal_id], live[deal_id]
            last = max(entries, key=lambda entry: entry.id, default=None)
            if last is None or last.id != entry_id:
                raise _changed_since(deal, alone=len(steps) == 1)
            _restore(deal, last, entries, at)
            happenings.append(_reversal(deal, (last.id,), reason, last.on_date))
        return record(happenings, **doing.book())


def _changed_since(deal: Deal, *, alone: bool) -> Refusal:
    if alone:
        sentence = _("Something else happened to this deal since. Look at it again before taking this step back.")
    else:
        sentence = _("Something else happened to “%(deal)s” since. Nothing was taken back.") % {"deal": deal.name}
    return Refusal(sentence, code="changed_since")


def _restore(deal: Deal, last: Recorded, entries: Sequence[Recorded], at: datetime) -> None:
    for name, value in rules.before(last.fact).items():
        setattr(deal, name, value)
    if isinstance(last.fact, facts.WonDealReopened | facts.LostDealReopened):
        closings = [e for e in entries if isinstance(e.fact, facts.DealWon | facts.DealLost) and e.id < last.id]
        deal.closed_on = closings[-1].on_date
    deal.stage_since = _stage_since(deal, [entry for entry in entries if entry.id != last.id])
    deal.updated_at = at
    deal.save()


def _stage_since(deal: Deal, entries: Sequence[Recorded]) -> date | None:
    """The day on which the deal came to its present stage, from the entries that still stand."""
    if deal.stage_id is None:
        return None
    starts = (facts.DealStageChanged, facts.WonDealReopened, facts.LostDealReopened)
    came = [entry.on_date for entry in entries if isinstance(entry.fact, starts)]
    return came[-1] if came else deal.opened_on


def _reversal(deal: Deal, entry_ids: tuple[int, ...], reason: str, on: date) -> Happening:
    told = EntriesReversed(kind=DEAL, object_id=deal.pk, customer_id=deal.customer_id, reason=reason)
    return Happening(fact=told, on=on, reverses=entry_ids)


def reopen_by_mistake(
    deal_ids: Sequence[int], *, by: Member | None, at: datetime, origin: int = Origin.LIVE
) -> list[Recorded]:
    """The deals were never closed: the closing is negated on its own day."""
    with transaction.atomic():
        result = []
        for deal_id in deal_ids:
            deal = lock_deals([deal_id])[deal_id]
            if deal.state not in (rules.WON, rules.LOST):
                raise Refusal(_("Only a won or lost deal can be re-opened."), code="not_closed")
            entries = live_entries([deal_id])[deal_id]
            closing = [e for e in entries if isinstance(e.fact, facts.DealWon | facts.DealLost)][-1]
            result.append(take_back(deal_id, entry_id=closing.id, reason=MISTAKE, by=by, at=at, origin=origin))
        return result


def reopen_deals(
    items: Sequence[Reopening],
    *,
    by: Member | None,
    at: datetime,
    origin: int = Origin.LIVE,
    batch_id: int | None = None,
) -> list[Recorded]:
    """The customers came back: what was won or lost goes on that day, and the amount is open again."""
    doing = Doing(by=by, at=at, origin=origin, batch_id=batch_id)
    with transaction.atomic():
        deals = lock_deals(item.deal_id for item in items)
        live = live_entries(deals)
        lines = product_lines(deal.product_id for deal in deals.values())
        happenings = []
        for item in items:
            deal = deals[item.deal_id]
            rules.check_came_back(standing(deal), on=item.on, today=company_day(at))
            closing = [e for e in live[deal.pk] if isinstance(e.fact, facts.DealWon | facts.DealLost)][-1]
            assert isinstance(closing.fact, facts.Position)
            deal.state, deal.closed_on, deal.loss_reason_id, deal.updated_at = rules.OPEN, None, None, at
            deal.stage_since = item.on if deal.stage_id else None
            if deal.amount is None:
                # Nobody said for how much it was closed: what was open before is open again.
                deal.amount, deal.rate = closing.fact.amount, closing.fact.rate
            deal.save()
            happenings.append(Happening(fact=_came_back(deal, closing, lines), on=item.on))
        return record(happenings, **doing.book())


def _came_back(
    deal: Deal, closing: Recorded, lines: dict[int | None, int | None]
) -> facts.WonDealReopened | facts.LostDealReopened:
    told = position(deal, lines)
    match closing.fact:
        case facts.DealWon() as won:
            return facts.WonDealReopened(
                **told, won_amount=won.won_amount, won_rate=won.won_rate, winner_id=won.person_id,
                cycle_days=won.cycle_days, was_new=closing.stamp.get("new"),
            )  # fmt: skip
        case facts.DealLost() as lost:
            return facts.LostDealReopened(
                **told, lost_amount=lost.lost_amount, lost_rate=lost.lost_rate, loser_id=lost.person_id
            )
    raise TypeError(type(closing.fact))


def remove_deals(
    deal_ids: Sequence[int],
    *,
    reason: str,
    by: Member | None,
    at: datetime,
    origin: int = Origin.LIVE,
    batch_id: int | None = None,
) -> list[Recorded]:
    """The deals should never have been there (an import undone): every entry is negated, the rows are kept."""
    doing = Doing(by=by, at=at, origin=origin, batch_id=batch_id)
    with transaction.atomic():
        deals = lock_deals(deal_ids)
        live = live_entries(deals)
        happenings = []
        for deal in deals.values():
            if deal.state == rules.REMOVED:
                continue
            deal.state, deal.updated_at = rules.REMOVED, at
            deal.save(update_fields=["state", "updated_at"])
            ids = tuple(entry.id for entry in live[deal.pk])
            happenings.append(_reversal(deal, ids, reason, company_day(at)))
        return record(happenings, **doing.book())
