"""A run at its step: being read, to be mapped, being written, done or taken back."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET
from django_htmx.http import HttpResponseClientRefresh

from xiaoguan.org.access import allow, member_of
from xiaoguan.services.transfer import kinds, policy
from xiaoguan.services.transfer.drafts import OPEN
from xiaoguan.services.transfer.forms import OptionsForm, SheetForm
from xiaoguan.services.transfer.models import ImportRun
from xiaoguan.services.transfer.queries.draft import draft_of, parts_of
from xiaoguan.services.transfer.queries.listing import doors, kind_label
from xiaoguan.services.transfer.queries.problems import problems_page
from xiaoguan.services.transfer.queries.progress import BUSY, progress_of
from xiaoguan.services.transfer.stored import assumptions_of
from xiaoguan.services.transfer.undoing import UNDOABLE

State = ImportRun.State
_STEP = {State.STAGING: 1, State.REFUSED: 1, State.APPLYING: 3, State.FAILED: 3}


@require_GET
@allow(on=policy.visible_runs)
def run(request: HttpRequest, run: ImportRun) -> HttpResponse:
    """The page of a run; its address stays the same from upload to undo."""
    if run.state in OPEN:
        return draft_page(request, run)
    if run.state in (State.STAGING, State.REFUSED):
        return reading_page(request, run)
    return _written_page(request, run)


def common(request: HttpRequest, run: ImportRun) -> dict[str, Any]:
    """What every page of a run shows: its name, its step, and who may do what."""
    member = member_of(request)
    return {
        "run": run,
        "kind": kind_label(run.kind),
        "about": _about(run),
        "steps": step_names(),
        "step": _STEP.get(State(run.state), 2 if run.state in OPEN else 4),
        "may_change": policy.may_change(member, run),
        "may_go_on": policy.may_go_on(member, run),
        "may_undo": policy.may_undo(member, run) and run.state in UNDOABLE,
        "progress": progress_of(run, at=timezone.now()) if run.state in BUSY else None,
    }


def step_names() -> list[str]:
    return [_("Upload"), _("Columns and checks"), pgettext("step of a wizard", "Import"), _("Result and undo")]


def _about(run: ImportRun) -> str:
    """The file in a line: its name, sheet, rows, encoding."""
    rows = ngettext("%(count)s row", "%(count)s rows", run.rows) % {"count": f"{run.rows:,}"} if run.rows else ""
    return " · ".join(part for part in (run.file_name, run.sheet, rows, run.encoding) if part)


def reading_page(
    request: HttpRequest, run: ImportRun, form: SheetForm | None = None, status: int = 200
) -> HttpResponse:
    """Step 1: the file is being read, was refused, or its sheet has to be chosen."""
    context = common(request, run)
    if run.sheets:
        context["sheet_form"] = form or SheetForm(sheets=run.sheets, initial={"sheet": run.sheets[0]})
    return render(request, "transfer/reading.html", context, status=status)


def draft_page(
    request: HttpRequest,
    run: ImportRun,
    *,
    form: OptionsForm | None = None,
    posted: Mapping[str, Any] | None = None,
    refused: str = "",
) -> HttpResponse:
    """Step 2. With ``form`` or ``refused`` as it was sent and could not be taken."""
    what = kinds.importable(run.kind)
    draft = draft_of(run, what, posted)
    context = common(request, run) | {
        "draft": draft,
        "fields": what.columns,
        "options": form or OptionsForm(None, run=run, asked=draft.asked),
        "refused": refused,
        "problems": problems_page(run, kind=request.GET.get("why", ""), after=request.GET.get("after", ""))
        if draft.checked
        else None,
    }
    return render(request, "transfer/draft.html", context, status=422 if form or refused else 200)


def _written_page(request: HttpRequest, run: ImportRun) -> HttpResponse:
    """Steps 3 and 4: being written, written, taken back."""
    finished = run.state not in (State.APPLYING, State.UNDOING)
    context = common(request, run) | {
        "parts": parts_of(run),
        "waiting_rows": run.rows - run.done,
        "assumptions": assumptions_of(run.assumptions),
        "problems": problems_page(run, kind=request.GET.get("why", ""), after=request.GET.get("after", ""))
        if finished and run.skipped
        else None,
        "others": [door for door in doors(member_of(request)) if door.kind != run.kind],
    }
    return render(request, "transfer/written.html", context)


@require_GET
@allow(on=policy.watched_runs)
def progress(request: HttpRequest, run: ImportRun) -> HttpResponse:
    """The bar of a run that something is done with; asked every second, until there is something else to see."""
    if not request.htmx:  # type: ignore[attr-defined]  # django_htmx adds it
        return redirect("transfer:run", run.pk)
    if run.state not in BUSY or run.sheets or request.GET.get("state") != run.state:
        return HttpResponseClientRefresh()
    return render(request, "transfer/parts/progress.html", common(request, run))
