"""What came in, what was left out, and taking it all back."""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from xiaoguan.lib.refusal import Refusal
from xiaoguan.org.access import allow, member_of
from xiaoguan.services.transfer import kinds, policy
from xiaoguan.services.transfer.csv_export import csv_lines
from xiaoguan.services.transfer.models import ImportRun
from xiaoguan.services.transfer.queries import problems, results
from xiaoguan.services.transfer.undoing import UNDOABLE, start_undo
from xiaoguan.services.transfer.views.run import common
from xiaoguan.ui.parts import Choice

State = ImportRun.State


@require_GET
@allow(on=policy.visible_runs)
def problems_file(request: HttpRequest, run: ImportRun) -> HttpResponse:
    """The rows left out with their reasons, as CSV."""
    lines = csv_lines(problems.csv_head(), problems.csv_rows(run))
    name = _("Problems of import %(number)d") % {"number": run.pk}
    answer: Any = StreamingHttpResponse(
        (line.encode() for line in lines),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": content_disposition_header(True, f"{name}.csv") or ""},
    )
    return cast(HttpResponse, answer)  # the stubs keep the two kinds of answer apart


@require_GET
@allow(on=policy.visible_runs)
def rows(request: HttpRequest, run: ImportRun) -> HttpResponse:
    """The records that a file became, by line."""
    found = results.results_page(
        run,
        kinds.importable(run.kind),
        member_of(request),
        did=request.GET.get("did", ""),
        after=request.GET.get("after", ""),
    )
    counts = {"": run.done - run.skipped, "created": run.created, "updated": run.updated, "unchanged": run.unchanged}
    labels: dict[str, object] = {"": _("All")} | {str(did): words for did, words in results.DONE.items()}
    choices = [
        Choice(label=str(labels[did]), url=f"?did={did}", active=did == found.chosen, count=count)
        for did, count in counts.items()
    ]
    return render(request, "transfer/rows.html", common(request, run) | {"found": found, "choices": choices})


@require_http_methods(["GET", "POST"])
@allow(policy.may_undo, on=policy.visible_runs)
def undo(request: HttpRequest, run: ImportRun) -> HttpResponse:
    """Look at what would be taken back, then say so; the server does it, like writing."""
    if run.state not in UNDOABLE or run.state == State.UNDOING:
        return redirect("transfer:run", run.pk)
    if request.method == "POST":
        try:
            start_undo(run, by=member_of(request), keep_edited=request.POST.get("edited") != "take")
        except Refusal as refusal:
            return _preview(request, run, str(refusal))
        return redirect("transfer:run", run.pk)
    return _preview(request, run)


def _preview(request: HttpRequest, run: ImportRun, refused: str = "") -> HttpResponse:
    preview = results.preview_of(run, kinds.importable(run.kind), member_of(request))
    context = common(request, run) | {"preview": preview, "refused": refused}
    return render(request, "transfer/undo.html", context, status=422 if refused else 200)
