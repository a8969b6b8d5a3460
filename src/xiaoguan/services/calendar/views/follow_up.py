"""Logging a follow-up: one small form on the pages of a deal and of a customer.

A page's own room may wrap it (``answer`` with a ``Place`` of its own): a deal keeps its next step itself, and only
deals know who may change it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from xiaoguan.journal.kinds import CUSTOMER
from xiaoguan.lib.refusal import Refusal
from xiaoguan.org.access import member_of, require
from xiaoguan.org.models import Member
from xiaoguan.org.records import open_records, opened
from xiaoguan.services.calendar import policy, queries
from xiaoguan.services.calendar.actions import NewActivity, NewTask, log_follow_up
from xiaoguan.services.calendar.forms import FollowUpForm
from xiaoguan.services.calendar.sentences import ICONS
from xiaoguan.services.calendar.views.answers import page_or_part, refuse, subject


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """What a form said, ready for an action."""

    activity: NewActivity
    next_step: str
    next_on: date | None
    once: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A record on whose page follow-ups are logged. ``next_needs_day``: whether a next step must have its day, None
    where it has no place; ``next_now`` is the present one; ``changed`` is what the page is told after a save."""

    kind: int
    object_id: int
    customer_id: int | None
    save: Callable[[FollowUp, Member, datetime], object]
    next_needs_day: bool | None
    next_now: str = ""
    changed: str = "calendar-changed"


@require("activities.log")
def log(request: HttpRequest, kind: int, object_id: int) -> HttpResponse:
    """A follow-up with a customer, whose next step becomes a task; with anything else it has no next step."""
    kind, object_id = subject(request, kind, object_id)
    takes_task = kind == CUSTOMER and policy.may_give(member_of(request))
    customer_id = queries.customer_of(kind, object_id)
    place = Place(
        kind=kind,
        object_id=object_id,
        customer_id=customer_id,
        save=_save,
        next_needs_day=True if takes_task else None,
    )
    return answer(request, place)


def _save(said: FollowUp, by: Member, at: datetime) -> None:
    task = None
    if said.next_step and said.next_on:
        task = NewTask(
            title=said.next_step,
            due_on=said.next_on,
            owner_id=by.pk,
            about_kind=said.activity.about_kind,
            about_id=said.activity.about_id,
            customer_id=said.activity.customer_id,
        )
    log_follow_up(said.activity, task=task, once=said.once, by=by, at=at)


def answer(request: HttpRequest, place: Place) -> HttpResponse:
    """The form; after it was saved an empty one, and the page is told what changed."""
    form = FollowUpForm.fresh(next_needs_day=place.next_needs_day)
    if request.method == "POST":
        form = FollowUpForm(request.POST, next_needs_day=place.next_needs_day)
        if form.is_valid() and _saved(request, place, form):
            return _done(request, place)
    context = _context(request, place, form)
    return page_or_part(request, "calendar/follow_up.html", "form", context, status=422 if form.errors else 200)


def _context(request: HttpRequest, place: Place, form: FollowUpForm, *, saved: bool = False) -> dict[str, object]:
    member = member_of(request)
    chosen = form["kind"].value()
    return {
        "form": form,
        "place": place,
        "kinds": [(value, label, ICONS[value], value == chosen) for value, label in form.fields["kind"].choices],  # type: ignore[attr-defined]
        "record": opened(member, [(place.kind, place.object_id)])[place.kind, place.object_id],
        "draft": f"{member.pk}:log:{place.kind}:{place.object_id}",
        "saved": saved,
    }


def _saved(request: HttpRequest, place: Place, form: FollowUpForm) -> bool:
    member, now = member_of(request), timezone.now()
    read = form.cleaned_data
    activity = NewActivity(
        kind=read["kind"],
        about_kind=place.kind,
        about_id=place.object_id,
        customer_id=place.customer_id,
        member_id=member.pk,
        happened_at=form.moment(now),
        text=read["text"],
    )
    said = FollowUp(
        activity=activity,
        next_step=read.get("next_step", ""),
        next_on=read.get("next_on"),
        once=str(read["once"]),
    )
    try:
        place.save(said, member, now)
        return True
    except Refusal as refusal:
        refuse(form, refusal)
        return False


def _done(request: HttpRequest, place: Place) -> HttpResponse:
    if not request.htmx:  # type: ignore[attr-defined]  # set by django_htmx's middleware
        url = open_records(member_of(request), [(place.kind, place.object_id)])[place.kind, place.object_id].url
        return redirect(url or "calendar:tasks")
    fresh = FollowUpForm.fresh(next_needs_day=place.next_needs_day)
    response = page_or_part(request, "calendar/follow_up.html", "form", _context(request, place, fresh, saved=True))
    response.headers["HX-Trigger"] = place.changed
    return response
