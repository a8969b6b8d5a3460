"""The questions behind silent customers, written once: which customers have something to lose, and how much.

A builder is given places of whose deals count (None: everybody's), since when nothing was opened or closed with a
silent customer (``quiet``), and since when it must have bought to matter (``bought``).
"""

from collections.abc import Collection
from typing import Any, Final

from django.db.models import F, FloatField, Max, Q, QuerySet, Sum
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast, Coalesce

from xiaoguan.crm.neighbours import standing_deals
from xiaoguan.lib.prepared import Prepared

_STAKE: Final = Coalesce(Cast("amount", FloatField()), 0.0) * Cast("rate", FloatField())
# More than there will be: what is cut to a number is put in order by itself first.
_ALL: Final = 10**9
_OF_THE_ROW: Final = RawSQL("met.customer_id", ())


def _mattering(persons: Collection[Any] | None, quiet: Any, bought: Any) -> QuerySet[Any, Any]:
    """Customers of the deals that matter, none of them opened or closed since the day, each with its open money."""
    deals = _deals(persons)
    state = deals.model.State
    # Said twice: the first is the condition of an index, which SQLite does not find in the second.
    matters = Q(state__in=(state.OPEN, state.WON)) & (Q(state=state.OPEN) | Q(state=state.WON, closed_on__gte=bought))
    groups: QuerySet[Any, Any] = (
        deals.filter(matters)
        .values("customer_id")
        .annotate(
            at_stake=Coalesce(Sum(_STAKE, filter=Q(state=state.OPEN)), 0.0),
            last_opened=Max("opened_on"),
            last_closed=Max("closed_on"),
        )
        .filter(Q(last_closed=None) | Q(last_closed__lt=quiet), last_opened__lt=quiet)
    )
    return groups.order_by()


def _by_stake(persons: Any, quiet: Any, stake: Any, pk: Any) -> QuerySet[Any, Any]:
    """Those with open money, put in order before anybody asks what was done with them or bought by them lately: a page
    of the largest is met long before all have been asked."""
    deals = _deals(persons)
    worth: Any = Coalesce(Sum(_STAKE), 0.0)
    groups: QuerySet[Any, Any] = (
        deals.filter(state=deals.model.State.OPEN)
        .values("customer_id")
        .annotate(at_stake=worth, last_opened=Max("opened_on"))
        .filter(last_opened__lt=quiet, at_stake__gt=0)
    )
    if stake is not None:
        groups = groups.filter(Q(at_stake__lt=stake) | Q(at_stake=stake, customer_id__lt=pk))
    return groups.order_by("-at_stake", "-customer_id").values("customer_id", "at_stake")[:_ALL]


def _bought(persons: Any, quiet: Any) -> QuerySet[Any, Any]:
    deals = _deals(persons)
    won: QuerySet[Any, Any] = deals.filter(state=deals.model.State.WON, closed_on__gte=quiet)
    return won.filter(customer_id=_OF_THE_ROW).values("pk")


def _without(persons: Any, quiet: Any, bought: Any, pk: Any) -> QuerySet[Any, Any]:
    groups = _mattering(persons, quiet, bought).filter(at_stake=0)
    return (groups if pk is None else groups.filter(customer_id__lt=pk)).values("customer_id", "at_stake")


def _open_deal(customer: Any, persons: Any, quiet: Any, bought: Any) -> QuerySet[Any, Any]:
    is_open = Max("pk", filter=Q(state=standing_deals().model.State.OPEN))
    group = _mattering(persons, quiet, bought).filter(customer_id=customer)
    found: QuerySet[Any, Any] = group.annotate(open_deal=is_open).values_list("open_deal", flat=True)[:1]
    return found


def _deals(persons: Collection[Any] | None) -> QuerySet[Any]:
    deals = standing_deals().filter(customer_id__isnull=False)
    return deals if persons is None else deals.filter(owner_id__in=persons)


def _open_sums(persons: Any, customers: Any) -> QuerySet[Any, Any]:
    deals = _deals(persons)
    known = deals.filter(customer_id__in=customers, state=deals.model.State.OPEN, amount__isnull=False).order_by()
    sums: QuerySet[Any, Any] = known.values_list("customer_id", "rate").annotate(Sum(F("amount")))
    return sums


with_stake = Prepared(_by_stake)
"""(persons, quiet, stake, pk) → customer and open money, behind a place; ``bought_lately`` is still to be left out."""
bought_lately = Prepared(_bought)
"""(persons, quiet) → wins of the row's customer since then, for NOT EXISTS."""
without_stake = Prepared(_without)
"""(persons, quiet, bought, pk) → those without open money, behind a customer."""
mattering = Prepared(lambda *given: _mattering(*given).values("customer_id"))
"""(persons, quiet, bought) → all of them."""
whether_open = Prepared(_open_deal)
"""(customer, persons, quiet, bought) → one row where the customer is among them: an open deal, or None."""
open_sums = Prepared(_open_sums)
"""(persons, customers) → customer, rate and known open amounts."""
