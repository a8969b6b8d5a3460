"""What the page of measures shows, put together from answers."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from xiaoguan.analysis.choice import GROUPINGS, Choice, Opening
from xiaoguan.analysis.columns import Cell, column
from xiaoguan.analysis.pictures import Waterfall
from xiaoguan.analysis.showing import Frame, Shown, amount, shown
from xiaoguan.analysis.words import DIMENSION_NAMES
from xiaoguan.journal.kinds import STAGE
from xiaoguan.ledger.measures.answers import Answer, MeasureAnswer, Names
from xiaoguan.ledger.measures.asking import Organisation
from xiaoguan.ledger.measures.dimensions import Value
from xiaoguan.ledger.measures.figures import Figure
from xiaoguan.ledger.measures.language import AddsUp
from xiaoguan.ledger.measures.totals import Key
from xiaoguan.lib.periods import Period
from xiaoguan.org import calendar
from xiaoguan.org.records import labels_of
from xiaoguan.ui.parts import Choice as Segment

SHEETS: Final = (
    (gettext_lazy("Results"), ("won_amount", "won_count", "lost_count", "win_rate", "win_rate_value", "average_deal")),
    (gettext_lazy("Open pipeline"), ("pipeline_amount", "pipeline_count", "pipeline_moved", "new_deals")),
    (
        gettext_lazy("Pace and work"),
        ("cycle_days", "cycle_days_median", "stage_days", "activity_count", "customers_new"),
    ),
)
SHOWN, FURTHER = 50, 100
"""Rows of a report at first, what a person can read, and at each further look: all of 500 sellers are 760 kB."""
RANKED: Final = (
    "won_amount", "won_count", "win_rate", "average_deal", "cycle_days_median", "pipeline_amount", "pipeline_count",
)  # fmt: skip
Rank = Callable[[Key], tuple[Any, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Figures that belong together."""

    title: object
    figures: tuple[Shown, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A group with its figures, in the order of the columns. ``size`` is what its bar shows."""

    label: str
    id: Value
    cells: tuple[Cell, ...]
    size: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """Groups side by side, the largest first (stages in their own order), with the whole below. ``more`` is how many
    come behind those shown and ``more_url`` brings the next; ``first_url`` leads back where these are not the first.
    The whole is that of all of them."""

    title: str
    grouped_by: object
    dimension: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    total: tuple[Cell, ...]
    largest: Decimal
    more: int = 0
    more_url: str = ""
    first_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """Everything on the page of measures."""

    frame: Frame
    sentence: str
    choices: "Choices"
    sheets: tuple[Sheet, ...] = ()
    board: Board | None = None
    moved: Waterfall | None = None
    open_on: date | None = None
    stages: Board | None = None
    latest: Choice | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Others:
    """The measures that the page of measures leaves out until they are asked for."""

    frame: Frame
    board: Board


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What one may switch to."""

    periods: tuple[Segment, ...]
    groupings: tuple[Segment, ...]
    organisations: tuple[Segment, ...]
    units: list[tuple[int, str]]
    before: str
    after: str
    now_known: str
    kept: dict[str, str] = field(default_factory=dict)


def choices(choice: Choice, today: date, units: list[tuple[int, str]]) -> Choices:
    """Periods around the one shown, groupings, then and now, units, and the neighbours in time."""
    anchor = today if today in choice.period else choice.period.start
    kinds = {kind: str(DIMENSION_NAMES[kind]) for kind in ("month", "quarter")}
    kinds["year"] = pgettext("dimension", "Year")
    return Choices(
        periods=tuple(
            Segment(label=label, url=choice.url(period=calendar.current(kind, anchor)),
                    active=choice.period.kind == kind)
            for kind, label in kinds.items()
        ),
        groupings=tuple(
            Segment(label=str(DIMENSION_NAMES[name]), url=choice.url(by=name), active=choice.by == name)
            for name in GROUPINGS
        ),
        organisations=tuple(
            Segment(label=label, url=choice.url(org=org), active=choice.org is org)
            for org, label in (
                (Organisation.THEN, pgettext("organisation", "Of then")),
                (Organisation.NOW, pgettext("organisation", "Of today")),
            )
        ),
        units=units,
        before=choice.url(period=choice.period.previous(), on=None),
        after=choice.url(period=choice.period.next(), on=None),
        now_known=choice.url(known_on=None),
        kept={name: item for name, item in choice.parameters().items() if name in ("by", "org")},
    )  # fmt: skip


def period_before(period: Period, today: date) -> Period:
    """With what a period is compared: the one before, as far as this one has come."""
    before = period.previous()
    gone = (today - period.start).days if today in period else before.days - 1
    end = min(before.end, before.start + timedelta(days=gone))
    return Period(before.start, end, period.fiscal_start_month)


def sentence(answer: MeasureAnswer, before: MeasureAnswer, choice: Choice, today: date) -> str:
    """What the period means, before any figure."""
    won, earlier = answer.total, before.total
    label = choice.period.label
    if not won.count and not won.numerator:
        return _("%(period)s: no deal won") % {"period": label}
    deals = ngettext("%(many)s deal", "%(many)s deals", won.count) % {"many": f"{won.count:,}"}
    words = {"period": label, "deals": deals}
    if won.value is None:
        return _("%(period)s: %(deals)s won, amounts not known") % words
    words["amount"] = amount(won.value)
    if earlier.value is None or not earlier.count:
        return _("%(period)s: %(deals)s won, worth %(amount)s") % words
    words["change"] = amount(abs(won.value - earlier.value))
    return _compared(won.value - earlier.value, running=today in choice.period) % words


def _compared(change: Decimal, *, running: bool) -> str:
    if not change:
        return _("%(period)s: %(deals)s won, worth %(amount)s, as much as in the period before")
    if running and change > 0:
        return _("%(period)s: %(deals)s won, worth %(amount)s, %(change)s more than by this day of the period before")
    if running:
        return _("%(period)s: %(deals)s won, worth %(amount)s, %(change)s less than by this day of the period before")
    if change > 0:
        return _("%(period)s: %(deals)s won, worth %(amount)s, %(change)s more than in the period before")
    return _("%(period)s: %(deals)s won, worth %(amount)s, %(change)s less than in the period before")


def sheets(answer: Answer, frame: Frame) -> tuple[Sheet, ...]:
    """The figures of the whole, in their sheets."""
    found = answer.measures
    return tuple(
        Sheet(title=title, figures=tuple(_whole(found[key], frame) for key in keys if key in found))
        for title, keys in SHEETS
    )


def _whole(item: MeasureAnswer, frame: Frame) -> Shown:
    return shown(item.measure, item.total, frame, Opening(choice=frame.choice, measure=item.measure.key))


def board(answer: Answer, keys: Iterable[str], frame: Frame, title: str, *, url: str = "", start: int = 0) -> Board:
    """The measures of these keys, by the one dimension that was asked; where the page has an address that can bring
    the others, some rows alone from the one numbered ``start``."""
    dimension = answer.ask.by[0]
    measures = [answer.measures[key] for key in keys if key in answer.measures]
    columns = [column(dimension, frame.choice, item) for item in measures]
    groups = [item.groups for item in measures]
    rank = _rank(measures, dimension)
    ranked = sorted({key for item in groups for key in item}, key=rank)
    end = start + (FURTHER if start else SHOWN) if url else len(ranked)
    lines = [
        Line(
            label=name,
            id=key[0],
            cells=tuple(one.of(of.get(key), key[0]) for one, of in zip(columns, groups, strict=True)),
            size=_size(groups[0].get(key)),
        )
        for key, name in _some(ranked, rank, answer.names, start, end).items()
    ]
    return Board(
        title=title,
        grouped_by=DIMENSION_NAMES[dimension],
        dimension=dimension,
        columns=tuple(one.head for one in columns),
        lines=tuple(lines),
        total=tuple(one.whole(item.total) for one, item in zip(columns, measures, strict=True)),
        largest=max(map(_size, groups[0].ends()), default=Decimal(0)),
        more=max(len(ranked) - end, 0),
        more_url=f"{url}&row={end}" if end < len(ranked) else "",
        first_url=url if start else "",
    )


def _rank(measures: list[MeasureAnswer], dimension: str) -> Rank:
    """The largest first, by the first two measures that add up; stages in the order in which a deal passes them, what
    has no stage last."""
    sizes = [item.groups.sizes for item in measures if not item.measure.adds_up.own_level][:2]

    def by_size(key: Key) -> tuple[Any, ...]:
        return tuple([-of.get(key, 0) for of in sizes])

    if dimension != "stage":
        return by_size
    known = labels_of(STAGE, {key[0] for item in measures for key in item.groups if isinstance(key[0], int)})
    passed: dict[Value, int] = {stage: place for place, stage in enumerate(known)}
    return lambda key: (passed.get(key[0], len(passed)), *by_size(key))


def _some(ranked: list[Key], rank: Rank, names: Names, start: int, end: int) -> Mapping[Key, str]:
    """Groups of a ranking with their names, which decide between equal ones and are looked up of no others."""
    if not ranked[start:end]:
        return {}
    first = bisect_left(ranked, rank(ranked[start]), key=rank)
    behind = bisect_right(ranked, rank(ranked[start:end][-1]), key=rank)
    named = names.of(ranked[first:behind])
    ordered = sorted(named, key=lambda key: (rank(key), named[key]))
    return {key: named[key] for key in ordered[start - first : end - first]}


def _size(figure: Figure | None) -> Decimal:
    return Decimal(0) if figure is None or figure.value is None else figure.value


def nothing_happened(answers: Iterable[MeasureAnswer]) -> bool:
    """Whether the period has no postings of its own; what was open before may still stand."""
    flows = (item for item in answers if item.measure.adds_up is not AddsUp.BALANCE)
    return not any(item.total.is_something or (item.ask.by and item.groups) for item in flows)


def nothing_stands(answers: Iterable[MeasureAnswer]) -> bool:
    """Whether nothing was open at the period's end either."""
    return not any(item.groups for item in answers if item.measure.adds_up is AddsUp.BALANCE)
