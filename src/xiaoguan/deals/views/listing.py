"""The list of deals, plain or in groups."""

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from xiaoguan.deals import policy
from xiaoguan.deals.queries.grouping import can_group, group_of, grouped
from xiaoguan.deals.queries.listing import COUNT_TO, Wanted, listing
from xiaoguan.deals.queries.paging import NEWEST, ORDERS
from xiaoguan.deals.views.answers import by_fragment, lead_to, page_or_part
from xiaoguan.deals.views.filtering import Filtering, filtering
from xiaoguan.deals.views.looks import COLUMNS, GROUPS, Look, columns_of, look_of
from xiaoguan.lib.ranked import read_row
from xiaoguan.org.access import member_of, require
from xiaoguan.org.company import company, today
from xiaoguan.ui import format as write
from xiaoguan.ui.parts import Choice


@require_GET
@require("deals.view")
def deals(request: HttpRequest) -> HttpResponse:
    """The visible deals with filters, order and sums; htmx gets the part alone."""
    member, day = member_of(request), today(timezone.now())
    look = look_of(request)
    bar = filtering(request, "list", today=day, kept=look.parameters)
    wanted = _wanted(request, bar, look)
    context = _shown(bar, look) | {
        "today": day,
        "may_create": policy.may_create(member),
        "groupings": _groupings(bar, look),
    }
    month = company().fiscal_start_month
    if look.group and not can_group(member, wanted, look.group, today=day, fiscal_start_month=month):
        sentence = _("More than %(n)s deals cannot be grouped by customer. Filter them first.")
        context["ungrouped"] = sentence % {"n": write.number(COUNT_TO)}
        look = replace(look, group="")
    if look.group:
        start = read_row(request.GET.get("from", ""))
        found = grouped(member, wanted, look.group, today=day, fiscal_start_month=month, start=start)
        context |= {"grouped": found, "tally": found.tally, "group_label": GROUPS[look.group]}
        place = {"from": str(start) if start else ""}
        context["next_url"] = bar.address(**{"from": str(found.next_from)}) if found.next_from else ""
    else:
        plain = listing(member, wanted, today=day, fiscal_start_month=month)
        context |= {"found": plain, "tally": plain.tally}
        place = {"after": wanted.after}
        context["next_url"] = bar.address(after=plain.next_after) if plain.next_after else ""
    context["first_url"] = bar.address() if any(place.values()) else ""
    response = page_or_part(request, "deals/list.html", "view", context)
    if by_fragment(request):
        # The address that people copy carries only what is not usual.
        response["HX-Push-Url"] = bar.address(**place)
    return response


@require_GET
@require("deals.view")
def group(request: HttpRequest) -> HttpResponse:
    """One group of the list, folded or with a page of its rows; behind a place only the rows that follow."""
    member, day = member_of(request), today(timezone.now())
    look = look_of(request)
    if not look.group:
        raise Http404
    bar = filtering(request, "list", today=day, kept=look.parameters)
    wanted = _wanted(request, bar, look)
    try:
        found = group_of(member, wanted, look.group, request.GET.get("in", ""), today=day,
                         fiscal_start_month=company().fiscal_start_month)  # fmt: skip
    except ValueError as error:
        raise Http404 from error
    part = "rows" if wanted.after else "group"
    context = _shown(bar, look) | {"group": found, "one": [found], "group_label": GROUPS[look.group]}
    context["folded"] = "fold" in request.GET
    return render(request, f"deals/list_group.html#{part}", context)


@require_GET
@require("deals.view")
def columns(request: HttpRequest) -> HttpResponse:
    """Choose the columns of the list; sent, lead back to it."""
    look = look_of(request)
    kept = {key: text for key, text in look.parameters.items() if key != "cols"}
    bar = filtering(request, "list", today=today(timezone.now()), kept=kept)
    if "set" in request.GET:
        return lead_to(request, bar.address(cols=",".join(columns_of(request.GET.getlist("col")))))
    offered = [(key, head, key in look.columns) for key, (head, *_further) in COLUMNS.items()]
    context = {"offered": offered, "hidden": bar.parameters, "back_url": bar.address()}
    return page_or_part(request, "deals/columns.html", "pop", context)


def _wanted(request: HttpRequest, bar: Filtering, look: Look) -> Wanted:
    return Wanted(filters=bar.filters, sort=look.sort, after=request.GET.get("after", "")[:60])


def _shown(bar: Filtering, look: Look) -> dict[str, Any]:
    """What the rows of the list are drawn by."""
    sorts = _sorts(bar, look.sort)
    heads = [
        {"key": key, "label": str(COLUMNS[key][0]), "right": COLUMNS[key][2], **sorts.get(COLUMNS[key][1], {})}
        for key in look.columns
    ]
    return {"bar": bar, "look": look, "columns": heads, "width": len(heads) + 1, "name_head": sorts["id"]}


# What a first click on a column's head does; the next one turns it round.
_FIRST = {name: name if name in ("due", "next") else f"-{name}" for name in ORDERS}


def _sorts(bar: Filtering, now: str) -> dict[str, dict[str, str]]:
    """For each order: the address that sorts by it, and how the list is sorted by it now."""
    result = {}
    for name, first in _FIRST.items():
        on = now.lstrip("-") == name
        following = (name if now.startswith("-") else f"-{name}") if on else first
        result[name] = {
            "url": bar.address(sort="" if following == NEWEST else following),
            "sort": ("desc" if now.startswith("-") else "asc") if on else "",
        }
    return result


def _groupings(bar: Filtering, look: Look) -> list[Choice]:
    none = Choice(label=_("Not grouped"), url=bar.address(group=""), active=not look.group)
    return [none] + [
        Choice(label=str(label), url=bar.address(group=key), active=look.group == key) for key, label in GROUPS.items()
    ]
