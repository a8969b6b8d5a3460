"""Today's tasks: what is overdue, due today, later; done by one tap, with a way back."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from xiaoguan.lib.addresses import address_of
from xiaoguan.lib.days import start_of_day
from xiaoguan.lib.refusal import Refusal
from xiaoguan.org.access import allow, member_of, require
from xiaoguan.org.choosing import people_offered
from xiaoguan.org.company import today
from xiaoguan.org.records import open_records
from xiaoguan.services.calendar import policy, queries
from xiaoguan.services.calendar.actions import (
    NewTask,
    TaskChange,
    amend_tasks,
    complete_tasks,
    create_tasks,
    reopen_tasks,
)
from xiaoguan.services.calendar.forms import TaskForm
from xiaoguan.services.calendar.models import Task
from xiaoguan.services.calendar.views.answers import about, about_context, by_fragment, page_or_part, refuse, subject
from xiaoguan.ui.undo import offer_undo


@require_GET
@require("tasks.view")
def tasks(request: HttpRequest) -> HttpResponse:
    """The member's own tasks."""
    return page_or_part(request, "calendar/tasks.html", "lists", _lists(request))


def _lists(request: HttpRequest) -> dict[str, Any]:
    member = member_of(request)
    day = today(timezone.now())
    found = queries.tasks_of(member, day, since=start_of_day(day))
    headings = (
        ("overdue", _("Overdue"), found.overdue),
        ("today", pgettext("tasks", "Today"), found.today),
        ("later", _("Later"), found.later),
    )
    return {
        "found": found,
        "headings": [heading for heading in headings if heading[2]],
        "today": day,
        "may_give": policy.may_give(member),
    }


@require("tasks.edit")
def create(request: HttpRequest) -> HttpResponse:
    """A task about nothing but itself."""
    member = member_of(request)
    form = _form(request, {"owner": member.pk, "due_on": today(timezone.now())})
    if request.method == "POST" and form.is_valid():
        try:
            create_tasks([_new(form)], by=member, at=timezone.now())
            return _redirect(request)
        except Refusal as refusal:
            refuse(form, refusal)
    context = {"form": form, "title": _("New task"), "address": request.path}
    return page_or_part(request, "calendar/task.html", "dialog", context, status=422 if form.errors else 200)


@require("tasks.edit")
def create_about(request: HttpRequest, kind: int, object_id: int) -> HttpResponse:
    """A task about a record: the small form, and saving it."""
    kind, object_id = subject(request, kind, object_id)
    form = _form(request, {"owner": member_of(request).pk, "due_on": today(timezone.now())})
    if request.method != "POST":
        shown = about_context(request, kind, object_id, task_form=form)
        return page_or_part(request, "calendar/about.html", "task_form", shown)
    if form.is_valid():
        try:
            task = _new(
                form,
                about_kind=kind,
                about_id=object_id,
                customer_id=queries.customer_of(kind, object_id),
            )
            create_tasks([task], by=member_of(request), at=timezone.now())
            if by_fragment(request):
                return about(request, kind, object_id)
            url = open_records(member_of(request), [(kind, object_id)])[kind, object_id].url
            return redirect(url or "calendar:tasks")
        except Refusal as refusal:
            refuse(form, refusal)
    return about(request, kind, object_id, task_form=form, status=422)


@require("tasks.edit")
def owners(request: HttpRequest) -> HttpResponse:
    """To whom a task can be given, for what was typed."""
    return people_offered(request, queries.owners_offered(member_of(request), today(timezone.now())))


def _form(request: HttpRequest, initial: dict[str, Any]) -> TaskForm:
    offered = queries.owners_offered(member_of(request), today(timezone.now()))
    return TaskForm(request.POST or None, initial=initial, owners=offered)


def _new(form: TaskForm, **subject_: Any) -> NewTask:
    read = form.cleaned_data
    return NewTask(
        title=read["title"],
        due_on=read["due_on"],
        due_time=read["due_time"],
        owner_id=read["owner"].pk,
        **subject_,
    )


@allow(on=policy.visible_tasks)
def task(request: HttpRequest, found: Task) -> HttpResponse:
    """One task: to read, and to amend for those who may."""
    member = member_of(request)
    offered = queries.owners_offered(member, today(timezone.now()), present=found.owner_id)
    may_edit = policy.may_edit_task(member, found)
    form = TaskForm(request.POST, owners=offered) if request.method == "POST" else TaskForm.of(found, offered)
    if request.method == "POST" and may_edit and form.is_valid():
        read = form.cleaned_data
        change = TaskChange(
            task_id=found.pk,
            title=read["title"],
            due_on=read["due_on"],
            due_time=read["due_time"],
            owner_id=read["owner"].pk,
        )
        try:
            amend_tasks([change], by=member, at=timezone.now())
            return _redirect(request)
        except Refusal as refusal:
            refuse(form, refusal)
    context = {
        "form": form,
        "task": queries.with_records(member, [found])[0],
        "may_edit": may_edit,
        "title": _("Task"),
        "address": request.path,
    }
    return page_or_part(request, "calendar/task.html", "dialog", context, status=422 if form.errors else 200)


@require_POST
@allow(policy.may_edit_task, on=policy.visible_tasks)
def done(request: HttpRequest, found: Task) -> HttpResponse:
    """One tap: done."""
    complete_tasks([found.pk], by=member_of(request), at=timezone.now())
    undo_url = address_of("calendar:reopen", found.pk)
    return _after(request, found, _("Done: %(title)s") % {"title": found.title}, undo_url)


@require_POST
@allow(policy.may_edit_task, on=policy.visible_tasks)
def reopen(request: HttpRequest, found: Task) -> HttpResponse:
    """It was not done after all."""
    reopen_tasks([found.pk], by=member_of(request), at=timezone.now())
    return _after(request, found, "", "")


def _after(request: HttpRequest, found: Task, sentence: str, undo_url: str) -> HttpResponse:
    """The list or the part that the tap came from, as it stands now."""
    if not by_fragment(request):
        if undo_url:
            offer_undo(request, sentence, undo_url)
        return _redirect(request)
    if request.headers.get("HX-Target") == "calendar-about" and found.about_kind and found.about_id:
        return about(request, *_asked(request, found))
    context = _lists(request) | {"sentence": sentence, "undo_url": undo_url}
    return render(request, "calendar/tasks.html#after", context)


def _asked(request: HttpRequest, found: Task) -> tuple[int, int]:
    """The record whose part asks: a customer's part also shows tasks about its deals."""
    kind, object_id = request.POST.get("about_kind", ""), request.POST.get("about_id", "")
    if kind.isdecimal() and object_id.isdecimal() and len(object_id) < 19:
        return subject(request, int(kind), int(object_id))
    return subject(request, found.about_kind or 0, found.about_id or 0)


def _redirect(request: HttpRequest) -> HttpResponse:
    """Back to where the person came from, within this program."""
    if by_fragment(request):
        response = HttpResponse()
        response.headers["HX-Refresh"] = "true"
        return response
    came = request.META.get("HTTP_REFERER", "")
    inside = url_has_allowed_host_and_scheme(came, {request.get_host()}) and request.path not in came
    return HttpResponseRedirect(came if inside else address_of("calendar:tasks"))
