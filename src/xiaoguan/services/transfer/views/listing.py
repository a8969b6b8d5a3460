"""What was imported, and the first step: choosing a kind and a file."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from xiaoguan.lib.refusal import NotAllowed, Refusal
from xiaoguan.org.access import member_of, require
from xiaoguan.services.transfer import drafts, policy
from xiaoguan.services.transfer.forms import UploadForm
from xiaoguan.services.transfer.queries import listing
from xiaoguan.services.transfer.views.run import step_names


@require_GET
@require(policy.PERMISSION, policy.UNDO)
def runs(request: HttpRequest) -> HttpResponse:
    """What was imported, newest first; looks again by itself while something is being written."""
    member = member_of(request)
    listed = listing.newest_runs(member)
    context = {
        "listed": listed,
        "doors": listing.doors(member),
        "busy": any(item.progress for item in listed),
    }
    return render(request, "transfer/runs.html", context)


@require_http_methods(["GET", "POST"])
@require(policy.PERMISSION)
def upload(request: HttpRequest) -> HttpResponse:
    """Choose a kind and a file; a file that will not do is answered here, beside the field."""
    doors = listing.doors(member_of(request))
    kinds = [(door.kind, door.label) for door in doors]
    if not kinds:
        raise NotAllowed(_("Your role does not allow this page."))
    wanted = request.GET.get("kind", "")
    initial = {"kind": wanted if wanted in dict(kinds) else kinds[0][0]}
    if request.method != "POST":
        return _page(request, UploadForm(kinds=kinds, initial=initial), doors)
    form = UploadForm(request.POST, request.FILES, kinds=kinds)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            run = drafts.begin(
                form.cleaned_data["kind"], file.name, file.chunks(), by=member_of(request), at=timezone.now()
            )
            return redirect("transfer:run", run.pk)
        except Refusal as refusal:
            form.refuse(refusal)
    return _page(request, form, doors, status=422)


def _page(request: HttpRequest, form: UploadForm, doors: list[listing.Door], status: int = 200) -> HttpResponse:
    return render(request, "transfer/upload.html", {"form": form, "doors": doors, "steps": step_names()}, status=status)
