"""The deals of one customer, for the customer's page."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.db.models import Case, Count, IntegerField, QuerySet, Sum, Value, When

from xiaoguan.deals import policy
from xiaoguan.deals.models import Deal
from xiaoguan.lib.money import RATE_SCALE
from xiaoguan.org.models import Member

SHOWN: Final = 10
OTHERS: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class StateSum:
    """The deals of one state: how many, what they are worth in company currency as far as that is known, and of how
    many it is not."""

    state: int
    count: int
    amount: Decimal
    unknown: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerDeals:
    """Open deals first, then the closed ones, newest first; ``hidden`` counts those that the member may not open."""

    deals: list[Deal]
    further: int
    hidden: int
    sums: list[StateSum]


def deals_of_customer(member: Member, customer_id: int) -> CustomerDeals:
    """A customer's deals as the member sees them; the page around it has settled that he sees the customer."""
    all_of_it = Deal.objects.filter(customer_id=customer_id).exclude(state=Deal.State.REMOVED)
    visible = policy.visible_deals(member).filter(customer_id=customer_id)
    sums = _sums(visible)
    count = sum(item.count for item in sums)
    open_first = Case(When(state=Deal.State.OPEN, then=Value(0)), default=Value(1), output_field=IntegerField())
    return CustomerDeals(
        deals=list(visible.select_related("owner", "stage").order_by(open_first, "-id")[:SHOWN]),
        further=max(count - SHOWN, 0),
        hidden=all_of_it.count() - count,
        sums=sums,
    )


@dataclass(frozen=True, slots=True)
class OtherDeals:
    """Some open deals, and whether there are more."""

    deals: list[Deal]
    more: bool


def other_deals(member: Member, deal: Deal) -> OtherDeals:
    """Open deals of the same customer that the member sees too, newest first."""
    if deal.customer_id is None:
        return OtherDeals([], more=False)
    same = policy.visible_deals(member).filter(customer_id=deal.customer_id, state=Deal.State.OPEN)
    rows = list(same.exclude(pk=deal.pk).select_related("owner", "stage").order_by("-id")[: OTHERS + 1])
    return OtherDeals(rows[:OTHERS], len(rows) > OTHERS)


def _sums(visible: QuerySet[Deal]) -> list[StateSum]:
    rows = visible.order_by().values_list("state", "rate").annotate(Count("pk"), Count("amount"), Sum("amount"))
    found: dict[int, StateSum] = {}
    for state, rate, count, known, amount in rows:
        so_far = found.get(state, StateSum(state=state, count=0, amount=Decimal(0), unknown=0))
        found[state] = StateSum(
            state=state,
            count=so_far.count + count,
            amount=so_far.amount + (amount or Decimal(0)) * rate / RATE_SCALE,
            unknown=so_far.unknown + count - known,
        )
    return [found[state] for state in sorted(found)]
