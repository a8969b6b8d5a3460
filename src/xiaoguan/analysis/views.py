"""The pages of measures: parse, one call, answer."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from xiaoguan.analysis import queries
from xiaoguan.analysis.choice import read_choice, read_opening, read_place
from xiaoguan.org.access import member_of, require
from xiaoguan.org.company import today


@require("measures.view")
def overview(request: HttpRequest) -> HttpResponse:
    """The fifteen measures of a period."""
    at = timezone.now()
    choice = read_choice(request.GET.dict(), today(at))
    return render(request, "analysis/overview.html", {"page": queries.overview(member_of(request), choice, at=at)})


@require("measures.view")
def opened(request: HttpRequest) -> HttpResponse:
    """One figure with the records and postings behind it."""
    at = timezone.now()
    opening = read_opening(request.GET.dict(), today(at))
    after = read_place(request.GET.get("after", ""))
    page = queries.opened(member_of(request), opening, after=after, at=at)
    return render(request, "analysis/opened.html", {"page": page})
