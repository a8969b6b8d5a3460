"""What an open deal needs somebody to look at, in words: what, why with the figures, what to do."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from xiaoguan.deals.models import Deal
from xiaoguan.deals.queries.pace import StagePace
from xiaoguan.deals.rules import Need
from xiaoguan.ui import format as write


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """The most urgent: ``what`` with its figures and what to ``do``; ``also`` names the others. ``need`` says which of
    the page's own actions helps."""

    need: Need
    what: str
    do: str
    also: tuple[str, ...]


def advice(deal: Deal, needs: Mapping[Need, int], pace: StagePace | None) -> Advice | None:
    """One piece of advice, None where nothing needs an eye."""
    said = [(need, _what(deal, need, days, pace)) for need, days in needs.items()]
    if not said:
        return None
    need, what = said[0]
    return Advice(need=need, what=what, do=_do(need), also=tuple(words for _need, words in said[1:]))


def _what(deal: Deal, need: Need, days: int, pace: StagePace | None) -> str:
    match need:
        case Need.OVERDUE:
            words = ngettext(
                "The expected close (%(day)s) was %(n)s day ago.",
                "The expected close (%(day)s) was %(n)s days ago.",
                days,
            )
            return words % {"n": days, "day": write.day(deal.due_on, "short", language=get_language() or "zh-hans")}
        case Need.NO_STEP:
            return _("There is no next step.")
        case Need.LATE_STEP:
            return ngettext("The next step is %(n)s day late.", "The next step is %(n)s days late.", days) % {"n": days}
        case Need.RESTS:
            return _rests(deal, days, pace)
        case Need.SILENT:
            return ngettext("Nothing was done for %(n)s day.", "Nothing was done for %(n)s days.", days) % {"n": days}


def _rests(deal: Deal, days: int, pace: StagePace | None) -> str:
    words = {"n": days, "stage": str(deal.stage)}
    if pace is None:
        return (
            ngettext("It has been in %(stage)s for %(n)s day.", "It has been in %(stage)s for %(n)s days.", days)
            % words
        )
    words |= {"median": write.number(pace.median), "count": write.number(pace.count)}
    return (
        ngettext(
            "It has been in %(stage)s for %(n)s day; the median of %(count)s deals is %(median)s.",
            "It has been in %(stage)s for %(n)s days; the median of %(count)s deals is %(median)s.",
            days,
        )
        % words
    )


def _do(need: Need) -> str:
    match need:
        case Need.OVERDUE:
            return _("Agree on a new day with the customer, or close the deal.")
        case Need.NO_STEP:
            return _("Say what will happen, and when.")
        case Need.LATE_STEP:
            return _("If it is done, say what comes next; else give it a new day.")
        case Need.RESTS:
            return _("Ask what the buyer still needs to agree, or move the deal to where it stands.")
        case Need.SILENT:
            return _("Call or visit the customer, and log it.")
