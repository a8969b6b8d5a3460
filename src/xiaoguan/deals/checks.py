"""Prove that the deals table equals the books (open deals = pipeline balance, won deals = won, lost deals = lost), and
that the sums kept of closed deals equal the deals."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Count, Q, Sum

from xiaoguan.deals.closed_sums import missing_sum_triggers, sums_that_differ
from xiaoguan.deals.models import Deal
from xiaoguan.ledger.accounts import UNKNOWN_SUFFIX
from xiaoguan.ledger.reconcile import Difference, Totals
from xiaoguan.ledger.rows import converted
from xiaoguan.lib.money import RATE_SCALE, SCALE, to_stored

_ACCOUNT_OF_STATE = {Deal.State.OPEN: "pipeline", Deal.State.WON: "won", Deal.State.LOST: "lost"}


def check_deals(totals: Totals) -> Iterable[Difference]:
    """Count, amount and number of unknown amounts by state, table against ledger."""
    for state, account in _ACCOUNT_OF_STATE.items():
        for what, in_table, in_ledger in _pairs(_table(state), totals, account):
            if in_table != in_ledger:
                yield Difference(
                    check="deals", about=f"{account}: {what}", expected=str(in_table), found=str(in_ledger)
                )


def check_sums(_totals: Totals) -> Iterable[Difference]:
    """The sums of closed deals, row by row."""
    for name in missing_sum_triggers():
        yield Difference(check="sums", about=name, expected="present", found="missing")
    for about, expected, found in sums_that_differ():
        yield Difference(check="sums", about=about, expected=expected, found=found)


def _pairs(table: dict[str, Any], totals: Totals, account: str) -> Iterator[tuple[str, int, int]]:
    quantity, units = totals.get(account, (0, 0))
    yield "count", table["how_many"], units
    yield "amount in 1/10,000", table["amount"], quantity
    yield "unknown amounts", table["unknown"], totals.get(account + UNKNOWN_SUFFIX, (0, 0))[1]


def _table(state: int) -> dict[str, Any]:
    deals = Deal.objects.filter(state=state)
    found = deals.aggregate(
        how_many=Count("id"),
        unknown=Count("id", filter=Q(amount__isnull=True)),
        own=Sum("amount", filter=Q(rate=RATE_SCALE)),
    )
    foreign = deals.exclude(rate=RATE_SCALE).exclude(amount=None).values_list("amount", "rate").iterator()
    # A sum may be larger than any one amount, so it is not to_stored's to bound.
    amount = int((found["own"] or 0) * SCALE) + sum(converted(to_stored(value or 0), rate) for value, rate in foreign)
    return {"how_many": found["how_many"], "unknown": found["unknown"], "amount": amount}
