"""The front door: each role's own home, and the list of everything that waits."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from xiaoguan.home import policy
from xiaoguan.home.queries.company import company_page
from xiaoguan.home.queries.day import day_page
from xiaoguan.home.queries.list import needs_page
from xiaoguan.home.queries.office import office_page
from xiaoguan.home.queries.team import team_page
from xiaoguan.home.rules import Home
from xiaoguan.lib.addresses import address_of
from xiaoguan.org.access import member_of, require
from xiaoguan.org.company import today
from xiaoguan.ui.parts import Choice


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The home that the person's roles begin with, or another of his that the address names."""
    member, at = member_of(request), timezone.now()
    day = today(at)
    chosen, own = policy.chosen(member, day, request.GET.get("view", ""))
    period = request.GET.get("period", "")
    page: Any
    match chosen:
        case Home.DAY:
            page = day_page(member, at, day)
        case Home.TEAM:
            page = team_page(member, at, day, period)
        case Home.COMPANY:
            page = company_page(member, at, day, period)
        case Home.OFFICE:
            page = office_page(member, day)
    return render(request, f"home/{chosen}.html", {"page": page, "homes": _choices(chosen, own)})


home.policy = ("signed in",)  # type: ignore[attr-defined]  # read by the permission guard


def _choices(chosen: Home, own: Sequence[Home]) -> list[Choice]:
    """The homes of the person; nothing to choose where there is one."""
    words = {
        Home.DAY: pgettext("home", "My day"),
        Home.TEAM: pgettext("home", "My team"),
        Home.COMPANY: pgettext("home", "The company"),
        Home.OFFICE: pgettext("home", "Office"),
    }
    if len(own) < 2:
        return []
    address = address_of("home")
    return [Choice(label=words[item], url=f"{address}?view={item}", active=item is chosen) for item in own]


@require_GET
@require("deals.view", "customers.view", "tasks.view")
def needs(request: HttpRequest) -> HttpResponse:
    """Everything of one kind that waits, a page at a time."""
    member, day = member_of(request), _day()
    page = needs_page(member, day, request.GET.dict())
    following = f"?{urlencode(page.parameters | {'after': page.after})}" if page.after else ""
    first = f"?{urlencode(page.parameters)}" if request.GET.get("after") else ""
    return render(request, "home/needs.html", {"page": page, "next_url": following, "first_url": first})


def _day() -> date:
    return today(timezone.now())
