"""Count, sum and unknown amounts of each column: from the books, or from the table where filters are on.

Both convert every single deal into the company's currency and round it once, so they agree to the last digit.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.db.models import Sum as SumOf

from xiaoguan.deals.models import Deal
from xiaoguan.ledger.measures.answers import MeasureAnswer
from xiaoguan.ledger.measures.asking import Ask
from xiaoguan.ledger.measures.engine import ask
from xiaoguan.ledger.measures.language import measure
from xiaoguan.ledger.rows import converted
from xiaoguan.lib.addresses import address_of
from xiaoguan.lib.money import RATE_SCALE, SCALE, from_stored, to_stored
from xiaoguan.lib.periods import Period
from xiaoguan.org.models import Member
from xiaoguan.org.scope import Scope, scope_of

NO_STAGE: Final = 0
"""The column of deals that stand in no stage: imported ones, where the file named none."""
CLOSED: Final = {Deal.State.WON: "won_count", Deal.State.LOST: "lost_count"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """``amount`` None: no amount is known. The addresses open the figures; empty where they are not of the books."""

    count: int = 0
    amount: Decimal | None = Decimal(0)
    unknown: int = 0
    count_url: str = ""
    amount_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """Open deals by stage, and how many were won and lost in the period."""

    by_stage: Mapping[int, Sum] = field(default_factory=dict)
    closed: Mapping[int, Sum] = field(default_factory=dict)


def sums_from_books(member: Member, today: date, period: Period) -> Sums:
    """The balance of the pipeline by stage, and the period's wins and losses, of what the member may see."""
    scope = scope_of(member, "deals.view", today)
    if scope is None:
        return Sums()
    # A figure opens under the permission for measures: linked only where that is about the same deals.
    linked = scope == scope_of(member, "measures.view", today)
    day = Period(today, today, period.fiscal_start_month)
    return Sums(by_stage=_open_in_books(scope, day, linked), closed=_closed_in_books(scope, today, period, linked))


def _open_in_books(scope: Scope, day: Period, linked: bool) -> dict[int, Sum]:
    measures = (measure("pipeline_amount"), measure("pipeline_count"))
    answer = ask(Ask(measures=measures, period=day, today=day.end, by=("stage",), scope=scope)).measures
    amounts = answer["pipeline_amount"].groups
    result = {}
    for key, count in answer["pipeline_count"].groups.items():
        stage, money = key[0], amounts[key]
        result[int(stage or NO_STAGE)] = Sum(
            count=count.numerator,
            amount=money.value,
            unknown=money.unknown,
            count_url=_opens("pipeline_count", day, stage) if linked else "",
            amount_url=_opens("pipeline_amount", day, stage) if linked else "",
        )
    return result


def _closed_in_books(scope: Scope, today: date, period: Period, linked: bool) -> dict[int, Sum]:
    measures = tuple(measure(key) for key in CLOSED.values())
    answer = ask(Ask(measures=measures, period=period, today=today, scope=scope)).measures
    return {
        state: Sum(count=_whole(answer[key]), count_url=_opens(key, period) if linked else "")
        for state, key in CLOSED.items()
    }


def _whole(answer: MeasureAnswer) -> int:
    return answer.total.numerator


def _opens(key: str, period: Period, *stage: object) -> str:
    """Where the readers' pages open a figure; one group of it where a stage (None: no stage) is named."""
    parts = {"period": period.key, "measure": key}
    if stage:
        parts |= {"group": "stage", "key": "none" if stage[0] is None else str(stage[0])}
    return f"{address_of('analysis:open')}?{urlencode(parts)}"


def sums_from_table(deals: QuerySet[Deal], period: Period) -> Sums:
    """The same of the deals that filters leave, in all states."""
    closed = deals.filter(state__in=list(CLOSED), closed_on__range=(period.start, period.end))
    counted = closed.order_by().values_list("state").annotate(how_many=Count("id"))
    found = dict(counted)
    return Sums(
        by_stage=_open_in_table(deals.filter(state=Deal.State.OPEN)),
        closed={state: Sum(count=found.get(state, 0)) for state in CLOSED},
    )


def _open_in_table(deals: QuerySet[Deal]) -> dict[int, Sum]:
    """Amounts in the company's currency are added by the database; others, where there are any, come one row a
    different amount."""
    own = Q(rate=RATE_SCALE)
    rows = (
        deals.order_by()
        .values_list("stage_id")
        .annotate(
            many=Count("id"),
            known=Count("amount"),
            own=SumOf("amount", filter=own),
            foreign=Count("amount", filter=~own),
        )
    )
    found = list(rows)
    foreign = _foreign(deals) if any(other for *_rest, other in found) else {}
    return {
        stage or NO_STAGE: Sum(
            count=count,
            # A sum may be larger than any one amount, so it is not to_stored's to bound.
            amount=from_stored(int((added or 0) * SCALE) + foreign.get(stage, 0)) if known else None,
            unknown=count - known,
        )
        for stage, count, known, added, _other in found
    }


def _foreign(deals: QuerySet[Deal]) -> dict[int | None, int]:
    """By stage, what amounts in other currencies are in the company's, each deal rounded by itself."""
    sums: dict[int | None, int] = defaultdict(int)
    rows = deals.order_by().exclude(rate=RATE_SCALE).filter(amount__isnull=False)
    for stage, amount, rate, many in rows.values_list("stage_id", "amount", "rate").annotate(many=Count("id")):
        sums[stage] += converted(to_stored(amount), rate) * many
    return sums
