"""Everything that the page of one deal shows beside its story."""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from xiaoguan.deals import rules
from xiaoguan.deals.actions.entries import live_entries
from xiaoguan.deals.models import Deal, Stage
from xiaoguan.deals.queries.choices import stages_of
from xiaoguan.journal.facts import deals as facts
from xiaoguan.journal.kinds import CUSTOMER
from xiaoguan.journal.recording import Recorded
from xiaoguan.org.models import Member
from xiaoguan.org.records import open_records
from xiaoguan.org.scope import reaches
from xiaoguan.ui import format as write
from xiaoguan.ui.parts import Stage as Joint

VERBS: Final = ("edit", "win", "lose", "reopen", "transfer")


@dataclass(frozen=True, slots=True, kw_only=True)
class DealPage:
    """A deal as one member sees it: ``may`` has the verbs that he may use on it in its present state."""

    deal: Deal
    path: list[Joint]
    stages: list[Stage]
    next_stage: Stage | None
    may: frozenset[str]
    customer_url: str | None
    days_open: int
    overdue: bool


def deal_page(member: Member, deal: Deal, today: date) -> DealPage:
    """The page of a deal that the member sees; load it with ``visible_in_full``."""
    stages = stages_of(deal.pipeline_id)
    here = deal.stage.position if deal.stage else 0
    is_open = deal.state == rules.OPEN
    return DealPage(
        deal=deal,
        path=stage_path(deal, stages, live_entries([deal.pk])[deal.pk], today),
        stages=stages,
        next_stage=next((stage for stage in stages if stage.position > here), None) if is_open else None,
        may=usable_verbs(member, deal, today),
        customer_url=_customer_url(member, deal),
        days_open=((deal.closed_on or today) - deal.opened_on).days,
        overdue=is_open and deal.due_on is not None and deal.due_on < today,
    )


def _customer_url(member: Member, deal: Deal) -> str | None:
    """Where the customer opens, None where there is none or the member may not open it."""
    if deal.customer_id is None:
        return None
    return open_records(member, [(CUSTOMER, deal.customer_id)])[CUSTOMER, deal.customer_id].url


def usable_verbs(member: Member, deal: Deal, today: date) -> frozenset[str]:
    """What the member may do to a deal in its state: the same answers as ``policy`` without a query for each."""
    fitting = ("edit", "win", "lose", "transfer") if deal.state == rules.OPEN else ("reopen", "edit")
    return frozenset(verb for verb in fitting if reaches(member, f"deals.{verb}", deal.owner_id, today))


def stage_path(deal: Deal, stages: list[Stage], entries: list[Recorded], today: date) -> list[Joint]:
    """The deal's way: when it came to each stage and for how long, then how it ended."""
    came, spent = _stays(entries)
    joints = []
    for stage in stages:
        here = stage.pk == deal.stage_id
        until = deal.closed_on or today
        days = max((until - deal.stage_since).days, 0) if here and deal.stage_since else spent.get(stage.pk)
        passed = deal.stage is not None and stage.position < deal.stage.position
        joints.append(
            Joint(
                label=str(stage),
                note=_note(came.get(stage.pk) if not here else deal.stage_since, days),
                state=_state(deal, here, passed),
            )
        )
    return [*joints, _end(deal)]


def _state(deal: Deal, here: bool, passed: bool) -> Literal["", "done", "now", "lost"]:
    if here and deal.state != rules.WON:
        return "lost" if deal.state == rules.LOST else "now"
    return "done" if here or passed else ""


def _end(deal: Deal) -> Joint:
    won, closed = pgettext("deal", "Won"), write.day(deal.closed_on, "narrow", language=_language())
    if deal.state == rules.WON:
        return Joint(label=won, note=closed, state="now")
    if deal.state == rules.LOST:
        # Where the stage is known, the joint of that stage already carries the loss.
        return Joint(label=pgettext("deal", "Lost"), note=closed, state="" if deal.stage_id else "lost")
    due = write.day(deal.due_on, "narrow", language=_language())
    return Joint(label=won, note=_("expected %(day)s") % {"day": due} if deal.due_on else "")


def _stays(entries: list[Recorded]) -> tuple[dict[int, date], dict[int, int]]:
    """By stage: the last day on which the deal came to it, and all days it spent there before it went on."""
    came: dict[int, date] = {}
    spent: dict[int, int] = {}
    for entry in entries:
        match entry.fact:
            case facts.DealStageChanged(stage_id=stage_id, stage_from=stage_from, stage_days=days):
                if stage_id is not None:
                    came[stage_id] = entry.on_date
                if stage_from is not None and days is not None:
                    spent[stage_from] = spent.get(stage_from, 0) + days
            case facts.DealCreated(stage_id=stage_id) | facts.DealOpenedAtStart(stage_id=stage_id):
                if stage_id is not None:
                    came[stage_id] = entry.on_date
    return came, spent


def _note(came: date | None, days: int | None) -> str:
    shown = [] if came is None else [write.day(came, "narrow", language=_language())]
    if days is not None:
        shown.append(ngettext("%(n)s day", "%(n)s days", days) % {"n": days})
    return " · ".join(shown)


def _language() -> str:
    return get_language() or "zh-hans"
