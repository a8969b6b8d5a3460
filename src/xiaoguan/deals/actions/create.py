"""Open deals."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection, transaction

from xiaoguan.deals import rules
from xiaoguan.deals.actions.common import Rates, product_lines
from xiaoguan.deals.actions.ending import Ending, check_ending, ending_fact, ending_told
from xiaoguan.deals.models import Deal, Tax
from xiaoguan.journal.facts.deals import DealCreated, DealOpenedAtStart
from xiaoguan.journal.kinds import DEAL, split_key
from xiaoguan.journal.models import Entry, Origin
from xiaoguan.journal.recording import Happening, record
from xiaoguan.lib.bulk import insert_rows, writer
from xiaoguan.lib.days import company_day
from xiaoguan.lib.money import to_stored
from xiaoguan.org.company import company
from xiaoguan.org.doing import Doing
from xiaoguan.org.models import Member
from xiaoguan.services.search.keeping import keep


class NewDeal(NamedTuple):
    """A deal to be opened. ``amount`` None is not known; ``currency`` None is the company's; ``known_at`` is when the
    company knew (imports), ``known_assumed`` marks a guess. ``end`` says how a deal of the past
    ended; ``once`` is a key of the asker's own (a form's): a second
    call with it opens nothing."""

    name: str
    owner_id: int
    pipeline_id: int
    opened_on: date
    stage_id: int | None = None
    customer_id: int | None = None
    product_id: int | None = None
    source_id: int | None = None
    amount: Decimal | None = None
    currency: str | None = None
    tax: int = Tax.UNKNOWN
    due_on: date | None = None
    next_step: str = ""
    next_step_on: date | None = None
    external_id: str | None = None
    known_at: datetime | None = None
    known_assumed: bool = False
    end: Ending | None = None
    once: str | None = None


_ONCE = "deal:"
COLUMNS = (
    "name", "state", "customer_id", "owner_id", "pipeline_id", "stage_id", "product_id", "source_id", "amount",
    "currency", "rate", "tax", "opened_on", "due_on", "stage_since", "closed_on", "loss_reason_id", "next_step",
    "next_step_on", "external_id", "updated_at",
)  # fmt: skip


def create_deals(
    items: Sequence[NewDeal],
    *,
    by: Member | None,
    at: datetime,
    origin: int = Origin.LIVE,
    batch_id: int | None = None,
) -> list[int]:
    """Open deals and return their ids in order. With origin OPENING they enter as open when the books began."""
    with transaction.atomic():
        known = _opened_before([item.once for item in items if item.once])
        fresh = [item for item in items if item.once not in known]
        ids = iter(_create(fresh, by=by, at=at, origin=origin, batch_id=batch_id))
        return [known[item.once] if item.once in known else next(ids) for item in items]


def _opened_before(keys: Sequence[str]) -> dict[str | None, int]:
    """Deals that were opened under these keys already."""
    if not keys:
        return {}
    found = Entry.objects.filter(dedupe_key__in=[_ONCE + key for key in keys])
    told = found.values_list("dedupe_key", "subject_key")
    return {key.removeprefix(_ONCE): split_key(subject)[1] for key, subject in told if key}


def _create(
    items: Sequence[NewDeal], *, by: Member | None, at: datetime, origin: int, batch_id: int | None
) -> list[int]:
    doing = Doing(by=by, at=at, origin=origin, batch_id=batch_id)
    _check(items, company_day(at))
    own_currency, rate_of = company().currency, Rates()
    rates = [_rates(item, own_currency, rate_of) for item in items]
    with transaction.atomic():
        write = writer(connection)
        rows = [_row(item, own_currency, used, at, write) for item, used in zip(items, rates, strict=True)]
        ids = insert_rows(Deal, COLUMNS, rows)
        keep(DEAL, ((deal_id, (item.name,)) for deal_id, item in zip(ids, items, strict=True)), fresh=True)
        lines = product_lines(item.product_id for item in items)
        happenings: list[Happening] = []
        for deal_id, item, (opened, ended) in zip(ids, items, rates, strict=True):
            position = _position(deal_id, item, lines, own_currency, opened)
            happenings.append(_opening(item, position, origin))
            if item.end:
                happenings.append(ending_told(item.end, ending_fact(item.end, _standing(item), position, ended)))
        record(happenings, **doing.book())
    return ids


def _check(items: Sequence[NewDeal], today: date) -> None:
    for item in items:
        rules.check_new(opened_on=item.opened_on, due_on=item.due_on, amount=item.amount, today=today)
        if item.end:
            check_ending(_standing(item), item.end, today)


def _rates(item: NewDeal, own_currency: str, rate_of: Rates) -> tuple[int, int]:
    """The rate of the day on which the deal was opened, and of that on which it ended."""
    currency = item.currency or own_currency
    opened = rate_of(currency, item.opened_on)
    return opened, rate_of(currency, item.end.on) if item.end else opened


def _standing(item: NewDeal) -> rules.Standing:
    """The deal right after it was opened."""
    return rules.Standing(
        state=rules.OPEN,
        opened_on=item.opened_on,
        closed_on=None,
        due_on=item.due_on,
        amount=item.amount,
        stage_id=item.stage_id,
        stage_since=item.opened_on if item.stage_id else None,
        owner_id=item.owner_id,
    )


def _position(
    deal_id: int, item: NewDeal, lines: dict[int | None, int | None], own_currency: str, rate: int
) -> dict[str, Any]:
    return {
        "deal_id": deal_id,
        "person_id": item.owner_id,
        "customer_id": item.customer_id,
        "product_id": item.product_id,
        "product_line_id": lines.get(item.product_id),
        "source_id": item.source_id,
        "stage_id": item.stage_id,
        "due_on": item.due_on,
        "amount": item.amount,
        "currency": item.currency or own_currency,
        "rate": rate,
        "tax": int(item.tax),
    }


def _opening(item: NewDeal, position: dict[str, Any], origin: int) -> Happening:
    tell = DealOpenedAtStart if origin == Origin.OPENING else DealCreated
    return Happening(
        fact=tell(**position),
        on=item.opened_on,
        known_at=item.known_at,
        known_assumed=item.known_assumed,
        dedupe_key=_ONCE + item.once if item.once else None,
    )


def _row(
    item: NewDeal,
    own_currency: str,
    rates: tuple[int, int],
    at: datetime,
    write: Callable[[date | datetime | None], Any],
) -> tuple[object, ...]:
    end = item.end
    amount = end.amount if end else item.amount
    opened_on = write(item.opened_on)
    return (
        item.name, end.state if end else rules.OPEN, item.customer_id, item.owner_id, item.pipeline_id, item.stage_id,
        item.product_id, item.source_id, None if amount is None else to_stored(amount), item.currency or own_currency,
        rates[1], int(item.tax), opened_on, write(item.due_on), opened_on if item.stage_id else None,
        write(end.on) if end else None, end.reason_id if end else None, item.next_step,
        write(item.next_step_on), item.external_id, write(at),
    )  # fmt: skip
