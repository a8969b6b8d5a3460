"""Prove that customers equal the books: how many there are, and since when each has bought."""

from collections.abc import Iterable, Iterator
from datetime import date

from xiaoguan.crm.actions.wins import all_standing_wins
from xiaoguan.crm.models import Customer
from xiaoguan.crm.rules import first_standing_win
from xiaoguan.ledger.reconcile import Difference, Totals


def check_customers(totals: Totals) -> Iterable[Difference]:
    """Table against ledger and journal."""
    counted = totals.get("customers_new", (0, 0))[1]
    standing = Customer.objects.filter(removed_at=None)
    if standing.count() != counted:
        yield Difference(
            check="customers",
            about="customers_new: count",
            expected=str(standing.count()),
            found=str(counted),
        )
    yield from _differing_wins()


def _differing_wins() -> Iterator[Difference]:
    known = dict(Customer.objects.values_list("pk", "first_won_on"))
    for pk, told in all_standing_wins():
        yield from _compared(pk, known.pop(pk, None), first_standing_win(told))
    for pk, first_won_on in known.items():
        yield from _compared(pk, first_won_on, None)


def _compared(pk: int, stored: date | None, first: date | None) -> Iterator[Difference]:
    if stored != first:
        yield Difference(check="customers", about=f"customer {pk}: first win", expected=str(stored), found=str(first))
