"""The settings page of the pipeline: its stages, and why deals are lost."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from xiaoguan.deals.arranging import move_stage_up, save_reason, save_stage
from xiaoguan.deals.forms.common import DealForm
from xiaoguan.deals.forms.settings import ReasonForm, StageForm
from xiaoguan.deals.models import LossReason, Stage
from xiaoguan.deals.queries import settings as queries
from xiaoguan.deals.views.answers import Question, by_fragment, page_or_part, posted
from xiaoguan.lib.refusal import Refusal
from xiaoguan.org.access import member_of, require

Save = Callable[..., None]


@require("roles.manage")
def stages(request: HttpRequest) -> HttpResponse:
    """Stages and reasons, in their order."""
    return page_or_part(request, "deals/settings.html", "lists", _lists())


def _lists() -> dict[str, Any]:
    return {"pipelines": queries.pipelines(), "reasons": queries.reasons()}


@require("roles.manage")
def new_stage(request: HttpRequest) -> HttpResponse:
    return _edited(request, StageForm(posted(request)), None, save_stage, _("New stage"))


@require("roles.manage")
def stage(request: HttpRequest, pk: int) -> HttpResponse:
    """Amend a stage; ``up`` moves it before the one above it."""
    found = queries.stage(pk)
    if found is None:
        raise Http404
    if request.method == "POST" and "up" in request.POST:
        move_stage_up(found.pk, by=member_of(request), at=timezone.now())
        return _saved(request)
    form = StageForm(posted(request), initial=_values(found, StageForm))
    return _edited(request, form, found.pk, save_stage, str(found))


@require("roles.manage")
def new_reason(request: HttpRequest) -> HttpResponse:
    return _edited(request, ReasonForm(posted(request)), None, save_reason, _("New reason for losing"))


@require("roles.manage")
def reason(request: HttpRequest, pk: int) -> HttpResponse:
    found = queries.reason(pk)
    if found is None:
        raise Http404
    form = ReasonForm(posted(request), initial=_values(found, ReasonForm))
    return _edited(request, form, found.pk, save_reason, str(found))


def _values(record: Stage | LossReason, form: type[DealForm]) -> dict[str, Any]:
    return {name: getattr(record, name) for name in form.base_fields}


def _edited(request: HttpRequest, form: DealForm, pk: int | None, save: Save, title: str) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        at: datetime = timezone.now()
        try:
            save(pk, form.cleaned_data, by=member_of(request), at=at)
            return _saved(request)
        except Refusal as refusal:
            form.refuse(refusal)
    context = {"form": form, "question": Question(title=title, verb=_("Save")), "address": request.path}
    return page_or_part(request, "deals/setting.html", "dialog", context, status=422 if form.errors else 200)


def _saved(request: HttpRequest) -> HttpResponse:
    if not by_fragment(request):
        return redirect("deals:stages")
    response = page_or_part(request, "deals/settings.html", "lists", _lists())
    response["HX-Retarget"], response["HX-Reswap"], response["HX-Trigger"] = "#lists", "outerHTML", "x:close-dialog"
    return response
