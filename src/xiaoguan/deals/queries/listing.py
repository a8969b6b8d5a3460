"""The list of deals: a page of rows, how many there are, and their sum."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from django.db.models import QuerySet

from xiaoguan.deals.models import Deal
from xiaoguan.deals.queries.filters import ALL_STATES, DAYS, PERIODS, STANDING, Filters, filtered
from xiaoguan.deals.queries.pace import StagePace, stage_paces
from xiaoguan.deals.queries.paging import NEWEST, page
from xiaoguan.deals.queries.sums import are_kept, sums_by
from xiaoguan.deals.queries.tally import Tally, tallies, total
from xiaoguan.deals.rules import rests_too_long
from xiaoguan.journal.kinds import CUSTOMER
from xiaoguan.org.models import Member
from xiaoguan.org.records import open_records

PAGE: Final = 50
COUNT_TO: Final = 10_000


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
    too_long: bool
    overdue: bool
    step_overdue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A page of the list. ``tally`` counts all that fit; None where there are more than are counted for a page."""

    rows: list[Row]
    tally: Tally | None
    next_after: str

    @property
    def count(self) -> int:
        return COUNT_TO if self.tally is None else self.tally.count

    @property
    def more_than_counted(self) -> bool:
        return self.tally is None

    @property
    def average(self) -> Decimal | None:
        """What a deal of known amount is worth on average."""
        known = self.tally.count - self.tally.unknown if self.tally else 0
        return self.tally.amount / known if self.tally and known else None


def listing(member: Member, wanted: Wanted, *, today: date, fiscal_start_month: int = 1) -> Listing:
    """The wanted deals among those that the member may see."""
    found = filtered(member, wanted.filters, today=today, fiscal_start_month=fiscal_start_month)
    if all_counted := are_kept(member, wanted.filters):
        sums = sums_by(member, wanted.filters, "state", today=today, fiscal_start_month=fiscal_start_month)
    else:
        sums = tallies(found, most=COUNT_TO + 1)
    tally = total(sums.values())
    many = tally.count > COUNT_TO
    rows, next_after = page_of(member, found, wanted, many=many, size=PAGE, today=today)
    return Listing(rows=rows, tally=tally if all_counted or not many else None, next_after=next_after)


def page_of(
    member: Member, found: QuerySet[Deal], wanted: Wanted, *, many: bool, size: int, today: date
) -> tuple[list[Row], str]:
    """A page of these deals as rows, and the place behind it."""
    split = wanted.filters.state == ALL_STATES
    # State by state, because every index of an order begins with the state.
    runs = [found.filter(state=state) for state in STANDING] if split else [found]
    deals, next_after = page(runs, wanted.sort, wanted.after, size, many=many and not _days_disagree(wanted))
    return rows_of(member, deals, today), next_after


def _days_disagree(wanted: Wanted) -> bool:
    """Whether the order goes by other days than a filter by a period does: deals opened this month stand together at
    one end of the order by expected close, and following it would meet all others first. Ids follow the days on which
    deals were opened."""
    by = {name for name in DAYS if (days := getattr(wanted.filters, name)) and (days.word in PERIODS or days.end)}
    sort = wanted.sort.lstrip("-")
    sort = "opened" if sort == "id" else sort
    return bool(by) and sort in DAYS and sort not in by


def rows_of(member: Member, deals: list[Deal], today: date) -> list[Row]:
    """Deals as the list shows them."""
    keys = {(CUSTOMER, deal.customer_id) for deal in deals if deal.customer_id is not None}
    urls = {key[1]: opened.url for key, opened in open_records(member, keys).items()}
    paces = stage_paces(today)
    return [_row(deal, urls.get(deal.customer_id or 0), paces.get(deal.stage_id or 0), today) for deal in deals]


def _row(deal: Deal, customer_url: str | None, pace: StagePace | None, today: date) -> Row:
    is_open = deal.state == Deal.State.OPEN
    rests = (today - deal.stage_since).days if is_open and deal.stage_since else None
    return Row(
        deal=deal,
        customer_url=customer_url,
        rests=rests,
        too_long=rests_too_long(rests, pace.median if pace else None),
        overdue=is_open and deal.due_on is not None and deal.due_on < today,
        step_overdue=is_open and deal.next_step_on is not None and deal.next_step_on < today,
    )
