"""Prove that customers equal the books: how many there are, and since when each has bought."""

from collections.abc import Iterable

from xiaoguan.crm.actions.wins import standing_wins
from xiaoguan.crm.models import Customer
from xiaoguan.crm.rules import first_standing_win
from xiaoguan.ledger.reconcile import Difference, account_totals

_LISTED = 20
_CHUNK = 2_000


def check_customers() -> Iterable[Difference]:
    """Table against ledger and journal."""
    counted = account_totals().get("customers_new", (0, 0))[1]
    standing = Customer.objects.filter(removed_at=None)
    if standing.count() != counted:
        yield Difference(
            check="customers",
            about="customers_new: count",
            expected=str(standing.count()),
            found=str(counted),
        )
    yield from _first_wins()


def _first_wins() -> Iterable[Difference]:
    rows = dict(Customer.objects.order_by("pk").values_list("pk", "first_won_on"))
    ids = list(rows)
    found = 0
    for start in range(0, len(ids), _CHUNK):
        part = ids[start : start + _CHUNK]
        told = standing_wins(part)
        for pk in part:
            first = first_standing_win(told.get(pk, ()))
            if first != rows[pk] and found < _LISTED:
                found += 1
                yield Difference(
                    check="customers",
                    about=f"customer {pk}: first win",
                    expected=str(rows[pk]),
                    found=str(first),
                )
