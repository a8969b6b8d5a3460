"""What was done about a record: the part of its page, logging, amending, taking back."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from xiaoguan.journal.facts.general import MISTAKE
from xiaoguan.lib.refusal import Refusal
from xiaoguan.org.access import allow, member_of, require
from xiaoguan.org.records import open_records
from xiaoguan.services.calendar import policy, queries
from xiaoguan.services.calendar.actions import (
    ActivityChange,
    amend_activities,
    take_back_activities,
)
from xiaoguan.services.calendar.forms import ActivityForm
from xiaoguan.services.calendar.models import Activity
from xiaoguan.services.calendar.views.answers import about, by_fragment, page_or_part, refuse, subject


@require_GET
@require("tasks.view")
def part(request: HttpRequest, kind: int, object_id: int) -> HttpResponse:
    """Tasks and activities about a record, with the forms to add to them."""
    return about(request, *subject(request, kind, object_id))


@require_GET
@require("activities.view")
def listing(request: HttpRequest) -> HttpResponse:
    """All activities about a record, newest first, a page at a time."""
    kind, object_id = subject(request, _number(request, "kind"), _number(request, "id"))
    member = member_of(request)
    rows = queries.activities_about(member, kind, object_id, before=_number(request, "before") or None)
    context = {
        "activities": queries.with_records(member, rows[: queries.PAGE]),
        "next_before": rows[queries.PAGE - 1].pk if len(rows) > queries.PAGE else None,
        "kind": kind,
        "object_id": object_id,
        "record": open_records(member, [(kind, object_id)])[kind, object_id],
        "member": member,
    }
    return page_or_part(request, "calendar/activities.html", "items", context)


def _number(request: HttpRequest, name: str) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 19 else 0


@allow(policy.may_amend_activity, on=policy.reachable_activities)
def edit(request: HttpRequest, activity: Activity) -> HttpResponse:
    """Word an activity better."""
    now = {
        "kind": activity.kind,
        "happened_at": timezone.localtime(activity.happened_at),
        "minutes": activity.minutes,
        "text": activity.text,
    }
    form = ActivityForm(request.POST or None, initial=now)
    form.fields["happened_at"].disabled = True
    if request.method == "POST" and form.is_valid():
        read = form.cleaned_data
        change = ActivityChange(activity_id=activity.pk, kind=read["kind"], minutes=read["minutes"], text=read["text"])
        try:
            amend_activities([change], by=member_of(request), at=timezone.now())
            return _back(request, activity)
        except Refusal as refusal:
            refuse(form, refusal)
    context = {"form": form, "activity": activity, "title": _("Amend the activity")}
    return page_or_part(request, "calendar/activity.html", "dialog", context, status=422 if form.errors else 200)


@require_POST
@allow(policy.may_amend_activity, on=policy.reachable_activities)
def remove(request: HttpRequest, activity: Activity) -> HttpResponse:
    """It did not happen: take it back on its own day."""
    take_back_activities([activity.pk], reason=MISTAKE, by=member_of(request), at=timezone.now())
    return _back(request, activity)


def _back(request: HttpRequest, activity: Activity) -> HttpResponse:
    if by_fragment(request):
        response = HttpResponse()
        response.headers["HX-Trigger"] = "x:close-dialog, calendar-changed"
        return response
    key = (activity.about_kind, activity.about_id)
    return redirect(open_records(member_of(request), [key])[key].url or "calendar:tasks")
