"""Figures as a page shows them: value, unit, where they open, what they mean, what is unknown about them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xiaoguan.analysis.choice import Choice, Opening
from xiaoguan.analysis.words import ADDS_UP, reason_sentence, unknown_sentence
from xiaoguan.ledger.measures.asking import Organisation
from xiaoguan.ledger.measures.figures import Figure
from xiaoguan.ledger.measures.language import AddsUp, Field, Measure, Ratio, Unit
from xiaoguan.org.company import company
from xiaoguan.ui import format as write
from xiaoguan.ui.parts import Definition

KINDS: Final = {Unit.MONEY: "money", Unit.COUNT: "number", Unit.PERCENT: "percent", Unit.DAYS: "days"}
SMALL_SAMPLE: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One figure on a page, with its definition."""

    label: str
    value: Decimal | None
    kind: str
    href: str
    caption: str
    definition: Definition


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What all figures of a page share: the choice, whose figures they are, and today."""

    choice: Choice
    scope: str
    today: date

    def definition(self, measure: Measure) -> Definition:
        """The words that open when a figure's name is pressed."""
        return Definition(
            label=measure.name,
            text=str(ADDS_UP[measure.adds_up]),
            formula=measure.formula,
            period=self.period,
            scope=f"{self.scope} · {self.organisation}",
            as_of=self.as_of(measure),
        )

    @property
    def period(self) -> str:
        """The period, and where only some expected closes count, which."""
        label, due = self.choice.period.label, self.choice.due
        if due is None:
            return label
        return _("%(period)s, expected to close in %(due)s") % {"period": label, "due": due.label}

    @property
    def organisation(self) -> str:
        then = self.choice.org is Organisation.THEN
        return _("by the organisation of then") if then else _("by today's organisation")

    def as_of(self, measure: Measure) -> str:
        """The day a balance stands for; else until when it was known."""
        parts = []
        if measure.adds_up is AddsUp.BALANCE:
            parts.append(str(min(self.choice.period.end, self.today)))
        if self.choice.known_on is not None:
            parts.append(_("as known on %(day)s") % {"day": self.choice.known_on})
        return ", ".join(parts) or str(self.today)


def shown(measure: Measure, figure: Figure, frame: Frame, opening: Opening) -> Shown:
    """A figure with everything a page says about it."""
    return Shown(
        label=measure.name,
        value=figure.value,
        kind=KINDS[measure.unit],
        href=opening.url(),
        caption=caption(measure, figure),
        definition=frame.definition(measure),
    )


def caption(measure: Measure, figure: Figure) -> str:
    """What must be said beside a figure: why it is missing, what is unknown, from how few it is made."""
    few = _("n = %(count)s, a small sample") % {"count": figure.count} if _is_few(measure, figure) else ""
    return _joined(reason_sentence(figure.reason), _fraction(measure, figure), unknown_sentence(figure), few)


def short_caption(measure: Measure, figure: Figure) -> str:
    """The same in a table, where room is short: a rate that has a value needs no figures beside it."""
    few = f"n = {figure.count}" if _is_few(measure, figure) else ""
    fraction = _fraction(measure, figure) if figure.value is None else ""
    reason = "" if figure.unknown else reason_sentence(figure.reason)
    return _joined(reason, fraction, unknown_sentence(figure), few)


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _is_few(measure: Measure, figure: Figure) -> bool:
    return measure.adds_up.own_level and 0 < figure.count < SMALL_SAMPLE


def _fraction(measure: Measure, figure: Figure) -> str:
    """The two figures of a rate by number, which people can check in their heads."""
    aggregate = measure.aggregate
    if not isinstance(aggregate, Ratio) or aggregate.under.field is Field.QUANTITY:
        return ""
    return f"{write.number(figure.numerator)} / {write.number(figure.denominator)}"


def money_axis(values: Iterable[Decimal | None]) -> write.MoneyAxis:
    """One unit for all amounts of a chart, by the largest."""
    largest = max((abs(item) for item in values if item is not None), default=Decimal(0))
    return write.money_axis(largest, currency=company().currency, language=get_language() or "")


def amount(value: Decimal | None) -> str:
    """An amount that stands alone in a sentence."""
    return write.money(value, "compact", currency=company().currency, language=get_language() or "")


def chinese() -> bool:
    return write.is_chinese(get_language() or "")
