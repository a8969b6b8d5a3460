"""What the books say of one customer: won, open, how often it buys, which products; each figure opens."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xiaoguan.analysis.choice import Choice, Opening
from xiaoguan.analysis.showing import Shown, shown
from xiaoguan.analysis.viewing import Viewer, viewer_of
from xiaoguan.ledger.measures.answers import Answer
from xiaoguan.ledger.measures.asking import Ask
from xiaoguan.ledger.measures.dimensions import Value
from xiaoguan.ledger.measures.engine import ask
from xiaoguan.ledger.measures.language import Filter, measure
from xiaoguan.lib.days import company_day
from xiaoguan.lib.periods import Period
from xiaoguan.org.company import company
from xiaoguan.org.memo import remember
from xiaoguan.org.models import Member
from xiaoguan.org.scope import allowed
from xiaoguan.services.calendar.queries import last_contact

_BEGINNING: Final = date(1990, 1, 1)
_YEAR: Final = timedelta(days=365)
PRODUCTS_SHOWN: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The bar of figures. ``days_silent`` None: nothing was ever done, or the member may not see what was done."""

    figures: list[tuple[Shown, str]]
    """each with what is said below it"""
    sees_activities: bool
    last_at: datetime | None
    days_silent: int | None
    scope: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bought:
    """A product that the customer bought, with the won amount, how many deals that were, and where they open."""

    name: str
    url: str
    amount: Decimal | None
    count: Decimal | None


@dataclass(frozen=True, slots=True)
class _About:
    viewer: Viewer
    customer_id: int

    def ask(self, keys: Iterable[str], by: tuple[str, ...] = ()) -> Answer:
        question: Ask = self.viewer.ask(
            tuple(measure(key) for key in keys), by, filters=(Filter("customer", (self.customer_id,)),)
        )
        return ask(question)

    def opening(self, key: str, group: str, value: Value) -> Opening:
        """Where a figure of one group of the customer's opens."""
        return Opening(choice=self.viewer.choice, measure=key, group=group, value=value, customer=self.customer_id)

    def shown(self, key: str, answer: Answer) -> Shown:
        opening = Opening(choice=self.viewer.choice, measure=key, group="customer", value=self.customer_id)
        return shown(measure(key), answer.measures[key].total, self.viewer.frame, opening)


def _about(member: Member, customer_id: int, start: date, at: datetime) -> _About:
    period = Period(start, company_day(at), company().fiscal_start_month)
    return _About(viewer_of(member, Choice(period=period), at), customer_id)


def _ever(member: Member, customer_id: int, at: datetime) -> tuple[_About, Answer]:
    """All that was won and lost with a customer, by product: its bar of figures and its products show one look."""
    about = _about(member, customer_id, _BEGINNING, at)
    key = ("all with a customer", member.pk, customer_id)
    return about, remember(key, lambda: about.ask(("won_amount", "won_count", "win_rate"), ("product",)))


def figures_of(member: Member, customer_id: int, *, at: datetime) -> Figures:
    """The bar for a member who sees the customer (the caller has settled that)."""
    today = company_day(at)
    ever, in_all = _ever(member, customer_id, at)
    year = _about(member, customer_id, today - _YEAR, at)
    lately = year.ask(("won_amount", "won_count", "pipeline_amount", "pipeline_count"))
    sees = allowed(member, "activities.view", today)
    last = last_contact([customer_id]).get(customer_id) if sees else None
    rate = ever.shown("win_rate", in_all)
    return Figures(
        figures=[
            (ever.shown("won_amount", in_all), _("in all: %(deals)s") % {"deals": _deals_won(in_all)}),
            (year.shown("won_amount", lately), _("in 12 months: %(deals)s") % {"deals": _deals_won(lately)}),
            (year.shown("pipeline_amount", lately), _open_deals(lately)),
            (rate, ""),
        ],
        sees_activities=sees,
        last_at=last,
        days_silent=(today - company_day(last)).days if last else None,
        scope=ever.viewer.frame.scope,
    )


def _count(answer: Answer, key: str) -> int:
    return int(answer.measures[key].total.value or 0)


def _deals_won(answer: Answer) -> str:
    n = _count(answer, "won_count")
    return ngettext("%(n)s deal won", "%(n)s deals won", n) % {"n": n}


def _open_deals(answer: Answer) -> str:
    n = _count(answer, "pipeline_count")
    return ngettext("%(n)s open deal", "%(n)s open deals", n) % {"n": n}


def products_of(member: Member, customer_id: int, *, at: datetime) -> list[Bought]:
    """The products that the customer bought, the largest amount first."""
    about, answer = _ever(member, customer_id, at)
    counts = {key: figure.value for key, figure in answer.measures["won_count"].groups.items()}
    rows = [row for row in answer.measures["won_amount"].rows if row.group and counts.get(row.key)]
    rows.sort(key=lambda row: row.figure.value or Decimal(-1), reverse=True)
    return [
        Bought(
            name=row.group or "", url=about.opening("won_amount", "product", row.key[0]).url(),
            amount=row.figure.value, count=counts[row.key],
        )
        for row in rows[:PRODUCTS_SHOWN]
    ]  # fmt: skip
