"""How these pages answer: a whole page, or a fragment where htmx asks for one."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from xiaoguan.journal.kinds import CUSTOMER, DEAL
from xiaoguan.lib.refusal import Refusal
from xiaoguan.org.access import member_of
from xiaoguan.org.company import today
from xiaoguan.org.records import opened
from xiaoguan.services.calendar import policy, queries
from xiaoguan.services.calendar.forms import TaskForm

SUBJECTS = (CUSTOMER, DEAL)


def by_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a part; going back in history asks for the whole page."""
    htmx: Any = request.htmx  # type: ignore[attr-defined]  # set by django_htmx's middleware
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def page_or_part(
    request: HttpRequest, template: str, part: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """The page, or its named part where htmx asks; caches keep the two apart."""
    name = f"{template}#{part}" if by_fragment(request) else template
    response = render(request, name, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def refuse(form: forms.Form, refusal: Refusal) -> None:
    """Show a refusal at its field, or above the form."""
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))


def subject(request: HttpRequest, kind: int, object_id: int) -> tuple[int, int]:
    """The record that the address names, if the member may open it; else 404."""
    if kind not in SUBJECTS or not policy.sees_subject(member_of(request), kind, object_id):
        raise Http404
    return kind, object_id


def about_context(
    request: HttpRequest,
    kind: int,
    object_id: int,
    *,
    task_form: TaskForm | None = None,
) -> dict[str, Any]:
    """What the part about one record shows: its tasks, and the small form where it is open."""
    member = member_of(request)
    day = today(timezone.now())
    if kind == CUSTOMER:
        tasks = queries.tasks_of_customer(member, object_id)
    else:
        tasks = queries.with_records(member, queries.tasks_about(member, kind, object_id))
    return {
        "kind": kind,
        "object_id": object_id,
        "record": opened(member, [(kind, object_id)])[kind, object_id],
        "tasks": tasks,
        "may_give": policy.may_give(member),
        "task_form": task_form,
        "today": day,
        "member": member,
    }


def about(request: HttpRequest, kind: int, object_id: int, *, status: int = 200, **forms_: Any) -> HttpResponse:
    """The part about one record, as a fragment or on a page of its own."""
    context = about_context(request, kind, object_id, **forms_)
    response = page_or_part(request, "calendar/about.html", "part", context, status=status)
    if request.method == "POST" and status == 200:
        response.headers["HX-Trigger"] = "calendar-changed"
    return response
