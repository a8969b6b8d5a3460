"""The front door: each role goes on to the page from which its day begins."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET

from xiaoguan.org.access import member_of
from xiaoguan.org.company import today
from xiaoguan.org.scope import allowed, level_of


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Those who answer for others begin with the figures, sellers with their tasks, the rest where they may."""
    member, day = member_of(request), today(timezone.now())
    if level_of(member, "measures.view", day) not in (None, "own"):
        return redirect("analysis:overview")
    if allowed(member, "tasks.view", day):
        return redirect("calendar:tasks")
    return redirect("org:team")


home.policy = ("signed in",)  # type: ignore[attr-defined]  # read by the permission guard
