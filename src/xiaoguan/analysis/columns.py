"""Measures side by side in a table: a column says its unit once in its head, and each of its figures opens."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.utils.translation import get_language, pgettext

from xiaoguan.analysis.choice import Choice, Opening, of_group
from xiaoguan.analysis.showing import chinese, short_caption
from xiaoguan.ledger.measures.answers import NO_DATA, MeasureAnswer
from xiaoguan.ledger.measures.dimensions import Value
from xiaoguan.ledger.measures.figures import Figure
from xiaoguan.ledger.measures.language import Measure, Unit
from xiaoguan.org.company import company
from xiaoguan.ui import format as write

_WAN_FROM: Final = Decimal(100_000)


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure in a table: its text without the unit that the head says, and where it opens ("" for no postings)."""

    label: str
    value: Decimal | None
    text: str
    href: str = ""
    caption: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One measure in a table. Money is divided by ``divisor`` for all of the column alike."""

    measure: Measure
    head: str
    dimension: str
    whole_url: str
    divisor: int
    places: int | None

    def whole(self, figure: Figure) -> Cell:
        """The figure below the column."""
        return self._cell(figure, self.whole_url)

    def of(self, figure: Figure | None, value: Value) -> Cell:
        """The figure of a group; None is a group without postings."""
        if figure is None:
            return Cell(self.head, None, NO_DATA)
        return self._cell(figure, self.whole_url + of_group(self.dimension, value))

    def _cell(self, figure: Figure, href: str) -> Cell:
        return Cell(self.head, figure.value, self._text(figure.value), href, short_caption(self.measure, figure))

    def _text(self, value: Decimal | None) -> str:
        if self.measure.unit is Unit.PERCENT:
            return write.percent(value)
        return write.number(value if value is None or self.divisor == 1 else value / self.divisor, self.places)


def column(dimension: str, choice: Choice, *answers: MeasureAnswer, name: str = "") -> Column:
    """The column of a measure's answer by a dimension. Of more answers it takes the unit that fits all of them; the
    first is the one shown. ``name`` says it in other words than the measure's."""
    measure = answers[0].measure
    large = measure.unit is Unit.MONEY and _largest(answers) >= _WAN_FROM
    unit = _unit_words(measure.unit, "wan" if large else "whole")
    divisor, places = _scale(measure.unit, large)
    return Column(
        measure=measure,
        head=f"{name or measure.name} ({unit})" if unit else name or measure.name,
        dimension=dimension,
        whole_url=Opening(choice=choice, measure=measure.key).url(),
        divisor=divisor,
        places=places,
    )


def _largest(answers: Iterable[MeasureAnswer]) -> Decimal:
    """By the largest group; what does not add up is about as large in its groups as in the whole."""
    figures = [item.total for item in answers]
    figures += [end for item in answers if not item.measure.adds_up.own_level for end in item.groups.ends()]
    return max((abs(item.value) for item in figures if item.value is not None), default=Decimal(0))


def _unit_words(unit: Unit, style: write.MoneyStyle) -> str:
    if unit is Unit.MONEY:
        return write.money_unit(style, currency=company().currency, language=get_language() or "")
    return pgettext("unit", "days") if unit is Unit.DAYS else ""


def _scale(unit: Unit, large: bool) -> tuple[int, int | None]:
    """(divisor, decimals): 万 with one decimal or thousands where amounts are large."""
    if unit is Unit.MONEY:
        return ((10_000, 1) if chinese() else (1_000, 0)) if large else (1, 0)
    return 1, 1 if unit is Unit.DAYS else None
