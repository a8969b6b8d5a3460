"""Sentences about deals: what re-opening does to the figures, and what became of those that were not moved."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from xiaoguan.deals.models import Deal
from xiaoguan.deals.sentences import amount_in_words
from xiaoguan.ui import format as write

_NAMED: Final = 3


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


def overtaken_in_words(deal_ids: Sequence[int]) -> list[str]:
    """Where deals stand now that somebody else moved or closed in the meantime: the first three by name."""
    found = Deal.objects.select_related("stage").in_bulk(deal_ids[:_NAMED])
    sentences = [_overtaken(found[deal_id]) for deal_id in deal_ids[:_NAMED]]
    if further := len(deal_ids) - len(sentences):
        words = ngettext("%(n)s other was not moved either.", "%(n)s others were not moved either.", further)
        sentences.append(words % {"n": further})
    return sentences


def _overtaken(deal: Deal) -> str:
    named = {"deal": deal.name, "stage": deal.stage or _("No stage")}
    if deal.state == Deal.State.WON:
        return _("“%(deal)s” was not moved: it has been won in the meantime.") % named
    if deal.state == Deal.State.LOST:
        return _("“%(deal)s” was not moved: it has been lost in the meantime.") % named
    if deal.state == Deal.State.REMOVED:
        return _("“%(deal)s” was not moved: it has been removed in the meantime.") % named
    return _("“%(deal)s” was not moved: somebody moved it to %(stage)s in the meantime.") % named


def _values(deal: Deal, closed_on: date) -> dict[str, str]:
    amount: Any = deal.amount  # a Decimal, which the stubs do not know of this field
    return {"amount": amount_in_words(amount, deal.currency), "day": _day(closed_on)}


def _day(day: date) -> str:
    return write.day(day, "long", language=get_language() or "zh-hans")
