"""Opening balances: what had been won in the year before the books began. Open deals enter by ``create_deals`` with
origin OPENING."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from xiaoguan.deals import rules
from xiaoguan.deals.actions.common import Rates, product_lines
from xiaoguan.deals.models import Tax
from xiaoguan.journal.facts.deals import WonBeforeStart
from xiaoguan.journal.models import Origin
from xiaoguan.journal.recording import Happening, Recorded, record
from xiaoguan.lib.days import company_day
from xiaoguan.lib.refusal import Refusal
from xiaoguan.org.company import company
from xiaoguan.org.doing import Doing
from xiaoguan.org.models import Member


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """So many deals worth an amount (None: not known) that a person had won by the day on which the books begin."""

    person_id: int
    amount: Decimal | None
    how_many: int
    customer_id: int | None = None
    product_id: int | None = None
    currency: str | None = None
    tax: int = Tax.UNKNOWN


def enter_openings(
    items: Sequence[Opening], *, on: date, by: Member | None, at: datetime, batch_id: int | None = None
) -> list[Recorded]:
    """Set what had been won before the books began on a day; it is shown as opening, never among what is won."""
    doing = Doing(by=by, at=at, origin=Origin.OPENING, batch_id=batch_id)
    if on > company_day(at):
        raise Refusal(_("The books cannot begin in the future (%(day)s).") % {"day": on}, field="on")
    for item in items:
        rules.check_amount(item.amount)
        if item.how_many < 0:
            raise Refusal(_("A number of deals cannot be below zero."), field="how_many")
    own_currency, rate_of = company().currency, Rates()
    with transaction.atomic():
        lines = product_lines(item.product_id for item in items)
        happenings = [
            Happening(
                fact=WonBeforeStart(
                    person_id=item.person_id,
                    customer_id=item.customer_id,
                    product_id=item.product_id,
                    product_line_id=lines.get(item.product_id),
                    amount=item.amount,
                    how_many=item.how_many,
                    currency=item.currency or own_currency,
                    rate=rate_of(item.currency or own_currency, on),
                    tax=int(item.tax),
                ),
                on=on,
            )
            for item in items
        ]
        return record(happenings, **doing.book())
