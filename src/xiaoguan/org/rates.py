"""Exchange rates into company currency."""

from datetime import date

from django.utils.translation import gettext as _

from xiaoguan.lib.money import RATE_SCALE
from xiaoguan.lib.refusal import Refusal
from xiaoguan.org.company import company
from xiaoguan.org.models import ExchangeRate


def rate_for(currency: str, day: date) -> int:
    """What one unit of a currency is worth in company currency on a day, in 1/10^8: the last rate set by
    then.

    Refusal where none was set by that day.
    """
    if currency == company().currency:
        return RATE_SCALE
    found = ExchangeRate.objects.filter(currency=currency, on_date__lte=day).order_by("-on_date").first()
    if found is None:
        sentence = _("No rate is known for %(currency)s on %(day)s. Set one under Settings, Exchange rates.")
        raise Refusal(sentence % {"currency": currency, "day": day}, field="currency", code="no_rate")
    return int(found.rate * RATE_SCALE)
