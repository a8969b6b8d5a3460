"""The company's own row, its holidays and its exchange rates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from xiaoguan.journal.facts.org import CompanySet, HolidayChanged, RateSet
from xiaoguan.journal.kinds import COMPANY, HOLIDAY
from xiaoguan.journal.models import Entry, Origin
from xiaoguan.journal.recording import Happening, Private, record
from xiaoguan.lib.money import RATE_SCALE
from xiaoguan.lib.refusal import Refusal
from xiaoguan.org.actions.base import actor, writing
from xiaoguan.org.actions.units import rename_unit
from xiaoguan.org.company import today
from xiaoguan.org.models import Company, ExchangeRate, Holiday, Member, Unit

# Codes of facts about customers, products and deals (see journal.facts).
_BUSINESS = (400, 800)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What a day is: ``kind`` off or work; None: as the published calendar says."""

    day: date
    kind: str | None
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """What one unit of a currency is worth in company currency from a day on."""

    currency: str
    start: date
    rate: Decimal


def set_company(
    *,
    name: str,
    currency: str,
    fiscal_start_month: int,
    by: Member | None,
    at: datetime,
    origin: int = Origin.LIVE,
) -> Company:
    """Name the company, the currency of its books and the first month of its fiscal year."""
    with writing():
        row = Company.objects.get(pk=1)
        if currency != row.currency:
            _check_no_amounts(row.currency)
        private = Private(field="name", about_kind=COMPANY, about_id=1, old=row.name or None, new=name.strip())
        told = CompanySet(company_id=1, currency=currency, fiscal_start_month=fiscal_start_month)
        for unit in Unit.objects.filter(kind=Unit.Kind.COMPANY) if name.strip() else ():
            rename_unit(unit.pk, name, by=by, at=at)
        row.name, row.currency, row.fiscal_start_month = name.strip(), currency, fiscal_start_month
        row.save()
        record([Happening(fact=told, on=today(at), private=(private,))], by=actor(by), at=at, origin=origin)
        return row


def set_holidays(items: Sequence[Day], *, by: Member | None, at: datetime, origin: int = Origin.LIVE) -> None:
    """Say which days differ from the published calendar."""
    with writing():
        happenings = []
        for item in items:
            row = Holiday.objects.filter(day=item.day).first()
            if item.kind is None:
                if row is None:
                    continue
                row_id = row.pk
                row.delete()
            else:
                values = {"kind": item.kind, "name": item.name.strip()}
                row_id = Holiday.objects.update_or_create(day=item.day, defaults=values)[0].pk
            told = HolidayChanged(holiday_id=row_id, day_kind=item.kind)
            name = Private(field="name", about_kind=HOLIDAY, about_id=row_id, new=item.name.strip() or None)
            happenings.append(Happening(fact=told, on=item.day, private=(name,)))
        record(happenings, by=actor(by), at=at, origin=origin)


def set_rates(items: Sequence[Rate], *, by: Member | None, at: datetime, origin: int = Origin.LIVE) -> None:
    """Set exchange rates. Entries recorded before keep the rate they were recorded with."""
    with writing():
        own = Company.objects.get(pk=1).currency
        happenings = []
        for item in items:
            scaled = _check_rate(item, own)
            ExchangeRate.objects.update_or_create(
                currency=item.currency, on_date=item.start, defaults={"rate": item.rate}
            )
            told = RateSet(company_id=1, currency=item.currency, rate=scaled)
            happenings.append(Happening(fact=told, on=item.start))
        record(happenings, by=actor(by), at=at, origin=origin)


def _check_rate(item: Rate, own: str) -> int:
    if item.currency == own:
        sentence = _("%(currency)s is the currency of the books; its rate is always 1.")
        raise Refusal(sentence % {"currency": own}, field="currency", code="own_currency")
    if len(item.currency) != 3 or not item.currency.isascii() or not item.currency.isupper():
        raise Refusal(_("A currency is three capital letters, such as USD."), field="currency", code="currency")
    scaled = item.rate * RATE_SCALE
    if item.rate <= 0 or scaled != int(scaled):
        raise Refusal(_("A rate is above zero and has at most eight decimals."), field="rate", code="rate")
    return int(scaled)


def _check_no_amounts(currency: str) -> None:
    if Entry.objects.filter(kind__gte=_BUSINESS[0], kind__lt=_BUSINESS[1]).exists():
        sentence = _("Customers or deals are recorded in %(currency)s already, so the currency of the books stays.")
        raise Refusal(sentence % {"currency": currency}, field="currency", code="books_begun")
