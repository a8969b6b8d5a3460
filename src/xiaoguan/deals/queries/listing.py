"""The list of deals: filters, order, keyset paging, count and sums."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.db.models import Count, F, Q, QuerySet, Sum

from xiaoguan.deals import policy
from xiaoguan.deals.models import Deal
from xiaoguan.deals.queries.choices import persons_of_unit
from xiaoguan.journal.kinds import CUSTOMER
from xiaoguan.lib.money import RATE_SCALE, from_stored, to_stored
from xiaoguan.org.models import Member
from xiaoguan.org.records import open_records

PAGE: Final = 50
COUNT_TO: Final = 10_000
SORTS: Final = ("-id", "-amount", "amount", "due_on", "-due_on", "-closed_on")
DUES: Final = ("overdue", "week", "month", "quarter", "none")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which deals, in which order. Empty values do not filter; ``state`` 0 is every state."""

    state: int = Deal.State.OPEN
    text: str = ""
    stage_id: int | None = None
    owner_id: int | None = None
    unit_id: int | None = None
    due: str = ""
    no_next_step: bool = False
    sort: str = "-id"
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
    found = matching(member, wanted, today=today, fiscal_start_month=fiscal_start_month)
    count = found.order_by()[: COUNT_TO + 1].count()
    amount, unknown = (None, 0) if count > COUNT_TO else _sum(found)
    page = list(_page(found, wanted).select_related("customer", "owner", "stage"))
    more = len(page) > PAGE
    page = page[:PAGE]
    return Listing(
        rows=_rows(member, page, today),
        count=min(count, COUNT_TO),
        more_than_counted=count > COUNT_TO,
        amount=amount,
        unknown=unknown,
        next_after=_place(page[-1], wanted.sort) if more else "",
    )


def matching(member: Member, wanted: Wanted, *, today: date, fiscal_start_month: int = 1) -> QuerySet[Deal]:
    """The visible deals that the filters leave."""
    deals = policy.visible_deals(member)
    if wanted.state:
        deals = deals.filter(state=wanted.state)
    if wanted.stage_id:
        deals = deals.filter(stage_id=wanted.stage_id)
    if wanted.owner_id:
        deals = deals.filter(owner_id=wanted.owner_id)
    if wanted.unit_id:
        deals = deals.filter(owner_id__in=persons_of_unit(wanted.unit_id, today))
    if wanted.text:
        deals = deals.filter(Q(name__icontains=wanted.text) | Q(customer__name__icontains=wanted.text))
    if wanted.no_next_step:
        deals = deals.filter(next_step="")
    return _due(deals, wanted.due, today, fiscal_start_month)


def _due(deals: QuerySet[Deal], due: str, today: date, fiscal_start_month: int) -> QuerySet[Deal]:
    if due == "none":
        return deals.filter(due_on__isnull=True)
    if due == "overdue":
        return deals.filter(due_on__lt=today)
    if due in DUES:
        start, end = due_period(due, today, fiscal_start_month)
        return deals.filter(due_on__range=(start, end))
    return deals


def due_period(due: str, today: date, fiscal_start_month: int) -> tuple[date, date]:
    """First and last day of the week, month or fiscal quarter around a day."""
    if due == "week":
        start = today - timedelta(days=today.weekday())
        return start, start + timedelta(days=6)
    months = 1 if due == "month" else 3
    back = (today.month - fiscal_start_month) % months
    start = _months_later(today.replace(day=1), -back)
    return start, _months_later(start, months) - timedelta(days=1)


def _months_later(first: date, months: int) -> date:
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, 1)


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


# Keyset paging: the place of the last row (value and id) names the beginning of the next page.


def _page(deals: QuerySet[Deal], wanted: Wanted) -> QuerySet[Deal]:
    field, descending = wanted.sort.lstrip("-"), wanted.sort.startswith("-")
    if field == "id":
        last = _number(wanted.after)
        return (deals.filter(id__lt=last) if last else deals).order_by("-id")[: PAGE + 1]
    order = F(field).desc(nulls_last=True) if descending else F(field).asc(nulls_last=True)
    return _behind(deals, field, descending, wanted.after).order_by(order, "-id")[: PAGE + 1]


def _behind(deals: QuerySet[Deal], field: str, descending: bool, after: str) -> QuerySet[Deal]:
    text, _, id_text = after.rpartition("|")
    last = _number(id_text)
    if not last:
        return deals
    if not text:
        return deals.filter(**{f"{field}__isnull": True}, id__lt=last)
    value = _value(field, text)
    if value is None:
        return deals
    further = Q(**{f"{field}__{'lt' if descending else 'gt'}": value})
    same = Q(**{field: value}, id__lt=last)
    return deals.filter(further | same | Q(**{f"{field}__isnull": True}))


def _place(deal: Deal, sort: str) -> str:
    field = sort.lstrip("-")
    if field == "id":
        return str(deal.pk)
    value = getattr(deal, field)
    return f"{'' if value is None else value}|{deal.pk}"


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


_PARSERS: Final[dict[str, Callable[[str], Any]]] = {
    "amount": lambda text: from_stored(to_stored(Decimal(text))),
    "due_on": date.fromisoformat,
    "closed_on": date.fromisoformat,
}


def _value(field: str, text: str) -> Any:
    try:
        return _PARSERS[field](text)
    except (ValueError, InvalidOperation):
        return None
