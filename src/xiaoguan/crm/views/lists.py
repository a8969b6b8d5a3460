"""The list of customers, the picker, and likely duplicates."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from xiaoguan.crm import policy
from xiaoguan.crm.queries import choices, lists
from xiaoguan.crm.queries.duplicates import alike
from xiaoguan.crm.views.answers import number, page_or_part
from xiaoguan.org.access import member_of, require
from xiaoguan.org.choosing import people_offered
from xiaoguan.org.company import today


@require_GET
@require("customers.view")
def customers(request: HttpRequest) -> HttpResponse:
    """Customers, searched, filtered and sorted as the address says; htmx gets the rows alone."""
    member = member_of(request)
    wanted = lists.Wanted(
        search=request.GET.get("q", "")[:100].replace("\x00", ""),
        sort=request.GET.get("sort", "-updated"),
        after=request.GET.get("after", ""),
        filters={name: request.GET[name].replace("\x00", "") for name in lists.FILTERS if request.GET.get(name)},
    )
    page = lists.customers(member, wanted)
    context = {
        "page": page,
        "wanted": wanted,
        "more_url": _url(wanted, after=page.next_after) if page.next_after else "",
        "first_url": _url(wanted) if wanted.after else "",
        "sorts": {name: _sort_link(wanted, name) for name in ("name", "updated")},
        "chips": _chips(wanted),
        # To type less: the values of the rows shown. Any other can be typed.
        "industries": sorted({line.customer.industry for line in page.lines}),
        "regions": sorted({line.customer.region for line in page.lines}),
        "owners": sorted({line.customer.owner.name for line in page.lines if line.customer.owner}),
        "may_create": policy.may_create(member),
        "narrowed": bool(wanted.search or wanted.filters),
    }
    return page_or_part(request, "crm/customers.html", "results", context)


def _url(wanted: lists.Wanted, **changes: str) -> str:
    """The address of the list with some parts changed; an empty part is left out."""
    parts = {"q": wanted.search, "sort": wanted.sort if wanted.sort != "-updated" else "", **wanted.filters} | changes
    return "?" + urlencode({name: value for name, value in parts.items() if value})


def _sort_link(wanted: lists.Wanted, name: str) -> dict[str, str]:
    """The column head: a first click sorts in its natural order, the next one turns it round."""
    now = {name: "asc", f"-{name}": "desc"}.get(wanted.sort, "")
    natural = f"-{name}" if name == "updated" else name
    turned = {"asc": f"-{name}", "desc": name}.get(now, natural)
    return {"url": _url(wanted, sort=turned), "sort": now}


def _chips(wanted: lists.Wanted) -> list[dict[str, Any]]:
    names = {"industry": _("Industry"), "region": _("Customer's region"), "owner": _("Owner"), "state": _("State")}
    states = {"bought": _("has bought"), "not_yet": _("has not bought yet")}
    said = {"state": states, "owner": {"none": _("nobody")}}
    return [
        {
            "name": names[name],
            "value": said.get(name, {}).get(value, value),
            "remove_url": _url(wanted, **{name: ""}),
        }
        for name, value in wanted.filters.items()
    ]


@require_GET
@require("customers.view")
def pick(request: HttpRequest) -> HttpResponse:
    """Options for a field in which a customer is named."""
    typed = request.GET.get("q") or request.GET.get("customer_name") or request.GET.get("value") or ""
    found = lists.picked(member_of(request), typed[:100].replace("\x00", ""))
    return render(request, "crm/pick.html", {"found": found})


@require_GET
@require("customers.edit", "deals.transfer")
def owners(request: HttpRequest) -> HttpResponse:
    """Who can be chosen as owner of a customer, for what was typed."""
    return people_offered(request, choices.owners(member_of(request), today(timezone.now())))


@require_GET
@require("customers.edit")
def duplicates(request: HttpRequest) -> HttpResponse:
    """Customers that are probably the one that is being typed."""
    found = alike(
        member_of(request),
        request.GET.get("name", "")[:200].replace("\x00", ""),
        request.GET.get("credit_code", "")[:40].replace("\x00", ""),
        but=number(request.GET.get("but")),
    )
    return render(request, "crm/alike.html", {"found": found})
