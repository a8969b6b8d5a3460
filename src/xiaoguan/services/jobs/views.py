"""The page of background work."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from xiaoguan.org.access import allow, member_of, require
from xiaoguan.services.jobs import policy, queries
from xiaoguan.services.jobs.actions import retry_deliveries
from xiaoguan.services.jobs.models import Delivery


@require_GET
@require(policy.PERMISSION)
def work(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    found = queries.counts(member)
    states = [(Delivery.State(state).label, found.get(state, 0)) for state in Delivery.State.values]
    return render(request, "jobs/work.html", {"owed": queries.owed(member), "states": states})


@require_POST
@allow(policy.may_retry, on=policy.visible_deliveries)
def retry(request: HttpRequest, delivery: Delivery) -> HttpResponse:
    retry_deliveries([delivery.pk], by=member_of(request), at=timezone.now())
    messages.success(request, _("It will be tried again at once."))
    return redirect("jobs:work")
