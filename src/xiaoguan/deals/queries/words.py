"""What re-opening does to the figures, said before it is done."""

from datetime import date
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xiaoguan.deals.models import Deal
from xiaoguan.deals.sentences import amount_in_words
from xiaoguan.ui import format as write


def mistake_in_words(deal: Deal, open_from: date | None) -> str:
    """A closing taken back as a mistake disappears on its own day, or on the first open day where that is closed."""
    if deal.closed_on is None:
        return ""
    values = _values(deal, deal.closed_on)
    if open_from and deal.closed_on < open_from:
        values["open"] = _day(open_from)
        return _("%(day)s is closed: %(amount)s is taken off again on %(open)s, the first open day.") % values
    return _("%(amount)s is taken off again on %(day)s, as if the deal had never been closed.") % values


def return_in_words(deal: Deal) -> str:
    """A customer who came back changes nothing before the day on which he did."""
    if deal.closed_on is None:
        return ""
    values = _values(deal, deal.closed_on)
    if deal.state == Deal.State.WON:
        return _("The win of %(day)s stays; %(amount)s is taken off on the day you name, and is open again.") % values
    return _("The loss of %(day)s stays; %(amount)s is taken off on the day you name, and is open again.") % values


def _values(deal: Deal, closed_on: date) -> dict[str, str]:
    amount: Any = deal.amount  # a Decimal, which the stubs do not know of this field
    return {"amount": amount_in_words(amount, deal.currency), "day": _day(closed_on)}


def _day(day: date) -> str:
    return write.day(day, "long", language=get_language() or "zh-hans")
