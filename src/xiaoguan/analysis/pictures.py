"""What moved in the pipeline, as a picture and as a table that adds up."""

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from xiaoguan.analysis.choice import Opening
from xiaoguan.analysis.showing import Frame, amount, money_axis
from xiaoguan.analysis.words import WHY_NAMES, unknown_sentence
from xiaoguan.ledger.measures.figures import Figure
from xiaoguan.ledger.measures.movement import SIGNS, Moved, Step
from xiaoguan.ledger.measures.redating import REDATED
from xiaoguan.lib.money import from_stored
from xiaoguan.lib.periods import Period
from xiaoguan.ui.format import MoneyAxis
from xiaoguan.ui.parts import Chart, Series

Tone = Literal["total", "up", "down", "won"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the table behind the picture; ``value`` exact, in money or deals; not ``known``: wholly unknown."""

    label: str
    value: Decimal
    known: bool
    count: int
    unknown: str
    href: str
    tone: Tone
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waterfall:
    """The picture and the lines; ``money`` is False where only the number of deals is known."""

    chart: Chart
    lines: tuple[Line, ...]
    money: bool

    def line_of(self, why: str) -> Line | None:
        """The step of a reason; None where it changed nothing."""
        return next((line for line in self.lines if line.why == why), None)


def waterfall(found: Moved, frame: Frame, *, money: bool) -> Waterfall:
    """Opening, every reason that changed something, closing."""
    lines = tuple(_lines(found, frame, money))
    return Waterfall(chart=_chart(lines, frame, money), lines=lines, money=money)


def _lines(found: Moved, frame: Frame, money: bool) -> list[Line]:
    choice, key = frame.choice, "pipeline_amount" if money else "pipeline_count"
    before = choice.period.start - timedelta(days=1)
    first = replace(choice, period=Period(before, before, choice.period.fiscal_start_month))
    return [
        _line(pgettext("balance", "Opening"), found.opening, Opening(choice=first, measure=key), "total", money),
        *(_step(step, frame, key, money) for step in found.steps if step.figure.numerator or step.figure.unknown),
        _line(pgettext("balance", "Closing"), found.closing, Opening(choice=choice, measure=key), "total", money),
    ]


def _step(step: Step, frame: Frame, key: str, money: bool) -> Line:
    if step.why in SIGNS:
        opening = Opening(choice=frame.choice, measure=key, moved=step.why)
    elif step.why in REDATED:
        opening = Opening(choice=frame.choice, measure="pipeline_moved", moved=step.why)
    else:
        opening = Opening(choice=frame.choice, measure="pipeline_moved", group="why", value=step.why)
    tone: Tone = "won" if step.why == "won" else "up" if step.figure.numerator >= 0 else "down"
    return _line(str(WHY_NAMES[step.why]), step.figure, opening, tone, money, step.why)


def _line(label: str, figure: Figure, opening: Opening, tone: Tone, money: bool, why: str = "") -> Line:
    value = from_stored(figure.numerator) if money else Decimal(figure.numerator)
    return Line(
        label=label,
        value=value,
        known=not money or not figure.unknown or bool(figure.numerator) or figure.count > figure.unknown,
        count=figure.count,
        unknown=unknown_sentence(figure),
        href=opening.url(),
        tone=tone,
        why=why,
    )


def _chart(lines: tuple[Line, ...], frame: Frame, money: bool) -> Chart:
    axis = money_axis(line.value for line in lines) if money else MoneyAxis(1, 0, pgettext("unit", "deals"))
    values = [float(line.value / axis.divisor) for line in lines]
    return Chart(
        kind="waterfall",
        title=_title(lines[-1].value - lines[0].value, money, frame.choice.due),
        caption=f"{frame.choice.period.label} · {frame.scope}",
        unit=axis.unit,
        decimals=axis.places,
        labels=[line.label for line in lines],
        series=[Series(name=_("Open pipeline"), values=values)],
        links=[line.href for line in lines],
        steps=[line.tone for line in lines],
        cut=_cut(values),
        head=_("Reason"),
    )


def _title(change: Decimal, money: bool, due: Period | None) -> str:
    if due is not None:
        return _title_of_due(change, money, due.label)
    if not change:
        return _("Why did the open pipeline stay the same?")
    size = amount(abs(change)) if money else _deals(int(abs(change)))
    if change > 0:
        return _("Why did the open pipeline grow by %(size)s?") % {"size": size}
    return _("Why did the open pipeline shrink by %(size)s?") % {"size": size}


def _title_of_due(change: Decimal, money: bool, period: str) -> str:
    """The same of what is expected to close in a period."""
    words = {"period": period, "size": amount(abs(change)) if money else _deals(int(abs(change)))}
    if not change:
        return _("Why did what should close in %(period)s stay the same?") % words
    if change > 0:
        return _("Why did what should close in %(period)s grow by %(size)s?") % words
    return _("Why did what should close in %(period)s shrink by %(size)s?") % words


def _deals(many: int) -> str:
    return ngettext("%(many)s deal", "%(many)s deals", many) % {"many": f"{many:,}"}


def _cut(values: list[float]) -> float | None:
    """Where the axis may start so that small steps between large stands can be seen; said in words by the chart."""
    level, levels = values[0], [values[0], values[-1]]
    for step in values[1:-1]:
        level += step
        levels.append(level)
    lowest, highest = min(levels), max(levels)
    if lowest <= 0 or lowest < 0.6 * highest:
        return None
    room = 10 ** (len(str(int(lowest))) - 1)
    return max(0.0, (lowest * 0.9) // room * room) or None
