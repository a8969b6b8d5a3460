"""What a person does with a draft: the sheet, columns and options, corrections, importing, dropping."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from xiaoguan.lib.refusal import Refusal
from xiaoguan.org.access import allow, member_of
from xiaoguan.services.transfer import drafts, kinds, policy, uploads
from xiaoguan.services.transfer.forms import OptionsForm, SheetForm, chosen_headers
from xiaoguan.services.transfer.models import ImportRun
from xiaoguan.services.transfer.queries.draft import draft_of
from xiaoguan.services.transfer.staging import discard
from xiaoguan.services.transfer.starting import go_on, start_writing
from xiaoguan.services.transfer.views.run import draft_page, reading_page

State = ImportRun.State


@require_POST
@allow(policy.may_change, on=policy.visible_runs)
def sheet(request: HttpRequest, run: ImportRun) -> HttpResponse:
    """Say which sheet of the workbook is meant."""
    form = SheetForm(request.POST, sheets=run.sheets)
    if run.sheets and not form.is_valid():
        return reading_page(request, run, form, status=422)
    if run.sheets:
        drafts.choose_sheet(run, form.cleaned_data["sheet"], at=timezone.now())
    return redirect("transfer:run", run.pk)


@require_POST
@allow(policy.may_change, on=policy.visible_runs)
def mapping(request: HttpRequest, run: ImportRun) -> HttpResponse:
    """Take columns and options as they stand on the page and check again."""
    if run.state not in drafts.OPEN:
        return _told(request, run, drafts.past(run))
    what = kinds.importable(run.kind)
    form = OptionsForm(request.POST, run=run, asked=draft_of(run, what).asked)
    if not form.is_valid():
        return draft_page(request, run, form=form, posted=request.POST)
    try:
        headers = chosen_headers(request.POST, run, what)
    except Refusal as refusal:
        return draft_page(request, run, form=form, posted=request.POST, refused=str(refusal))
    return _do(request, run, lambda: drafts.change(run, headers, form.options(), at=timezone.now()))


@require_POST
@allow(policy.may_change, on=policy.visible_runs)
def corrections(request: HttpRequest, run: ImportRun) -> HttpResponse:
    """Accept a proposed spelling, keep it as written, or accept all that are still open."""
    if "all" in request.POST:
        said = [
            (p.field, p.written, True) for p in draft_of(run, kinds.importable(run.kind)).proposals if p.yes is None
        ]
    else:
        yes = request.POST.get("answer") == "yes"
        said = [(request.POST.get("field", ""), request.POST.get("written", ""), yes)]
    return _do(request, run, lambda: drafts.answer(run, said, at=timezone.now()))


@require_POST
@allow(policy.may_change, on=policy.visible_runs)
def start(request: HttpRequest, run: ImportRun) -> HttpResponse:
    """Import: from here on the server writes the rows, whether or not anybody watches."""
    sent = request.POST.get("revision", "")
    revision = int(sent) if sent.isdecimal() and len(sent) < 10 else -1
    return _do(request, run, lambda: start_writing(run, revision=revision, by=member_of(request), at=timezone.now()))


@require_POST
@allow(policy.may_go_on, on=policy.visible_runs)
def onward(request: HttpRequest, run: ImportRun) -> HttpResponse:
    """Go on with a run that a fault stopped."""
    return _do(request, run, lambda: go_on(run))


@require_POST
@allow(policy.may_change, on=policy.visible_runs)
def drop(request: HttpRequest, run: ImportRun) -> HttpResponse:
    """Forget a draft with all its cells."""
    if run.state not in (*drafts.OPEN, State.STAGING, State.REFUSED):
        return _told(request, run, drafts.past(run))
    uploads.delete(run.stored_as)
    name, kind = run.file_name, run.kind
    discard(run)
    messages.success(request, _("“%(file)s” was dropped; nothing of it is kept.") % {"file": name})
    return redirect("transfer:runs") if "again" not in request.POST else _again(kind)


def _again(kind: str) -> HttpResponse:
    response = redirect("transfer:upload")
    response["Location"] += f"?kind={kind}"
    return response


def _do(request: HttpRequest, run: ImportRun, work: Callable[[], None]) -> HttpResponse:
    """Do it and show the run; what is refused is said there, above the page."""
    try:
        work()
    except Refusal as refusal:
        return _told(request, run, str(refusal))
    return redirect("transfer:run", run.pk)


def _told(request: HttpRequest, run: ImportRun, sentence: str) -> HttpResponse:
    messages.warning(request, sentence)
    return redirect("transfer:run", run.pk)
