"""Everything that the page of one deal shows beside its story."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.utils.translation import gettext as _

from xiaoguan.deals import rules
from xiaoguan.deals.actions.common import standing
from xiaoguan.deals.actions.entries import live_entries
from xiaoguan.deals.models import Deal, Stage
from xiaoguan.deals.queries.choices import stages_of
from xiaoguan.deals.queries.history import MANY
from xiaoguan.deals.queries.money import MoneyBar, money_bar
from xiaoguan.deals.queries.needs import Advice, advice
from xiaoguan.deals.queries.pace import StagePace, stage_paces
from xiaoguan.deals.queries.way import Joint, way
from xiaoguan.journal.kinds import CUSTOMER, DEAL
from xiaoguan.lib.days import company_day
from xiaoguan.org.models import Member
from xiaoguan.org.records import opened
from xiaoguan.org.scope import reaches
from xiaoguan.services.calendar.queries import may_view_activities, moments_about

VERBS: Final = ("edit", "win", "lose", "reopen", "transfer")


@dataclass(frozen=True, slots=True)
class Offer:
    """A day to which a next step may be put off with one press."""

    label: str
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class DealPage:
    """A deal as one member sees it: ``may`` has the verbs that he may use on it in its present state, ``activities``
    how many there are (up to ``MANY``), None where he may not see them."""

    deal: Deal
    path: list[Joint]
    stages: list[Stage]
    next_stage: Stage | None
    money: MoneyBar
    advice: Advice | None
    may: frozenset[str]
    activities: int | None
    customer_url: str | None
    owner_left: bool
    days_open: int
    overdue: bool
    step_late: int
    step_days: list[Offer]

    @property
    def may_step(self) -> bool:
        """Whether the member sets the next step: only an open deal has one."""
        return "edit" in self.may and self.deal.state == rules.OPEN

    @property
    def here(self) -> tuple[int, Joint] | None:
        """The joint where the deal stands, and its number; None for a deal without stage."""
        return next(((i, joint) for i, joint in enumerate(self.path, 1) if joint.state in ("now", "lost")), None)


def deal_page(member: Member, deal: Deal, today: date) -> DealPage:
    """The page of a deal that the member sees; load it with ``visible_in_full``."""
    stages = stages_of(deal.pipeline_id)
    entries = live_entries([deal.pk])[deal.pk]
    place = deal.stage.position if deal.stage else 0
    is_open = deal.state == rules.OPEN
    may = usable_verbs(member, deal, today)
    paces = stage_paces(today)
    contacts = moments_about(DEAL, deal.pk, MANY) if may_view_activities(member, today) else None
    return DealPage(
        deal=deal,
        path=way(deal, stages, entries, paces, today, movable=is_open and "edit" in may),
        stages=stages,
        next_stage=next((stage for stage in stages if stage.position > place), None) if is_open else None,
        money=money_bar(deal, entries, today),
        advice=_advice(deal, paces.get(deal.stage_id or 0), today, contacts),
        may=may,
        activities=None if contacts is None else len(contacts),
        customer_url=_customer_url(member, deal),
        owner_left=deal.owner.left_on is not None and deal.owner.left_on <= today,
        days_open=((deal.closed_on or today) - deal.opened_on).days,
        overdue=is_open and deal.due_on is not None and deal.due_on < today,
        step_late=max((today - deal.next_step_on).days, 0) if is_open and deal.next_step_on else 0,
        step_days=step_days(today),
    )


def step_days(today: date) -> list[Offer]:
    """Tomorrow and the next Monday; one of them where they are the same day."""
    tomorrow, monday = today + timedelta(days=1), today + timedelta(days=7 - today.weekday())
    offers = [Offer(_("Tomorrow"), tomorrow)]
    return offers if monday == tomorrow else [*offers, Offer(_("Next Monday"), monday)]


def _advice(deal: Deal, pace: StagePace | None, today: date, contacts: list[datetime] | None) -> Advice | None:
    """What needs somebody's eye; who may not see activities is not told that there were none."""
    if deal.state != rules.OPEN:
        return None
    found = rules.needs(
        standing(deal),
        has_step=bool(deal.next_step),
        step_on=deal.next_step_on,
        median=pace.median if pace else None,
        last_contact_on=company_day(contacts[0]) if contacts else None,
        today=today,
    )
    if contacts is None:
        found.pop(rules.Need.SILENT, None)
    return advice(deal, found, pace)


def _customer_url(member: Member, deal: Deal) -> str | None:
    """Where the customer opens, None where there is none or the member may not open it."""
    if deal.customer_id is None:
        return None
    return opened(member, [(CUSTOMER, deal.customer_id)])[CUSTOMER, deal.customer_id].url


def usable_verbs(member: Member, deal: Deal, today: date) -> frozenset[str]:
    """What the member may do to a deal in its state: the same answers as ``policy`` without a query for each."""
    fitting = ("edit", "win", "lose", "transfer") if deal.state == rules.OPEN else ("reopen", "edit")
    return frozenset(verb for verb in fitting if reaches(member, f"deals.{verb}", deal.owner_id, today))
