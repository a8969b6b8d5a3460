"""Tasks that follow from what happened to deals. Asked twice for one entry, they make one task."""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from xiaoguan.journal.facts.deals import DealTransferred, DealWon
from xiaoguan.journal.kinds import DEAL
from xiaoguan.journal.recording import Recorded
from xiaoguan.lib.days import company_day
from xiaoguan.org.models import Member
from xiaoguan.services.calendar.actions import NewTask, create_tasks

AFTER_SALES_DAYS: Final = 7
HAND_OVER_DAYS: Final = 2


def after_sales_task(entry: Recorded, at: datetime) -> None:
    """A won deal: its owner asks the customer a week later whether everything arrived well."""
    fact = entry.fact
    assert isinstance(fact, DealWon)  # the row in config.consequences names no other fact
    with _in_language_of(fact.person_id):
        title = _("Ask the customer whether delivery and start went well")
    _give(entry, at, title, days=AFTER_SALES_DAYS, owner_id=fact.person_id)


def hand_over_task(entry: Recorded, at: datetime) -> None:
    """A transferred deal: the new owner talks it over with the earlier one and introduces himself."""
    fact = entry.fact
    assert isinstance(fact, DealTransferred)  # the row in config.consequences names no other fact
    with _in_language_of(fact.person_id):
        title = _("Take over the deal: talk to its earlier owner, then introduce yourself to the customer")
    _give(entry, at, title, days=HAND_OVER_DAYS, owner_id=fact.person_id)


def _give(entry: Recorded, at: datetime, title: str, *, days: int, owner_id: int) -> None:
    fact = entry.fact
    assert isinstance(fact, DealWon | DealTransferred)
    task = NewTask(
        title=title,
        due_on=company_day(at) + timedelta(days=days),
        owner_id=owner_id,
        about_kind=DEAL,
        about_id=fact.deal_id,
        customer_id=fact.customer_id,
        origin_entry=entry.id,
    )
    create_tasks([task], by=None, at=at, origin=entry.origin)


def _in_language_of(member_id: int) -> translation.override:
    """The task's title is stored text, so it is written in the language of whoever is to do it."""
    chosen = Member.objects.values_list("language", flat=True).filter(pk=member_id).first()
    return translation.override(chosen or settings.LANGUAGE_CODE)
