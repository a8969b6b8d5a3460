"""Who needs me: deals, customers and tasks of some people, in one order by the money at stake."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from xiaoguan.crm.queries import attention as crm
from xiaoguan.crm.queries.attention import Silent
from xiaoguan.deals.queries import attention as deals
from xiaoguan.deals.queries.attention import Needing
from xiaoguan.deals.queries.open_deals import ANY, OF_LEAVERS, open_deals
from xiaoguan.journal.kinds import DEAL
from xiaoguan.lib.addresses import address_of
from xiaoguan.lib.counting import COUNT_TO
from xiaoguan.org.models import Member
from xiaoguan.org.scope import allowed
from xiaoguan.services.calendar import queries as calendar
from xiaoguan.services.calendar.models import Task
from xiaoguan.services.calendar.queries import About
from xiaoguan.ui import format as write

DEALS, CUSTOMERS, TASKS = "deals", "customers", "tasks"
KINDS: Final = (DEALS, CUSTOMERS, TASKS)
MOST: Final = COUNT_TO
FIRST: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One thing that waits for somebody: what, on what evidence, worth how much, and the one verb that helps."""

    icon: str
    tone: str
    title: str
    url: str
    evidence: str
    amount: Decimal | None
    verb: str
    verb_url: str
    in_dialog: bool = False
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """The first few by money, how many there are of each kind, and whether a count stopped."""

    first: list[Need]
    counts: dict[str, int]

    @property
    def total(self) -> int:
        return sum(min(many, MOST) for many in self.counts.values())

    @property
    def words(self) -> str:
        """How many, "+" where not all were counted."""
        return f"{self.total}+" if any(many > MOST for many in self.counts.values()) else str(self.total)


def waiting(member: Member, persons: set[int] | None, today: date) -> Waiting:
    """What waits among these people's records, as far as the member may see them."""
    counts: dict[str, int] = {}
    found: list[Need] = []
    for kind in kinds_for(member, today):
        if kind == CUSTOMERS:
            silent, counts[kind] = crm.silent_and_how_many(member, persons, today, most=FIRST)
            found += [_of_customer(item, today) for item in silent[:FIRST]]
        else:
            found += page(member, kind, persons, today, most=FIRST)[:FIRST]
            counts[kind] = count(member, kind, persons, today)
    found.sort(key=lambda need: -(need.amount or 0))
    return Waiting(first=found[:FIRST], counts=counts)


def kinds_for(member: Member, today: date) -> list[str]:
    """The kinds that the member's permissions let him see."""
    needed = {DEALS: "deals.view", CUSTOMERS: "customers.view", TASKS: "tasks.view"}
    return [kind for kind in KINDS if allowed(member, needed[kind], today)]


def count(member: Member, kind: str, persons: Iterable[int] | None, today: date) -> int:
    """How many, up to one more than ``MOST``."""
    if kind == DEALS:
        return deals.how_many(open_deals(member, persons, today).with_matter(ANY))
    if kind == CUSTOMERS:
        return crm.silent_count(persons, today)
    return calendar.overdue_count(member, persons, today, most=MOST)


def page(
    member: Member, kind: str, persons: Iterable[int] | None, today: date, *, most: int, after: str = "", why: str = ""
) -> list[Need]:
    """Things of one kind in the order of their money; one more than ``most`` tells that there are more."""
    if kind == DEALS:
        chosen = open_deals(member, persons, today).with_matter(why or ANY)
        return [_of_deal(item) for item in deals.worst(chosen, most=most, after=after)]
    if kind == CUSTOMERS:
        return [_of_customer(item, today) for item in crm.silent(member, persons, today, most=most, after=after)]
    passed = int(after) if after.isascii() and after.isdigit() and len(after) < 7 else 0
    rows = calendar.overdue_tasks(member, persons, today, most=most, after=passed)
    about = {item.row.about_id or 0 for item in rows if item.row.about_kind == DEAL}
    worth = deals.amounts(open_deals(member, None, today), about)
    return [_of_task(item, worth, today, passed + place) for place, item in enumerate(rows, 1)]


def of_leavers(member: Member, persons: Iterable[int] | None, today: date, *, most: int, after: str = "") -> list[Need]:
    """Open deals of people who left: they wait for a new owner."""
    left = open_deals(member, persons, today).with_matter(OF_LEAVERS)
    found = [(item, _of_deal(item)) for item in deals.worst(left, most=most, after=after)]
    return [
        replace(
            need,
            evidence=_joined(_("%(name)s has left") % {"name": item.deal.owner.name}, *evidence_of(item)),
            verb=_("Hand it over"),
            verb_url=address_of("deals:transfer", item.deal.pk),
            in_dialog=True,
        )
        for item, need in found
    ]


def address(parameters: Mapping[str, str]) -> str:
    """The list with these filters; empty ones are left out."""
    return f"{address_of('needs')}?{urlencode({name: value for name, value in parameters.items() if value})}"


def evidence_of(item: Needing) -> list[str]:
    """What is the matter with a deal, in words with their figures."""
    said = []
    if item.rests is not None:
        words = {
            "stage": str(item.deal.stage) if item.deal.stage else "–",
            "days": ngettext("%(n)s day", "%(n)s days", item.rests) % {"n": item.rests},
        }
        if item.pace is None:
            said.append(_("%(days)s in “%(stage)s”") % words)
        else:
            words |= {"median": write.number(item.pace.median), "n": f"{item.pace.count:,}"}
            said.append(_("%(days)s in “%(stage)s” (half of all leave within %(median)s, n = %(n)s)") % words)
    if item.no_step:
        said.append(_("no next step"))
    if item.past is not None:
        days = ngettext("%(n)s day", "%(n)s days", item.past) % {"n": item.past}
        said.append(_("expected close %(days)s ago") % {"days": days})
    return said


def _of_deal(item: Needing) -> Need:
    deal = item.deal
    address = address_of("deals:deal", deal.pk)
    only_step = item.no_step and item.rests is None
    return Need(
        icon="hourglass" if item.rests is not None else "alert-circle" if item.no_step else "calendar",
        tone="bad" if item.rests is not None or item.no_step else "warn",
        title=" · ".join([deal.customer.short_name or deal.customer.name, deal.name] if deal.customer else [deal.name]),
        url=address,
        evidence=_joined(*evidence_of(item), deal.owner.name),
        amount=item.amount,
        verb=_("Set the next step") if only_step else pgettext("verb", "Look at it"),
        verb_url=address_of("deals:edit", deal.pk, "next") if only_step else address,
        in_dialog=only_step,
        place=item.place,
    )


def _of_customer(item: Silent, today: date) -> Need:
    customer = item.customer
    address = address_of("crm:customer", customer.pk)
    if item.last_at is None:
        last = _("nobody has logged anything yet")
    else:
        silent_days = (today - timezone.localtime(item.last_at).date()).days
        last = ngettext("silent for %(n)s day", "silent for %(n)s days", silent_days) % {"n": silent_days}
    return Need(
        icon="moon", tone="warn", title=customer.short_name or customer.name, url=address,
        evidence=_joined(last, customer.owner.name if customer.owner else ""),
        amount=item.amount, verb=_("See the customer"), verb_url=address, place=item.place,
    )  # fmt: skip


def _of_task(item: About, worth: dict[int, Decimal], today: date, place: int) -> Need:
    task = item.row
    assert isinstance(task, Task)
    late = (today - task.due_on).days
    about = (item.record.label or "") if item.record else ""
    amount = worth.get(task.about_id or 0) if task.about_kind == DEAL else None
    words = ngettext("%(n)s day overdue", "%(n)s days overdue", late) % {"n": late}
    address = address_of("calendar:task", task.pk)
    return Need(
        icon="clock", tone="bad", title=task.title, url=address, evidence=_joined(words, about, task.owner.name),
        amount=amount, verb=_("Open the task"), verb_url=address, place=str(place),
    )  # fmt: skip


def _joined(*parts: str) -> str:
    mark = "；" if write.is_chinese(get_language() or "") else "; "
    return mark.join(part for part in parts if part)
