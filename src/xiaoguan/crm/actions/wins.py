"""Since when a customer has bought."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Final

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from xiaoguan.crm.models import Customer
from xiaoguan.crm.rules import first_standing_win
from xiaoguan.journal.facts.deals import DealWon, WonDealReopened
from xiaoguan.journal.models import Entry, Reversal
from xiaoguan.lib.bulk import update_rows, writer

_COLUMNS: Final = ("customer_id", "subject_key", "on_date", "kind")
_AT_ONCE: Final = 5_000
Told = tuple[int, date, bool]


def note_first_wins(days: Mapping[int, date]) -> None:
    """Customers bought on these days: where that is earlier than what is known, it becomes the first win."""
    with transaction.atomic():
        later = Q(first_won_on=None) | Q(first_won_on__gt=min(days.values()))
        rows = Customer.objects.select_for_update(no_key=True).filter(later, pk__in=days).order_by("pk")
        known = rows.values_list("pk", "first_won_on")
        write = writer(connection)
        earlier = [(pk, write(days[pk])) for pk, first in known if first is None or days[pk] < first]
        update_rows(Customer, ("first_won_on",), earlier)


def recount_first_wins(customer_ids: Iterable[int]) -> None:
    """Read the first win of customers from the journal again: a win was taken back, or the deal was re-opened."""
    ids = set(customer_ids)
    with transaction.atomic():
        rows = list(Customer.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"))
        told = standing_wins(ids)
        changed = []
        for row in rows:
            first = first_standing_win(told.get(row.pk, ()))
            if first != row.first_won_on:
                row.first_won_on = first
                changed.append(row)
        Customer.objects.bulk_update(changed, ["first_won_on"])


def standing_wins(customer_ids: Iterable[int]) -> dict[int, list[Told]]:
    """(deal, day, won or re-opened) of each customer from entries that still stand, oldest first."""
    told = _told().filter(customer_id__in=set(customer_ids)).order_by("on_date", "id")
    result: dict[int, list[Told]] = {}
    for customer_id, *one in told.values_list(*_COLUMNS):
        result.setdefault(customer_id, []).append(_win(*one))
    return result


def all_standing_wins() -> Iterator[tuple[int, list[Told]]]:
    """The same of every customer that was ever sold to, in the order of their ids."""
    told = _told().exclude(customer_id=None).order_by()
    # Sorted here: a database asked for the order would follow an index from one end of the journal to the other.
    rows = sorted(told.values_list("customer_id", "on_date", "id", "subject_key", "kind").iterator(_AT_ONCE))
    for customer_id, of_one in groupby(rows, key=itemgetter(0)):
        yield customer_id, [_win(deal, day, kind) for _customer, day, _id, deal, kind in of_one]


def _told() -> QuerySet[Entry]:
    gone = Reversal.objects.filter(reversed_id=OuterRef("id"))
    return Entry.objects.filter(~Exists(gone), kind__in=(DealWon.code, WonDealReopened.code))


def _win(deal: int, day: date, kind: int) -> Told:
    return deal, day, kind == DealWon.code
