"""A seller's day: what he has to do, where he goes next, which of his deals to push, and how his quarter stands."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from xiaoguan.analysis.choice import Choice
from xiaoguan.crm import policy as crm_policy
from xiaoguan.crm.queries import attention as crm
from xiaoguan.deals import policy as deals_policy
from xiaoguan.deals.models import Deal
from xiaoguan.deals.queries import attention
from xiaoguan.deals.queries.attention import Needing
from xiaoguan.deals.queries.open_deals import NO_STEP, TO_PUSH, open_deals
from xiaoguan.home import figures
from xiaoguan.home.figures import HomeFigure
from xiaoguan.home.rules import last_monday
from xiaoguan.journal.kinds import CUSTOMER, DEAL
from xiaoguan.ledger.measures.language import measure
from xiaoguan.lib.addresses import address_of
from xiaoguan.lib.days import start_of_day
from xiaoguan.lib.periods import Period, containing
from xiaoguan.org.models import Member
from xiaoguan.org.records import open_records
from xiaoguan.org.scope import allowed
from xiaoguan.services.calendar import policy as calendar_policy
from xiaoguan.services.calendar import queries as calendar
from xiaoguan.services.calendar.models import Activity, Task
from xiaoguan.services.calendar.queries import About
from xiaoguan.ui import format as write

PUSHED: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A line of the day. ``state``: done, next (the lit one), late or nothing."""

    at: str
    title: str
    url: str
    about: str = ""
    about_url: str = ""
    state: str = ""
    late: int = 0
    task: int | None = None
    deal: int | None = None
    customer: int | None = None
    kind: int | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """The next thing to do, with how to reach the customer as far as it is known."""

    slot: Slot
    contact: str
    phone: str
    city: str
    place: str
    log_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """The home of a seller. ``deals`` are those to push, the largest first; ``more`` says that there are others."""

    today: date
    sentence: str
    figures: list[HomeFigure]
    late: list[Slot]
    slots: list[Slot]
    done: int
    stop: Stop | None
    deals: list[Needing]
    more: bool
    no_step: int
    is_new: bool
    may_create_deal: bool
    may_create_customer: bool
    may_give: bool


def day_page(member: Member, at: datetime, today: date) -> Day:
    """Everything of the member's own, whatever else he may see."""
    own = open_deals(member, [member.pk], today)
    steps = attention.steps_on(own, today)
    tasks = calendar.tasks_of(member, today, since=start_of_day(today))
    done = _done(member, tasks.done, today)
    planned = [_step(deal, today) for deal in steps if deal.next_step_on == today]
    open_now = _lit(_in_order([*map(_task, tasks.today), *planned]), at)
    late = [_late(item, today) for item in tasks.overdue]
    late += [_step(deal, today) for deal in steps if deal.next_step_on and deal.next_step_on < today]
    late.sort(key=lambda slot: -slot.late)
    first = next((slot for slot in open_now if slot.state == "next"), None) or next(iter(late), None)
    pushed = attention.worst(own.with_matter(TO_PUSH), most=PUSHED)
    no_step = attention.how_many(own.with_matter(NO_STEP))
    nothing = not (pushed or tasks.open_count or done or steps)
    return Day(
        today=today,
        sentence=_sentence(len(open_now), len(late), no_step),
        figures=_figures(member, at, today),
        late=late,
        slots=[*done, *open_now],
        done=len(done),
        stop=_stop(member, first, today) if first else None,
        deals=pushed[:PUSHED],
        more=len(pushed) > PUSHED,
        no_step=no_step,
        is_new=nothing and not deals_policy.visible_deals(member).filter(owner=member).exists(),
        may_create_deal=deals_policy.may_create(member),
        may_create_customer=crm_policy.may_create(member),
        may_give=calendar_policy.may_give(member),
    )


def _sentence(today: int, late: int, no_step: int) -> str:
    """What today means, in words."""
    parts = []
    if today:
        parts.append(ngettext("%(n)s thing to do today", "%(n)s things to do today", today) % {"n": today})
    else:
        parts.append(_("nothing planned for today"))
    if late:
        parts.append(ngettext("%(n)s overdue", "%(n)s overdue", late) % {"n": late})
    if no_step:
        n = write.up_to(no_step)
        parts.append(ngettext("%(n)s deal without a next step", "%(n)s deals without a next step", no_step) % {"n": n})
    return pgettext("between parts of a sentence", ", ").join(parts)


def _task(item: About) -> Slot:
    task = item.row
    assert isinstance(task, Task)
    record = item.record
    return Slot(
        at=f"{task.due_time:%H:%M}" if task.due_time else "",
        title=task.title,
        url=address_of("calendar:task", task.pk),
        about=(record.label or "") if record else "",
        about_url=(record.url or "") if record else "",
        task=task.pk,
        customer=task.customer_id,
        kind=task.about_kind if record and record.label else None,
        number=task.about_id if record and record.label else None,
    )


def _late(item: About, today: date) -> Slot:
    task = item.row
    assert isinstance(task, Task)
    return replace(_task(item), state="late", late=(today - task.due_on).days)


def _step(deal: Deal, today: date) -> Slot:
    late = max((today - deal.next_step_on).days, 0) if deal.next_step_on else 0
    return Slot(
        at="",
        title=deal.next_step,
        url=address_of("deals:deal", deal.pk),
        about=_deal_words(deal),
        about_url=address_of("deals:deal", deal.pk),
        state="late" if late else "",
        late=late,
        deal=deal.pk,
        customer=deal.customer_id,
        kind=DEAL,
        number=deal.pk,
    )


def _deal_words(deal: Deal) -> str:
    return " · ".join(part for part in (deal.name, str(deal.stage) if deal.stage else "") if part)


def _done(member: Member, tasks: list[About], today: date) -> list[Slot]:
    """What he did today already, in the order of the day."""
    lines = [(item.row.done_at, replace(_task(item), state="done")) for item in tasks if isinstance(item.row, Task)]
    if calendar.may_view_activities(member, today):
        logged = calendar.activities_of(member, start_of_day(today))
        lines += [(item.row.happened_at, _logged(item)) for item in logged if isinstance(item.row, Activity)]
    known = sorted(((moment, slot) for moment, slot in lines if moment), key=lambda line: line[0])
    return [replace(slot, at=f"{timezone.localtime(moment):%H:%M}") for moment, slot in known]


def _logged(item: About) -> Slot:
    activity, record = item.row, item.record
    assert isinstance(activity, Activity)
    label = (record.label or "") if record else ""
    title = " · ".join(part for part in (activity.get_kind_display(), label) if part)
    url = (record.url or "") if record else ""
    return Slot(at="", title=title, url=url, about=activity.text[:80], state="done")


def _in_order(slots: list[Slot]) -> list[Slot]:
    """What has a time by it, then the rest as it came."""
    return sorted(slots, key=lambda slot: (slot.at == "", slot.at))


def _lit(slots: list[Slot], at: datetime) -> list[Slot]:
    """The next one is lit: the first whose time has not passed, else the first of all."""
    now = f"{timezone.localtime(at):%H:%M}"
    ahead = next((place for place, slot in enumerate(slots) if not slot.at or slot.at >= now), 0)
    return [replace(slot, state="next") if place == ahead else slot for place, slot in enumerate(slots)]


def _stop(member: Member, slot: Slot, today: date) -> Stop:
    seen = slot.customer is not None and (
        open_records(member, [(CUSTOMER, slot.customer)])[CUSTOMER, slot.customer].label
    )
    stop = crm.stop_at(member, slot.customer) if seen and slot.customer else None
    contact = stop.contact if stop else None
    may_log = slot.kind is not None and allowed(member, "activities.log", today)
    return Stop(
        slot=slot,
        contact=" ".join(part for part in (contact.name, contact.title) if part) if contact else "",
        phone=contact.phone if contact else "",
        city=stop.customer.city if stop else "",
        place=seen or "",
        log_url=_log_url(slot) if may_log else "",
    )


def _log_url(slot: Slot) -> str:
    """Where a follow-up is logged: on a deal together with its next step."""
    if slot.kind == DEAL:
        return address_of("deals:log", slot.number)
    return address_of("calendar:log", slot.kind, slot.number)


def _figures(member: Member, at: datetime, today: date) -> list[HomeFigure]:
    """The quarter against the same working days of the one before, the pipeline against last Monday, the week against
    the week before. Nothing for those who see no figures."""
    if not allowed(member, "measures.view", today):
        return []
    quarter = figures.asked_period("quarter", today)
    week = containing(today, "week")
    seen = figures.seen_by(member, quarter, at, own=True)
    won, stands = ("won_amount", "won_count"), ("pipeline_amount",)
    now = seen.ask((*won, *stands)).measures
    before = seen.ask(won, period=figures.as_far(quarter, quarter.previous(), today)).measures
    monday = seen.ask(stands, period=figures.the_day_before(last_monday(today), quarter)).measures
    done = seen.ask(("activity_count",), period=week).measures
    earlier = containing(today - timedelta(days=7), "week")
    until = Period(earlier.start, earlier.start + timedelta(days=today.weekday()))
    done_before = seen.ask(("activity_count",), period=until).measures
    choice = seen.viewer.choice
    at_week = Choice(period=week)
    return [
        *(
            seen.shown(measure(key), now[key].total, choice, before[key].total, figures.since_words(quarter))
            for key in won
        ),
        seen.shown(
            measure("pipeline_amount"), now["pipeline_amount"].total, choice, monday["pipeline_amount"].total,
            _("since last Monday"),
        ),
        seen.shown(
            measure("activity_count"), done["activity_count"].total, at_week, done_before["activity_count"].total,
            _("than by this day last week"),
        ),
    ]  # fmt: skip
