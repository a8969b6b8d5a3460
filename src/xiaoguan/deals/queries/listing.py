"""The list of deals: a page of rows, how many there are, and their sum."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from django.db.models import Count, Q, QuerySet, Sum

from xiaoguan.deals.models import Deal
from xiaoguan.deals.queries.filters import ALL_STATES, Filters, filtered
from xiaoguan.deals.queries.paging import NEWEST, page
from xiaoguan.journal.kinds import CUSTOMER
from xiaoguan.lib.money import RATE_SCALE
from xiaoguan.org.models import Member
from xiaoguan.org.records import open_records

PAGE: Final = 50
COUNT_TO: Final = 10_000
STATES: Final = (Deal.State.OPEN, Deal.State.WON, Deal.State.LOST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which deals, in which order, behind which place."""

    filters: Filters = field(default_factory=Filters)
    sort: str = NEWEST
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A deal in the list; ``customer_url`` None: the member may not open the customer."""

    deal: Deal
    customer_url: str | None
    rests: int | None
    overdue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A page of the list. ``amount`` is the sum in company currency, None where too many to add up or none is known."""

    rows: list[Row]
    count: int
    more_than_counted: bool
    amount: Decimal | None
    unknown: int
    next_after: str


def listing(member: Member, wanted: Wanted, *, today: date, fiscal_start_month: int = 1) -> Listing:
    """The wanted deals among those that the member may see."""
    found = filtered(member, wanted.filters, today=today, fiscal_start_month=fiscal_start_month)
    count = found.order_by()[: COUNT_TO + 1].count()
    amount, unknown = (None, 0) if count > COUNT_TO else _sum(found)
    deals, next_after = page(_runs(found, wanted.filters), wanted.sort, wanted.after, PAGE, many=count > COUNT_TO)
    return Listing(
        rows=_rows(member, deals, today),
        count=min(count, COUNT_TO),
        more_than_counted=count > COUNT_TO,
        amount=amount,
        unknown=unknown,
        next_after=next_after,
    )


def _runs(found: QuerySet[Deal], filters: Filters) -> list[QuerySet[Deal]]:
    """The deals state by state: every index of an order begins with the state."""
    named = found.select_related("customer", "owner", "stage")
    return [named.filter(state=state) for state in STATES] if filters.state == ALL_STATES else [named]


def _sum(deals: QuerySet[Deal]) -> tuple[Decimal | None, int]:
    """Sum in company currency and how many amounts are unknown; None where all are. One query, one row a rate."""
    known, total, unknown = 0, Decimal(0), 0
    rows = (
        deals.order_by()
        .values("rate")
        .annotate(amounts=Sum("amount"), known=Count("amount"), unknown=Count("id", filter=Q(amount__isnull=True)))
    )
    for row in rows:
        known += row["known"]
        unknown += row["unknown"]
        total += (row["amounts"] or Decimal(0)) * row["rate"] / RATE_SCALE
    return (total if known else None), unknown


def _rows(member: Member, deals: list[Deal], today: date) -> list[Row]:
    keys = {(CUSTOMER, deal.customer_id) for deal in deals if deal.customer_id is not None}
    urls = {key[1]: opened.url for key, opened in open_records(member, keys).items()}
    return [
        Row(
            deal=deal,
            customer_url=urls.get(deal.customer_id) if deal.customer_id is not None else None,
            rests=(today - deal.stage_since).days if deal.state == Deal.State.OPEN and deal.stage_since else None,
            overdue=deal.state == Deal.State.OPEN and deal.due_on is not None and deal.due_on < today,
        )
        for deal in deals
    ]
