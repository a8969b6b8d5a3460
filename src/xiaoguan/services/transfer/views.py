"""The pages of the import."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from xiaoguan.org.access import member_of, require
from xiaoguan.services.transfer import policy, queries


@require_GET
@require(policy.PERMISSION)
def runs(request: HttpRequest) -> HttpResponse:
    """What was imported, newest first."""
    return render(request, "transfer/runs.html", {"listed": queries.newest_runs(member_of(request))})
