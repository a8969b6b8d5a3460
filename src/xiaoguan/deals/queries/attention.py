"""Which open deals need somebody: they rest too long, have no next step, or their expected close is past.

Every question is narrowed to people by the caller (None: everybody's) and to what the member may see by the policy.
Counts end where ``lib.counting`` does.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any, Final, NamedTuple

from django.db.models import Count, F, FloatField, Q, QuerySet, Sum
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast, Coalesce

from xiaoguan.deals import policy, rules
from xiaoguan.deals.models import Deal
from xiaoguan.deals.queries.pace import StagePace, stage_paces
from xiaoguan.lib.counting import how_many
from xiaoguan.lib.money import RATE_SCALE
from xiaoguan.org.models import Member

RESTING, NO_STEP, LONG_PAST = "resting", "no_step", "past"
KINDS: Final = (RESTING, NO_STEP, LONG_PAST)
# Written into the text, so that an index of those without a step serves (see ``lib.codes``).
_NOTHING: Final = RawSQL("''", ())
# Only an order: sums of money are never made of floats.
_WORTH: Final = Cast("amount", FloatField()) * Cast("rate", FloatField())
_AT_STAKE: Final = Coalesce(_WORTH, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Needing:
    """An open deal with what is the matter: each of the three, or nothing of it. ``amount`` in company currency."""

    deal: Deal
    amount: Decimal | None
    rests: int | None
    pace: StagePace | None
    no_step: bool
    past: int | None
    place: str


@dataclass(frozen=True, slots=True)
class Resting:
    """How many of a person's deals rest too long, and how many have no next step."""

    resting: int = 0
    no_step: int = 0


class Weighed(NamedTuple):
    """How many deals, and what they are worth together in company currency as far as that is known."""

    many: int
    worth: Decimal


def in_company_currency(deal: Deal) -> Decimal | None:
    """The amount in the currency of the books."""
    return None if deal.amount is None else deal.amount * deal.rate / RATE_SCALE


def open_deals(member: Member, persons: Iterable[int] | None) -> QuerySet[Deal]:
    """The open deals of these people that the member may see."""
    deals = policy.visible_deals(member).filter(state=Deal.State.OPEN)
    return deals if persons is None else deals.filter(owner_id__in=persons)


def needing(deals: QuerySet[Deal], kind: str, today: date) -> QuerySet[Deal]:
    """Those of a kind; of any kind where it is empty."""
    if kind == "":
        return deals.filter(_resting(today) | _no_step() | _past(today))
    return deals.filter({RESTING: _resting(today), NO_STEP: _no_step(), LONG_PAST: _past(today)}[kind])


def resting_weighed(deals: QuerySet[Deal], today: date) -> Weighed:
    """The resting ones, stage by stage: nothing but them is read."""
    return weighed(*(deals.filter(of_stage) for of_stage in _resting_by_stage(today)))


def to_push(deals: QuerySet[Deal], today: date) -> QuerySet[Deal]:
    """A seller's own: also those that should close within a week or should have."""
    soon = Q(due_on__lte=today + timedelta(days=rules.CLOSE_SOON))
    return deals.filter(_resting(today) | _no_step() | soon)


def worst(deals: QuerySet[Deal], today: date, *, most: int, after: str = "") -> list[Needing]:
    """The deals by the money at stake, the largest first; one more than ``most`` tells that there are more."""
    ranked = deals.annotate(at_stake=_AT_STAKE)
    place = _read_place(after)
    if place is not None:
        stake, pk = place
        ranked = ranked.filter(Q(at_stake__lt=stake) | Q(at_stake=stake, pk__lt=pk))
    paces = stage_paces(today)
    return [_needing(deal, paces, today) for deal in _first(ranked, most + 1)]


def by_owner(deals: QuerySet[Deal], today: date) -> dict[int, Resting]:
    """Resting deals and deals without next step of each owner, in one query."""
    rows = (
        deals.filter(_resting(today) | _no_step())
        .order_by()
        .values_list("owner_id")
        .annotate(resting=Count("pk", filter=_resting(today)), idle=Count("pk", filter=_no_step()))
    )
    return {owner_id: Resting(resting, no_step) for owner_id, resting, no_step in rows}


def largest(deals: QuerySet[Deal], most: int) -> list[Deal]:
    """The deals with the largest known amounts."""
    return _first(deals.filter(amount__isnull=False).annotate(at_stake=_WORTH), most)


def _first(ranked: QuerySet[Deal], most: int) -> list[Deal]:
    """The first deals by the money at stake. All are ranked by an index alone; only the first are read whole."""
    ids = list(ranked.order_by(F("at_stake").desc(), "-pk").values_list("pk", flat=True)[:most])
    found = Deal.objects.filter(pk__in=ids).annotate(at_stake=_AT_STAKE).select_related("customer", "owner", "stage")
    return sorted(found, key=lambda deal: ids.index(deal.pk))


def past_close(deals: QuerySet[Deal], today: date) -> QuerySet[Deal]:
    """Deals that should have closed already."""
    return deals.filter(due_on__lt=today)


def weighed(deals: QuerySet[Deal], *others: QuerySet[Deal]) -> Weighed:
    """How many deals, and what they are worth together as far as that is known. ``others`` hold none of the first: each
    is counted by an index of its own."""
    rows, *further = (
        part.order_by().values_list("rate").annotate(how_many=Count("*"), worth=Sum("amount"))
        for part in (deals, *others)
    )
    many, worth = 0, Decimal(0)
    for rate, count, amount in rows.union(*further, all=True) if further else rows:
        many += count
        worth += (amount or Decimal(0)) * rate / RATE_SCALE
    return Weighed(many, worth)


def largest_share(deals: QuerySet[Deal], column: str) -> tuple[int, Decimal] | None:
    """The customer (``customer_id``) or owner (``owner_id``) with the most open money, and how much it is."""
    known = deals.filter(amount__isnull=False, **{f"{column}__isnull": False}).order_by()
    ranked = known.values_list(column).annotate(stake=Sum(_WORTH)).order_by("-stake", column)[:1]
    first = next((row[0] for row in ranked), None)
    if first is None:
        return None
    rows: Any = known.filter(**{column: first}).values_list("rate").annotate(Sum("amount"))
    return first, sum((amount * rate / RATE_SCALE for rate, amount in rows), Decimal(0))


def of_leavers(member: Member, today: date) -> int:
    """How many open deals still belong to people who left, up to one more than ``COUNT_TO``."""
    return how_many(left_behind(open_deals(member, None), today))


def left_behind(deals: QuerySet[Deal], today: date) -> QuerySet[Deal]:
    """Deals whose owner has left."""
    return deals.filter(owner__left_on__lte=today)


def amounts(member: Member, deal_ids: Iterable[int]) -> dict[int, Decimal]:
    """What deals are worth in company currency, those that the member may see and whose amount is known."""
    found = open_deals(member, None).filter(pk__in=list(deal_ids)).only("amount", "rate")
    worth = {deal.pk: in_company_currency(deal) for deal in found}
    return {pk: amount for pk, amount in worth.items() if amount is not None}


def steps_on(deals: QuerySet[Deal], until: date) -> list[Deal]:
    """Deals whose next step is due by a day, soonest first."""
    due = deals.filter(next_step_on__lte=until).exclude(next_step="")
    return list(due.select_related("customer", "stage").order_by("next_step_on", "pk")[:50])


def _resting(today: date) -> Q:
    """``rules.rests_too_long`` as a condition."""
    return reduce(or_, _resting_by_stage(today))


def _resting_by_stage(today: date) -> list[Q]:
    """A day for each stage, by which a deal must have come to it; last, for all stages without a pace of their own."""
    paces = stage_paces(today)
    known = [
        Q(stage_id=stage_id, stage_since__lt=today - timedelta(days=rules.longest_rest(pace.median)))
        for stage_id, pace in paces.items()
    ]
    unknown = Q(stage_since__lt=today - timedelta(days=rules.longest_rest(None)))
    return [*known, unknown & ~Q(stage_id__in=list(paces)) if paces else unknown]


def _no_step() -> Q:
    return Q(next_step=_NOTHING)


def _past(today: date) -> Q:
    return Q(due_on__lt=today - timedelta(days=rules.CLOSE_LONG_PAST))


def _needing(deal: Deal, paces: dict[int, StagePace], today: date) -> Needing:
    pace = paces.get(deal.stage_id or 0)
    rests = None if deal.stage_since is None else max((today - deal.stage_since).days, 0)
    too_long = rules.rests_too_long(rests, pace.median if pace else None)
    past = None if deal.due_on is None or deal.due_on >= today else (today - deal.due_on).days
    return Needing(
        deal=deal,
        amount=in_company_currency(deal),
        rests=rests if too_long else None,
        pace=pace,
        no_step=not deal.next_step,
        past=past,
        place=f"{deal.at_stake!r}|{deal.pk}",  # type: ignore[attr-defined]  # annotated by ``worst``
    )


def _read_place(text: str) -> tuple[float, int] | None:
    stake, _bar, pk = text.partition("|")
    try:
        return (float(stake), int(pk)) if pk.isascii() and pk.isdigit() and len(pk) < 19 else None
    except ValueError:
        return None
