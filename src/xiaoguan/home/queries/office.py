"""The home of those who keep things in order: what waits, and what they may do. Nothing is counted beyond a limit."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xiaoguan.crm.queries import attention as crm
from xiaoguan.deals.queries import attention
from xiaoguan.deals.queries.open_deals import OF_LEAVERS, open_deals
from xiaoguan.ledger.closing import closed_through
from xiaoguan.lib.addresses import address_of
from xiaoguan.lib.periods import containing
from xiaoguan.org.calendar import unpublished
from xiaoguan.org.models import Member
from xiaoguan.org.permissions import BY_KEY
from xiaoguan.org.queries import without_unit
from xiaoguan.org.scope import allowed
from xiaoguan.services.calendar.queries import urgent_count
from xiaoguan.services.jobs.queries import given_up
from xiaoguan.services.transfer.queries.listing import unfinished
from xiaoguan.ui import format as write

_SOON_DAYS: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """A queue that is not empty: what, why it matters, and where one sees to it."""

    icon: str
    tone: str
    title: str
    evidence: str
    verb: str
    url: str


@dataclass(frozen=True, slots=True)
class Door:
    """Something that the person may do."""

    icon: str
    label: str
    text: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """The home of those who keep things in order."""

    today: date
    sentence: str
    waits: list[Waits]
    doors: list[Door]


def office_page(member: Member, today: date) -> Office:
    """What waits for the member, and his doors."""
    waits = list(_waits(member, today))
    if waits:
        sentence = ngettext("%(n)s thing waits for you", "%(n)s things wait for you", len(waits)) % {"n": len(waits)}
    else:
        sentence = _("nothing waits for you")
    return Office(today=today, sentence=sentence, waits=waits, doors=list(_doors(member, today)))


def _waits(member: Member, today: date) -> Iterator[Waits]:
    if allowed(member, "books.reconcile", today):
        yield from _work(member)
    if allowed(member, "imports.run", today):
        yield from _imports(member)
    left = open_deals(member, None, today).with_matter(OF_LEAVERS)
    if allowed(member, "deals.transfer", today) and (many := attention.how_many(left)):
        yield Waits(
            icon="user", tone="warn", title=_open_of_leavers(many),
            evidence=_("Nobody works on them until they are handed over."), verb=_("Hand them over"),
            url=address_of("needs") + "?kind=leavers",
        )  # fmt: skip
    if allowed(member, "customers.edit", today) and (many := crm.without_owner()):
        yield Waits(
            icon="building", tone="info",
            title=ngettext("%(n)s customer without owner", "%(n)s customers without owner", many)
            % {"n": write.up_to(many)},
            evidence=_("Everybody sees them; nobody looks after them."), verb=_("See them"),
            url=address_of("crm:customers") + "?owner=none",
        )  # fmt: skip
    if allowed(member, "org.manage", today):
        yield from _people(member, today)
    if allowed(member, "periods.close", today):
        yield from _closing(today)
    if allowed(member, "tasks.view", today) and (many := urgent_count(member, today)):
        yield Waits(
            icon="checkbox", tone="bad",
            title=ngettext("%(n)s task of yours is due", "%(n)s tasks of yours are due", many) % {"n": many},
            evidence=_("Due today or overdue."), verb=_("Open the tasks"), url=address_of("calendar:tasks"),
        )  # fmt: skip


def _open_of_leavers(many: int) -> str:
    words = ngettext("%(n)s open deal of people who left", "%(n)s open deals of people who left", many)
    return words % {"n": write.up_to(many)}


def _work(member: Member) -> Iterator[Waits]:
    if many := given_up(member):
        yield Waits(
            icon="refresh", tone="bad",
            title=ngettext("%(n)s consequence has failed", "%(n)s consequences have failed", many) % {"n": many},
            evidence=_("Background work that stopped after several tries. Nothing is lost; it can be tried again."),
            verb=_("See what failed"), url=address_of("jobs:work"),
        )  # fmt: skip


def _imports(member: Member) -> Iterator[Waits]:
    drafts, failed = unfinished(member)
    if failed:
        yield Waits(
            icon="table-import", tone="bad",
            title=ngettext("%(n)s import has failed", "%(n)s imports have failed", failed) % {"n": failed},
            evidence=_("Its page says what was written and how to go on."), verb=_("See the imports"),
            url=address_of("transfer:runs"),
        )  # fmt: skip
    if drafts:
        yield Waits(
            icon="table-import", tone="warn",
            title=ngettext("%(n)s import is not finished", "%(n)s imports are not finished", drafts) % {"n": drafts},
            evidence=_("Files were uploaded; nothing is written yet."), verb=_("Go on"),
            url=address_of("transfer:runs"),
        )  # fmt: skip


def _people(member: Member, today: date) -> Iterator[Waits]:
    if many := len(without_unit(member, today)):
        yield Waits(
            icon="users", tone="warn",
            title=ngettext("%(n)s member without unit", "%(n)s members without unit", many) % {"n": many},
            evidence=_("Their figures count for no team."), verb=_("See the team"), url=address_of("org:team"),
        )  # fmt: skip
    if years := unpublished(today, today + timedelta(days=_SOON_DAYS)):
        yield Waits(
            icon="calendar", tone="warn",
            title=_("The holidays of %(years)s are not known yet") % {"years": ", ".join(map(str, years))},
            evidence=_("Until then only weekends count as free. Enter the days when they are announced."),
            verb=_("Open the calendar"), url=address_of("org:calendar"),
        )  # fmt: skip


def _closing(today: date) -> Iterator[Waits]:
    last = containing(today, "month").previous()
    through = closed_through()
    if through is None or through < last.end:
        yield Waits(
            icon="lock", tone="info", title=_("%(month)s can be closed") % {"month": last.label},
            evidence=_("The books are closed through %(day)s.") % {"day": through} if through
            else _("No period has been closed yet."),
            verb=_("Close a period"), url=address_of("ledger:closing"),
        )  # fmt: skip


def _doors(member: Member, today: date) -> Iterator[Door]:
    """What the member's roles let him do, each with its page."""
    for permission, icon, label, address in (
        ("imports.run", "table-import", _("Import a file"), "transfer:runs"),
        ("org.manage", "users", _("Units and members"), "org:team"),
        ("org.manage", "calendar", _("Working days"), "org:calendar"),
        ("roles.manage", "key", _("Roles"), "org:roles"),
        ("roles.manage", "route", _("Stages of deals"), "deals:stages"),
        ("periods.close", "lock", _("Close periods"), "ledger:closing"),
        ("books.reconcile", "checks", _("Prove the books"), "ledger:proof"),
        ("books.reconcile", "refresh", _("Background work"), "jobs:work"),
        ("measures.view", "chart-dots", _("Measures"), "analysis:overview"),
        ("org.view", "users", _("The team"), "org:team"),
    ):
        if allowed(member, permission, today):
            yield Door(icon, label, str(BY_KEY[permission].name), address_of(address))
