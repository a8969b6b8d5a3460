"""The deals of one customer, for the customer's page."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.db.models import Case, Count, IntegerField, QuerySet, Sum, Value, When

from xiaoguan.deals import policy
from xiaoguan.deals.models import Deal
from xiaoguan.lib.money import RATE_SCALE
from xiaoguan.lib.prepared import Prepared
from xiaoguan.org.models import Member

SHOWN: Final = 10
OTHERS: Final = 6
_OPEN_FIRST: Final = Case(When(state=Deal.State.OPEN, then=Value(0)), default=Value(1), output_field=IntegerField())


def _of(customer: Any, persons: Any) -> QuerySet[Deal]:
    return policy.deals_within(persons).filter(customer_id=customer)


_by_owner_state_and_rate = Prepared(
    lambda customer: (
        _of(customer, None)
        .order_by()
        .values_list("owner_id", "state", "rate")
        .annotate(Count("pk"), Count("amount"), Sum("amount"))
    )
)
_open_first = Prepared(
    lambda customer, persons: (
        _of(customer, persons).select_related("owner", "stage").order_by(_OPEN_FIRST, "-id")[:SHOWN]
    )
)
_others = Prepared(
    lambda customer, deal, persons: (
        _of(customer, persons)
        .filter(state=Deal.State.OPEN)
        .exclude(pk=deal)
        .select_related("owner", "stage")
        .order_by("-id")[: OTHERS + 1]
    )
)


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
    persons = policy.viewed_owners(member)
    sums, hidden = _sums(customer_id, persons)
    return CustomerDeals(
        deals=_open_first(customer_id, persons),
        further=max(sum(item.count for item in sums) - SHOWN, 0),
        hidden=hidden,
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
    rows = _others(deal.customer_id, deal.pk, policy.viewed_owners(member))
    return OtherDeals(rows[:OTHERS], len(rows) > OTHERS)


def _sums(customer_id: int, persons: set[int] | None) -> tuple[list[StateSum], int]:
    """The sums of the deals of these persons (None: of all), and how many deals others have."""
    found: dict[int, StateSum] = {}
    hidden = 0
    for owner, state, rate, count, known, amount in _by_owner_state_and_rate(customer_id):
        if not policy.is_within(owner, persons):
            hidden += count
            continue
        so_far = found.get(state, StateSum(state=state, count=0, amount=Decimal(0), unknown=0))
        found[state] = StateSum(
            state=state,
            count=so_far.count + count,
            amount=so_far.amount + (amount or Decimal(0)) * rate / RATE_SCALE,
            unknown=so_far.unknown + count - known,
        )
    return [found[state] for state in sorted(found)], hidden
