"""A home's figures: made the way ``analysis`` makes them, each with what it changed by and since when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from xiaoguan.analysis.choice import Choice, Opening
from xiaoguan.analysis.showing import Shown, shown
from xiaoguan.analysis.viewing import Viewer, viewer_of
from xiaoguan.home.rules import PERIODS, Home
from xiaoguan.ledger.measures.answers import Answer
from xiaoguan.ledger.measures.engine import ask
from xiaoguan.ledger.measures.figures import Figure
from xiaoguan.ledger.measures.language import AddsUp, Direction, Filter, Measure, measure
from xiaoguan.lib.addresses import address_of
from xiaoguan.lib.periods import Period
from xiaoguan.org import calendar
from xiaoguan.org.models import Member
from xiaoguan.ui.parts import Choice as Segment

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeFigure:
    """A figure with its change; ``change`` None: nothing to compare it with."""

    label: str
    shown: Shown
    change: Decimal | None = None
    since: str = ""
    better: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """The figures of one viewer; ``person`` narrows them to his own."""

    viewer: Viewer
    person: int | None = None

    def ask(self, keys: Iterable[str], by: tuple[str, ...] = (), period: Period | None = None) -> Answer:
        """Several measures in one question."""
        own = (Filter("person", (self.person,)),) if self.person is not None else ()
        return ask(self.viewer.ask(tuple(measure(key) for key in keys), by, period, own))

    def opening(self, item: Measure, choice: Choice) -> Opening:
        """Where a figure of the whole opens."""
        if self.person is None:
            return Opening(choice=choice, measure=item.key)
        return Opening(choice=choice, measure=item.key, group="person", value=self.person)

    def shown(
        self, item: Measure, figure: Figure, choice: Choice, before: Figure | None = None, since: str = ""
    ) -> HomeFigure:
        """A figure of the whole, compared with an earlier one."""
        frame = self.viewer_at(choice).frame
        change = None
        if before is not None and figure.value is not None and before.value is not None and _happened(before):
            change = figure.value - before.value
        return HomeFigure(
            label=_label(item, choice),
            shown=shown(item, figure, frame, self.opening(item, choice)),
            change=change,
            since=since,
            better={Direction.UP: "up", Direction.DOWN: "down"}.get(item.direction, ""),
        )

    def viewer_at(self, choice: Choice) -> Viewer:
        """The same viewer with another choice."""
        viewer = self.viewer
        return Viewer(viewer.member, choice, viewer.today, viewer.scope, viewer.units)


def _label(item: Measure, choice: Choice) -> str:
    """A balance stands on a day, everything else in a period; of what is due, when."""
    if choice.due is not None:
        return _("Open, to close in %(period)s") % {"period": choice.due.label}
    return item.name if item.adds_up is AddsUp.BALANCE else f"{item.name} · {choice.period.label}"


def _happened(figure: Figure) -> bool:
    """A change against a time of which the books know nothing says nothing."""
    return bool(figure.count or figure.numerator)


def seen_by(member: Member, period: Period, at: datetime, *, unit: int | None = None, own: bool = False) -> Seen:
    """The figures of a member over a period; ``own`` only his, ``unit`` only those of a unit."""
    return Seen(viewer_of(member, Choice(period=period, unit=unit), at), member.pk if own else None)


def asked_period(text: str, today: date) -> Period:
    """The month, quarter or year of today; the quarter where the address says nothing that can be read."""
    return calendar.current(text if text in PERIODS else "quarter", today)


def running(period: Period, today: date) -> Period:
    """The part of the running period that is over, today included."""
    return Period(period.start, min(period.end, today), period.fiscal_start_month)


def as_far(period: Period, before: Period, today: date) -> Period:
    """The earlier period as far as the running one has come, counted in working days."""
    gone = calendar.working_days(period.start, min(today, period.end)).count
    end = calendar.same_working_day(before, gone) if gone else before.start
    return Period(before.start, end, before.fiscal_start_month)


def the_day_before(day: date, period: Period) -> Period:
    """The day before as a period of its own: what stood when the day began."""
    return Period(day - _DAY, day - _DAY, period.fiscal_start_month)


def period_choices(home: Home, period: Period) -> list[Segment]:
    """Month, quarter, year."""
    words = {
        "month": pgettext("period", "This month"),
        "quarter": pgettext("period", "This quarter"),
        "year": pgettext("period", "This year"),
    }
    base = f"{address_of('home')}?view={home}&period="
    return [Segment(label=words[kind], url=f"{base}{kind}", active=period.kind == kind) for kind in PERIODS]


def since_words(period: Period) -> str:
    """With what a running period is compared."""
    words = {
        "month": _("vs. the same working day last month"),
        "quarter": _("vs. the same working day last quarter"),
        "year": _("vs. the same working day last year"),
    }
    return words[period.kind]
