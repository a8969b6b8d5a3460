"""The page on which finance closes periods and proves that the books are right."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods
from django_htmx.http import HttpResponseClientRefresh

from xiaoguan.ledger.closing import close_through
from xiaoguan.ledger.forms import CloseForm
from xiaoguan.ledger.proofs import ask_for_proof, last_proof, open_proof
from xiaoguan.ledger.queries import asked_by, closes, time_taken
from xiaoguan.lib.refusal import Refusal
from xiaoguan.org.access import member_of, require
from xiaoguan.org.company import today


@require("periods.close")
@require_http_methods(["GET", "POST"])
def closing(request: HttpRequest) -> HttpResponse:
    """Closed periods, and the form that closes the next one."""
    now = timezone.now()
    last_of_month = today(now).replace(day=1) - timedelta(days=1)
    form = CloseForm(request.POST or None, initial={"through": last_of_month})
    if request.method == "POST" and form.is_valid():
        through = form.cleaned_data["through"]
        try:
            close_through(through, by=member_of(request).pk, at=now, today=today(now))
        except Refusal as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("The books are closed through %(day)s.") % {"day": through})
            return redirect("ledger:closing")
    context = {"form": form, "rows": closes()}
    return render(request, "ledger/closing.html", context, status=422 if form.errors else 200)


@require("books.reconcile")
@require_http_methods(["GET", "POST"])
def proof(request: HttpRequest) -> HttpResponse:
    """What the last proof of the books found, and the button that asks for another."""
    if request.method == "POST":
        ask_for_proof(by=member_of(request).pk, at=timezone.now())
        return redirect("ledger:proof")
    last = last_proof()
    about_last = {"last": last, "by": asked_by(last), "took": time_taken(last)} if last else {}
    return render(request, "ledger/proof.html", {"open": open_proof(), **about_last})


@require("books.reconcile")
@require_GET
def proving(request: HttpRequest) -> HttpResponse:
    """The sentence about the open proof, asked for every second; when that has ended, the page is fetched anew."""
    if not request.htmx:  # type: ignore[attr-defined]  # django_htmx adds it
        return redirect("ledger:proof")
    proof = open_proof()
    if proof is None:
        return HttpResponseClientRefresh()
    if request.GET.get("tries") == str(proof.tries):
        return HttpResponse(status=204)  # the page says so already
    return render(request, "ledger/parts/proving.html", {"open": proof})
