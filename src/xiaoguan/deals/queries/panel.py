"""The deals of one customer, for the customer's page."""

from dataclasses import dataclass
from typing import Final

from django.db.models import Case, IntegerField, Value, When

from xiaoguan.deals import policy
from xiaoguan.deals.models import Deal
from xiaoguan.org.models import Member

SHOWN: Final = 50
OTHERS: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerDeals:
    """Open deals first, then the closed ones, newest first; ``hidden`` counts those that the member may not open."""

    deals: list[Deal]
    further: int
    hidden: int


def deals_of_customer(member: Member, customer_id: int) -> CustomerDeals:
    """A customer's deals as the member sees them; the page around it has settled that he sees the customer."""
    all_of_it = Deal.objects.filter(customer_id=customer_id).exclude(state=Deal.State.REMOVED)
    visible = policy.visible_deals(member).filter(customer_id=customer_id)
    count = visible.count()
    open_first = Case(When(state=Deal.State.OPEN, then=Value(0)), default=Value(1), output_field=IntegerField())
    return CustomerDeals(
        deals=list(visible.select_related("owner", "stage").order_by(open_first, "-id")[:SHOWN]),
        further=max(count - SHOWN, 0),
        hidden=all_of_it.count() - count,
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
