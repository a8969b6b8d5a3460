"""Which open deals need somebody: they rest too long, have no next step, or their expected close is past.

Every question is narrowed to people by the caller (None: everybody's) and to what the member may see by the policy.
Counts end where ``lib.counting`` does.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any, Final, NamedTuple

from django.db.models import Count, F, FloatField, Q, QuerySet, Sum
from django.db.models.functions import Cast, Coalesce

from xiaoguan.deals import rules
from xiaoguan.deals.models import Deal
from xiaoguan.deals.queries.open_deals import WITHOUT_STEP, OpenDeals, by_stage, chosen
from xiaoguan.deals.queries.pace import StagePace, stage_paces
from xiaoguan.lib.counting import COUNT_TO
from xiaoguan.lib.money import RATE_SCALE
from xiaoguan.lib.prepared import Prepared
from xiaoguan.lib.ranked import Place, read_place

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


def how_many(deals: OpenDeals) -> int:
    """How many there are, up to one more than ``COUNT_TO``."""
    return _some.count(*deals.values, matter=deals.matter)


def worst(deals: OpenDeals, *, most: int, after: str = "") -> list[Needing]:
    """The deals by the money at stake, the largest first; one more than ``most`` tells that there are more."""
    place = read_place(after) or (None, None)
    ids = _worst(*place, *deals.values, matter=deals.matter, most=most + 1)
    paces = stage_paces(deals.today)
    return [_needing(deal, paces, deals.today) for deal in _in_full(ids)]


def by_owner(deals: OpenDeals) -> dict[int, Resting]:
    """Resting deals and deals without next step of each owner, in one query."""
    return {owner_id: Resting(resting, no_step) for owner_id, resting, no_step in _by_owner(*deals.values)}


def largest(deals: OpenDeals, most: int) -> list[Deal]:
    """The deals with the largest known amounts."""
    return _in_full(_largest(*deals.values, matter=deals.matter, most=most))


def _in_full(ids: list[int]) -> list[Deal]:
    """All are ranked by an index alone; only the first are read whole."""
    return sorted(_whole(ids), key=lambda deal: ids.index(deal.pk))


def weighed(deals: OpenDeals) -> Weighed:
    """How many deals, and what they are worth together as far as that is known."""
    return _together(_by_rate(*deals.values, matter=deals.matter))


def resting_weighed(deals: OpenDeals) -> Weighed:
    """The same of the resting ones, stage by stage: nothing but them is read."""
    return _together(_resting_by_rate(*deals.values))


def _together(rows: Iterable[tuple[Decimal, int, Decimal | None]]) -> Weighed:
    many, worth = 0, Decimal(0)
    for rate, count, amount in rows:
        many += count
        worth += (amount or Decimal(0)) * rate / RATE_SCALE
    return Weighed(many, worth)


def largest_share(deals: OpenDeals, column: str) -> tuple[int, Decimal] | None:
    """The customer (``customer_id``) or owner (``owner_id``) with the most open money, and how much it is."""
    first = _largest_share.first(*deals.values, column=column)
    if first is None:
        return None
    rows = _share_by_rate(first[0], *deals.values, column=column)
    return first[0], sum((amount * rate / RATE_SCALE for rate, amount in rows), Decimal(0))


def amounts(deals: OpenDeals, deal_ids: Iterable[int]) -> dict[int, Decimal]:
    """What these of the deals are worth in company currency, as far as that is known."""
    worth = {deal.pk: in_company_currency(deal) for deal in _worth_of(list(deal_ids), *deals.values)}
    return {pk: amount for pk, amount in worth.items() if amount is not None}


def steps_on(deals: OpenDeals, until: date) -> list[Deal]:
    """Deals whose next step is due by a day, soonest first."""
    return _steps_on(until, *deals.values)


def _ranked(stake: Any, pk: Any, *values: Any, matter: str, most: int) -> QuerySet[Any, int]:
    deals = chosen(*values, matter=matter).annotate(at_stake=_AT_STAKE)
    if stake is not None:
        deals = deals.filter(Q(at_stake__lt=stake) | Q(at_stake=stake, pk__lt=pk))
    return _first(deals, most)


def _first(ranked: QuerySet[Deal], most: int) -> QuerySet[Any, int]:
    return ranked.order_by(F("at_stake").desc(), "-pk").values_list("pk", flat=True)[:most]


def _of_owner(owners: Any, today: Any, stages: Any, since: Any, since_else: Any, *rest: Any) -> QuerySet[Any, Any]:
    rests, idle = reduce(or_, by_stage(stages, since, since_else)), WITHOUT_STEP
    deals = chosen(owners, today, stages, since, since_else, *rest, matter="").filter(rests | idle)
    counts = {"resting": Count("pk", filter=rests), "idle": Count("pk", filter=idle)}
    return deals.order_by().values_list("owner_id").annotate(**counts)


def _sums(deals: QuerySet[Deal]) -> QuerySet[Any, Any]:
    return deals.order_by().values_list("rate").annotate(how_many=Count("*"), worth=Sum("amount"))


def _sums_of_resting(
    owners: Any, today: Any, stages: Any, since: Any, since_else: Any, *rest: Any
) -> QuerySet[Any, Any]:
    deals = chosen(owners, today, stages, since, since_else, *rest, matter="")
    first, *further = (_sums(deals.filter(of_stage)) for of_stage in by_stage(stages, since, since_else))
    return first.union(*further, all=True) if further else first


def _known(column: str, *values: Any) -> QuerySet[Deal]:
    return chosen(*values, matter="").filter(amount__isnull=False, **{f"{column}__isnull": False}).order_by()


def _by_share(*values: Any, column: str) -> QuerySet[Any, Any]:
    shares = _known(column, *values).values_list(column).annotate(stake=Sum(_WORTH))
    return shares.order_by("-stake", column)[:1]


def _rates_of(one: Any, *values: Any, column: str) -> QuerySet[Any, Any]:
    return _known(column, *values).filter(**{column: one}).values_list("rate").annotate(Sum("amount"))


_some = Prepared(lambda *values, matter: chosen(*values, matter=matter).order_by().values("pk")[: COUNT_TO + 1])
_worst = Prepared(_ranked)
_by_owner = Prepared(_of_owner)
_largest = Prepared(
    lambda *values, matter, most: _first(
        chosen(*values, matter=matter).filter(amount__isnull=False).annotate(at_stake=_WORTH), most
    )
)
_whole = Prepared(
    lambda ids: (
        Deal.objects.filter(pk__in=ids).annotate(at_stake=_AT_STAKE).select_related("customer", "owner", "stage")
    )
)
_by_rate = Prepared(lambda *values, matter: _sums(chosen(*values, matter=matter)))
_resting_by_rate = Prepared(_sums_of_resting)
_largest_share = Prepared(_by_share)
_share_by_rate = Prepared(_rates_of)
_worth_of = Prepared(lambda ids, *values: chosen(*values, matter="").filter(pk__in=ids).only("amount", "rate"))
_steps_on = Prepared(
    lambda until, *values: (
        chosen(*values, matter="")
        .filter(next_step_on__lte=until)
        .exclude(next_step="")
        .select_related("customer", "stage")
        .order_by("next_step_on", "pk")[:50]
    )
)


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
        place=str(Place(deal.at_stake, deal.pk)),  # type: ignore[attr-defined]  # annotated by ``worst``
    )
