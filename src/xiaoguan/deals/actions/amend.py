"""Change open deals: amount, expected close, stage, owner, what for whom, name and next step."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction

from xiaoguan.deals import rules
from xiaoguan.deals.actions.common import lock_deals, position, product_lines, standing
from xiaoguan.deals.actions.entries import live_entries, tell_again
from xiaoguan.deals.models import Deal, Stage
from xiaoguan.journal.facts import deals as facts
from xiaoguan.journal.facts.general import FieldsChanged
from xiaoguan.journal.kinds import DEAL
from xiaoguan.journal.models import Origin
from xiaoguan.journal.recording import Happening, Private, Recorded, record
from xiaoguan.lib.days import company_day
from xiaoguan.org.doing import Doing
from xiaoguan.org.models import Member
from xiaoguan.services.search.keeping import keep

_UNSET: Final[Any] = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """New values of a deal; what is not given stays. A real change: it counts from the day on which it is made."""

    deal_id: int
    amount: Decimal | None = _UNSET
    due_on: date | None = _UNSET
    customer_id: int | None = _UNSET
    product_id: int | None = _UNSET
    source_id: int | None = _UNSET
    name: str = _UNSET
    next_step: str = _UNSET
    next_step_on: date | None = _UNSET

    def given(self, name: str) -> bool:
        return getattr(self, name) is not _UNSET


_DETAILS = ("customer_id", "product_id", "source_id")
_PLAIN = ("name", "next_step", "next_step_on")


def amend_deals(
    items: Sequence[Amendment],
    *,
    by: Member | None,
    at: datetime,
    on: date | None = None,
    origin: int = Origin.LIVE,
    batch_id: int | None = None,
) -> list[Recorded]:
    """Change deals on a day (today unless given). Each kind of change is an entry of its own; equal values are none."""
    doing = Doing(by=by, at=at, origin=origin, batch_id=batch_id)
    day = on or company_day(at)
    with transaction.atomic():
        deals = lock_deals(item.deal_id for item in items)
        lines = product_lines(
            [deal.product_id for deal in deals.values()] + [i.product_id for i in items if i.given("product_id")]
        )
        happenings: list[Happening] = []
        for item in items:
            deal = deals[item.deal_id]
            happenings.extend(_amend(deal, item, lines, day))
            deal.updated_at = at
            deal.save()
        keep(DEAL, ((deal.pk, (deal.name,)) for deal in deals.values()))
        return record(happenings, **doing.book())


def _amend(deal: Deal, item: Amendment, lines: dict[int | None, int | None], day: date) -> Iterable[Happening]:
    changed = [name for name in (*_DETAILS, *_PLAIN, "amount", "due_on") if _differs(deal, item, name)]
    if any(name not in _PLAIN for name in changed):
        rules.check_open(standing(deal))
    if "amount" in changed:
        rules.check_amount(item.amount)
        old, deal.amount = deal.amount, item.amount
        yield Happening(fact=facts.DealAmountChanged(**position(deal, lines), amount_from=old), on=day)
    if "due_on" in changed:
        rules.check_due(item.due_on, deal.opened_on)
        due_from, deal.due_on = deal.due_on, item.due_on
        yield Happening(fact=facts.DealRedated(**position(deal, lines), due_from=due_from), on=day)
    if any(name in changed for name in _DETAILS):
        yield _details(deal, item, changed, lines, day)
    plain = [name for name in _PLAIN if name in changed]
    if plain:
        yield _plain(deal, item, plain, day)


def _differs(deal: Deal, item: Amendment, name: str) -> bool:
    return item.given(name) and getattr(deal, name) != getattr(item, name)


def _details(
    deal: Deal, item: Amendment, changed: list[str], lines: dict[int | None, int | None], day: date
) -> Happening:
    was: dict[str, Any] = {
        "customer_from": deal.customer_id,
        "product_from": deal.product_id,
        "product_line_from": lines.get(deal.product_id),
        "source_from": deal.source_id,
    }
    for name in _DETAILS:
        if name in changed:
            setattr(deal, name, getattr(item, name))
    return Happening(fact=facts.DealDetailsChanged(**position(deal, lines), **was), on=day)


def _plain(deal: Deal, item: Amendment, names: list[str], day: date) -> Happening:
    """Name and next step count for nothing; their words are private values, erasable."""
    private = []
    for name in names:
        private.append(Private(field=name, old=_text(getattr(deal, name)), new=_text(getattr(item, name))))
        setattr(deal, name, getattr(item, name))
    told = FieldsChanged(kind=DEAL, object_id=deal.pk, customer_id=deal.customer_id, fields=tuple(names))
    return Happening(fact=told, on=day, private=tuple(private))


def _text(value: object) -> str | None:
    return None if value in (None, "") else str(value)


def move_deals(
    moves: Sequence[tuple[int, int]],
    *,
    by: Member | None,
    at: datetime,
    on: date | None = None,
    origin: int = Origin.LIVE,
    batch_id: int | None = None,
) -> list[Recorded]:
    """Move open deals to stages: pairs of (deal id, stage id). A deal that is there already is left alone."""
    doing = Doing(by=by, at=at, origin=origin, batch_id=batch_id)
    day = on or company_day(at)
    with transaction.atomic():
        deals = lock_deals(deal_id for deal_id, _stage in moves)
        pipelines = dict(Stage.objects.filter(pk__in={stage for _, stage in moves}).values_list("pk", "pipeline_id"))
        lines = product_lines(deal.product_id for deal in deals.values())
        happenings = []
        for deal_id, stage_id in moves:
            deal = deals[deal_id]
            rules.check_open(standing(deal))
            rules.check_stage(pipelines.get(stage_id), deal.pipeline_id)
            if deal.stage_id == stage_id:
                continue
            stage_from, days = deal.stage_id, rules.days_in_stage(standing(deal), day)
            deal.stage_id, deal.stage_since, deal.updated_at = stage_id, day, at
            deal.save(update_fields=["stage_id", "stage_since", "updated_at"])
            told = facts.DealStageChanged(**position(deal, lines), stage_from=stage_from, stage_days=days)
            happenings.append(Happening(fact=told, on=day))
        return record(happenings, **doing.book())


def transfer_deals(
    transfers: Sequence[tuple[int, int]],
    *,
    by: Member | None,
    at: datetime,
    on: date | None = None,
    origin: int = Origin.LIVE,
    batch_id: int | None = None,
) -> list[Recorded]:
    """Hand open deals to other owners: pairs of (deal id, new owner's id). An equal owner is left alone."""
    doing = Doing(by=by, at=at, origin=origin, batch_id=batch_id)
    day = on or company_day(at)
    with transaction.atomic():
        deals = lock_deals(deal_id for deal_id, _owner in transfers)
        lines = product_lines(deal.product_id for deal in deals.values())
        happenings = []
        for deal_id, owner_id in transfers:
            deal = deals[deal_id]
            rules.check_open(standing(deal))
            if deal.owner_id == owner_id:
                continue
            person_from, deal.owner_id, deal.updated_at = deal.owner_id, owner_id, at
            deal.save(update_fields=["owner_id", "updated_at"])
            told = facts.DealTransferred(**position(deal, lines), person_from=person_from)
            happenings.append(Happening(fact=told, on=day))
        return record(happenings, **doing.book())


def correct_amounts(
    corrections: Sequence[tuple[int, Decimal | None]],
    *,
    by: Member | None,
    at: datetime,
    origin: int = Origin.LIVE,
    batch_id: int | None = None,
) -> list[Recorded]:
    """Correct mistyped amounts: pairs of (deal id, right amount). Every entry that carried the error is reversed and
    told again on its own day (a closed period: on the first open day)."""
    doing = Doing(by=by, at=at, origin=origin, batch_id=batch_id)
    with transaction.atomic():
        deals = lock_deals(deal_id for deal_id, _amount in corrections)
        live = live_entries(deals)
        happenings: list[Happening] = []
        for deal_id, right in corrections:
            deal, wrong = deals[deal_id], deals[deal_id].amount
            rules.check_amount(right)
            if wrong == right:
                continue
            chain: list[Happening] = []
            for entry in reversed(live[deal_id]):
                assert isinstance(entry.fact, facts.Position)
                fact, older_too = rules.with_amount(entry.fact, wrong, right)
                chain.append(tell_again(entry, fact))
                if not older_too:
                    break
            happenings.extend(reversed(chain))
            deal.amount, deal.updated_at = right, at
            deal.save(update_fields=["amount", "updated_at"])
        return record(happenings, **doing.book())
