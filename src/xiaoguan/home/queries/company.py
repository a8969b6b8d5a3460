"""A director's five minutes: the result and its main cause, the regions, the trend, what moved, the risks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from xiaoguan.analysis.choice import Choice, Opening
from xiaoguan.analysis.columns import Cell, Column, column
from xiaoguan.analysis.showing import amount, money_axis
from xiaoguan.deals.models import Deal
from xiaoguan.deals.queries.attention import in_company_currency
from xiaoguan.home import figures
from xiaoguan.home.figures import HomeFigure, Seen
from xiaoguan.home.moved import Movement, movement
from xiaoguan.home.queries.risks import Risk, look, risks_of
from xiaoguan.home.rules import Home, main_cause, months_back, year_before
from xiaoguan.journal.kinds import STAGE
from xiaoguan.ledger.measures.answers import NO_DATA, Answer, MeasureAnswer
from xiaoguan.ledger.measures.asking import time_key
from xiaoguan.ledger.measures.dimensions import Value
from xiaoguan.ledger.measures.figures import Figure
from xiaoguan.ledger.measures.language import measure
from xiaoguan.lib.beside import begin
from xiaoguan.lib.periods import Period
from xiaoguan.org.models import Member
from xiaoguan.org.records import labels_of
from xiaoguan.ui.parts import Chart, Series
from xiaoguan.ui.parts import Choice as Segment

FLOWS: Final = ("won_amount", "won_count", "win_rate", "average_deal")
STANDS: Final = ("pipeline_amount", "pipeline_count")
MONTHS: Final = 24
_LARGEST: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionLine:
    """A region: won now, won a year before, the change, win rate, open pipeline."""

    label: str
    cells: tuple[Cell, ...]
    change: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Large:
    """One of the largest open deals."""

    deal: Deal
    amount: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """The home of whoever answers for all."""

    today: date
    sentence: str
    scope: str
    periods: list[Segment]
    figures: list[HomeFigure]
    columns: tuple[str, ...]
    regions: list[RegionLine]
    total: tuple[Cell, ...]
    change: Decimal | None
    compared: str
    trend: Chart
    stages: Chart | None
    moved: Movement
    largest: list[Large]
    risks: list[Risk]
    empty: bool


def company_page(member: Member, at: datetime, today: date, period_kind: str) -> Company:
    """Everything that the member sees of the company."""
    period = figures.asked_period(period_kind, today)
    seen = figures.seen_by(member, period, at)
    looked = begin(partial(look, member, today, largest=_LARGEST))
    earlier = figures.as_far(period, year_before(period), today)
    now = seen.ask((*FLOWS, *STANDS), ("region",))
    before = seen.ask(FLOWS, ("region",), period=earlier)
    moved, trend = movement(seen), _trend(seen, today)
    sides = _sides(seen, now, before, earlier)
    names = _names(now, before)
    return Company(
        today=today,
        sentence=_sentence(period, now, before, names),
        scope=seen.viewer.frame.scope,
        periods=figures.period_choices(Home.COMPANY, period),
        figures=_figures(seen, now, before, moved),
        columns=tuple(side.column.head for side in sides),
        regions=_regions(now, before, names, sides),
        total=tuple(side.whole() for side in sides),
        change=_change(now.measures["won_amount"].total, before.measures["won_amount"].total),
        compared=str(earlier.start) + " – " + str(earlier.end),
        trend=trend,
        stages=_stages(seen),
        moved=moved,
        largest=[Large(deal=deal, amount=in_company_currency(deal)) for deal in looked().largest],
        risks=risks_of(seen, looked(), now.measures["pipeline_amount"].total, moved),
        empty=not now.measures["pipeline_amount"].total.count and not any(value for value in trend.series[0].values),
    )


def _change(now: Figure, before: Figure) -> Decimal | None:
    """Nothing where the books do not reach back a year."""
    if now.value is None or before.value is None or not before.count:
        return None
    return now.value - before.value


def _sentence(period: Period, now: Answer, before: Answer, names: Mapping[Value, str]) -> str:
    """The result, how it compares with the year before, and the region that explains most of the difference."""
    won, earlier = now.measures["won_amount"], before.measures["won_amount"]
    words = {"period": period.label, "amount": amount(won.total.value)}
    if won.total.value is None or not won.total.count:
        return _("%(period)s: no deal won yet") % words
    change = _change(won.total, earlier.total)
    if change is None or not earlier.total.count:
        return _("%(period)s: %(amount)s won so far") % words
    words["change"] = amount(abs(change))
    if not change:
        return _("%(period)s: %(amount)s won so far, as much as a year ago") % words
    cause = main_cause(_changes(now, before), change)
    words["region"] = names.get(cause, "") if cause is not None else ""
    more = change > 0
    if not words["region"] or len(names) < 2:
        if more:
            return _("%(period)s: %(amount)s won so far, %(change)s more than a year ago") % words
        return _("%(period)s: %(amount)s won so far, %(change)s less than a year ago") % words
    if more:
        return _("%(period)s: %(amount)s won so far, %(change)s more than a year ago, mostly from %(region)s") % words
    return _("%(period)s: %(amount)s won so far, %(change)s less than a year ago, mostly in %(region)s") % words


def _changes(now: Answer, before: Answer) -> dict[int, Decimal]:
    result: dict[int, Decimal] = {}
    for answer, sign in ((now, 1), (before, -1)):
        for (region,), figure in answer.measures["won_amount"].groups.items():
            if isinstance(region, int) and figure.value is not None:
                result[region] = result.get(region, Decimal(0)) + sign * figure.value
    return result


def _figures(seen: Seen, now: Answer, before: Answer, moved: Movement) -> list[HomeFigure]:
    choice, since = seen.viewer.choice, _("vs. the same working day a year ago")
    found, earlier = now.measures, before.measures
    shown = {key: seen.shown(found[key].measure, found[key].total, choice, earlier[key].total, since) for key in FLOWS}
    item = found["pipeline_amount"].measure
    pipeline = seen.shown(item, moved.closing, moved.choice, moved.opening, _("since last Monday"))
    return [shown["won_amount"], pipeline, shown["win_rate"], shown["won_count"], shown["average_deal"]]


@dataclass(frozen=True, slots=True)
class _Side:
    """A column beside the answer that fills it."""

    column: Column
    answer: MeasureAnswer

    def cell(self, group: Value) -> Cell:
        return self.column.of(self.answer.groups.get((group,)), group)

    def whole(self) -> Cell:
        return self.column.whole(self.answer.total)


def _sides(seen: Seen, now: Answer, before: Answer, earlier: Period) -> list[_Side]:
    """Won, won a year before in the same unit, win rate and open pipeline."""
    choice = seen.viewer.choice
    won, past = now.measures["won_amount"], before.measures["won_amount"]
    rate, pipeline = now.measures["win_rate"], now.measures["pipeline_amount"]
    return [
        _Side(column("region", choice, won, past), won),
        _Side(column("region", Choice(period=earlier), past, won, name=_("A year ago")), past),
        _Side(column("region", choice, rate), rate),
        _Side(column("region", choice, pipeline), pipeline),
    ]


def _names(now: Answer, before: Answer) -> dict[Value, str]:
    return {region: name for answer in (now, before) for (region,), name in answer.names.of_all.items()}


def _regions(now: Answer, before: Answer, names: Mapping[Value, str], sides: list[_Side]) -> list[RegionLine]:
    changes, past = now.measures["won_amount"].groups, before.measures["won_amount"].groups
    lines = [
        RegionLine(
            label=name,
            cells=tuple(side.cell(value) for side in sides),
            change=_difference(changes.get((value,)), past.get((value,))) if past else None,
        )
        for value, name in names.items()
    ]
    return sorted(lines, key=lambda line: (-(line.cells[0].value or 0), -(line.cells[3].value or 0), line.label))


def _difference(now: Figure | None, before: Figure | None) -> Decimal | None:
    """A region without postings has won nothing; one whose amounts are unknown has no change."""
    values = [Decimal(0) if figure is None else figure.value for figure in (now, before)]
    return None if values[0] is None or values[1] is None else values[0] - values[1]


def _trend(seen: Seen, today: date) -> Chart:
    """Won by month, the present one as far as it has come."""
    fiscal = seen.viewer.choice.period.fiscal_start_month
    back = months_back(today, MONTHS)
    period = Period(back.start, back.end, fiscal)
    answer = seen.ask(("won_amount",), ("month",), period=period)
    found = {str(key[0]): figure.value for key, figure in answer.measures["won_amount"].groups.items()}
    months = period.months()
    values = [found.get(time_key(month), Decimal(0)) for month in months]
    axis = money_axis(values)
    return Chart(
        kind="bars",
        title=_("How did the won amount develop?"),
        caption=f"{measure('won_amount').name} · {seen.viewer.frame.scope}",
        unit=axis.unit,
        decimals=axis.places,
        labels=[f"{month.start:%y-%m}" for month in months],
        series=[Series(name=measure("won_amount").name, values=[_scaled(value, axis.divisor) for value in values])],
        links=[Opening(choice=Choice(period=month), measure="won_amount").url() for month in months],
        head=pgettext("dimension", "Month"),
    )


def _scaled(value: Decimal | None, divisor: int) -> float | None:
    return None if value is None else float(value / divisor)


def _stages(seen: Seen) -> Chart | None:
    """What is open, by region and stage; None where nothing is."""
    found = seen.ask(("pipeline_amount",), ("region", "stage")).measures["pipeline_amount"]
    values = {key: figure.value for key, figure in found.groups.items()}
    if not values:
        return None
    regions = _by_size(values)
    stages = _stages_in_order({key[1] for key in values})
    axis = money_axis(_sums(values).values())
    names = {row.key[0]: (row.group or NO_DATA).split(" · ")[0] for row in found.rows}
    return Chart(
        kind="bars",
        title=_("Where does the open pipeline stand?"),
        caption=f"{found.measure.name} · {seen.viewer.frame.scope}",
        unit=axis.unit,
        decimals=axis.places,
        labels=[names[region] for region in regions],
        series=[
            Series(name=name, values=[_scaled(values.get((region, stage)), axis.divisor) for region in regions])
            for stage, name in stages
        ],
        links=[
            Opening(choice=seen.viewer.choice, measure="pipeline_amount", group="region", value=region).url()
            for region in regions
        ],
        stacked=True,
        head=pgettext("dimension", "Region"),
    )


def _by_size(values: Mapping[tuple[Value, ...], Decimal | None]) -> list[Value]:
    sums = _sums(values)
    return sorted(sums, key=lambda region: (-sums[region], str(region)))


def _sums(values: Mapping[tuple[Value, ...], Decimal | None]) -> dict[Value, Decimal]:
    """By region: as high as its bar becomes."""
    sums: dict[Value, Decimal] = {}
    for key, value in values.items():
        sums[key[0]] = sums.get(key[0], Decimal(0)) + (value or 0)
    return sums


def _stages_in_order(found: set[Value]) -> list[tuple[Value, str]]:
    """In the order in which a deal passes them; what has no stage last."""
    ids = {item for item in found if isinstance(item, int)}
    names: list[tuple[Value, str]] = list(labels_of(STAGE, ids).items())
    return names + ([(None, NO_DATA)] if None in found else [])
