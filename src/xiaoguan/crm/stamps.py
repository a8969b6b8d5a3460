"""What the stamp says about a customer: new, or one who has bought before."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db import connection

from xiaoguan.crm.models import Customer
from xiaoguan.journal.facts.deals import DealWon
from xiaoguan.journal.recording import Happening, Stamp

_NEW: Stamp = {"new": True}
_KNOWN: Stamp = {"new": False}
_NOBODY: Stamp = {"new": None}
_NOT_ASKED: Stamp = {}


def stamp_new(happenings: Sequence[Happening]) -> list[Stamp]:
    """``{"new": …}`` for facts that ask: whether nothing was won with the customer on an earlier day; None without a
    customer. Wins told in the same call count by their days, in whatever order they stand. At most one query; stamps
    are shared, so nobody may change them.
    """
    asking = [told for told in happenings if told.fact.asks_new]
    if not asking:
        return [_NOT_ASKED] * len(happenings)
    first = _first_wins({told.fact.customer_of() for told in asking} - {None})
    for told in asking:
        customer = told.fact.customer_of()
        if customer is not None and isinstance(told.fact, DealWon):
            known = first.get(customer)
            first[customer] = told.on if known is None else min(known, told.on)
    return [_one(told, first) if told.fact.asks_new else _NOT_ASKED for told in happenings]


def _one(told: Happening, first: dict[int, date | None]) -> Stamp:
    customer = told.fact.customer_of()
    if customer is None:
        return _NOBODY
    won_on = first.get(customer)
    return _NEW if won_on is None or told.on <= won_on else _KNOWN


def _first_wins(customer_ids: Iterable[int | None]) -> dict[int, date | None]:
    ids = [customer_id for customer_id in customer_ids if customer_id is not None]
    if not ids:
        return {}
    customers = Customer.objects.filter(pk__in=ids).order_by("pk")
    if connection.vendor == "postgresql":
        # Two first wins of one customer at the same moment must not both be the first.
        customers = customers.select_for_update(no_key=True)
    return dict(customers.values_list("pk", "first_won_on"))
