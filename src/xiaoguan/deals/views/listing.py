"""The list of deals."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from xiaoguan.deals import policy
from xiaoguan.deals.forms.listing import DUE_WORDS, STATES, FilterForm
from xiaoguan.deals.models import Deal
from xiaoguan.deals.queries import choices
from xiaoguan.deals.queries.listing import Wanted, listing
from xiaoguan.deals.views.answers import by_fragment, page_or_part
from xiaoguan.org.access import member_of, require
from xiaoguan.org.company import company, today
from xiaoguan.ui.parts import Choice


@require("deals.view")
def deals(request: HttpRequest) -> HttpResponse:
    """The visible deals with filters, order and sums; htmx gets the table alone."""
    member, day = member_of(request), today(timezone.now())
    stages = [(stage.pk, str(stage)) for stage in choices.all_stages()]
    form = FilterForm(
        request.GET, stages=stages, owners=choices.filter_owners(member), units=choices.filter_units(member, day)
    )
    wanted = form.wanted()
    found = listing(member, wanted, today=day, fiscal_start_month=company().fiscal_start_month)
    context = {
        "form": form,
        "wanted": wanted,
        "found": found,
        "today": day,
        "states": _states(wanted),
        "picks": _picks(form),
        "picked": bool(wanted.stage_id or wanted.owner_id or wanted.unit_id or wanted.due),
        "chips": _chips(form, wanted),
        "sorts": _sorts(wanted),
        "may_create": policy.may_create(member),
        "filtered": bool(_parameters(wanted, state=int(Deal.State.OPEN), sort="-id")),
        "next_url": f"?{_address(wanted, after=found.next_after)}" if found.next_after else "",
        "first_url": f"?{_address(wanted)}" if wanted.after else "",
    }
    response = page_or_part(request, "deals/list.html", "results", context)
    if by_fragment(request):
        # The address that people copy carries only the filters that are on.
        response["HX-Push-Url"] = f"{request.path}?{_address(wanted)}"
    return response


def _parameters(wanted: Wanted, **changes: Any) -> dict[str, Any]:
    """The filters as they stand in the address; what is usual is left out."""
    values = {
        "q": wanted.text,
        "state": "" if wanted.state == Deal.State.OPEN else wanted.state,
        "stage": wanted.stage_id,
        "owner": wanted.owner_id,
        "unit": wanted.unit_id,
        "due": wanted.due,
        "idle": "on" if wanted.no_next_step else "",
        "sort": "" if wanted.sort == "-id" else wanted.sort,
    } | changes
    if values["state"] == Deal.State.OPEN:
        values["state"] = ""
    if values["sort"] == "-id":
        values["sort"] = ""
    return {name: value for name, value in values.items() if value not in ("", None)}


def _address(wanted: Wanted, **changes: Any) -> str:
    return urlencode(_parameters(wanted, **changes))


def _picks(form: FilterForm) -> list[dict[str, Any]]:
    """The filters to choose from; a choice of one thing is none."""
    picks = []
    for name, label in (
        ("stage", _("Stage")),
        ("owner", _("Owner")),
        ("unit", _("Unit")),
        ("due", _("Expected close")),
    ):
        field: Any = form.fields[name]
        if len(field.choices) > 2:
            value = form.data.get(name, "")
            picks.append({"name": name, "label": label, "value": value, "choices": list(field.choices)})
    return picks


def _states(wanted: Wanted) -> list[Choice]:
    return [
        Choice(label=str(label), url=f"?{_address(wanted, state=int(code))}", active=wanted.state == code)
        for code, label in STATES
    ]


def _chips(form: FilterForm, wanted: Wanted) -> list[dict[str, str]]:
    """The filters that are on, each with the address of the list without it."""
    on = [
        ("q", _("Search"), wanted.text),
        ("stage", _("Stage"), _chosen(form, "stage", wanted.stage_id)),
        ("owner", _("Owner"), _chosen(form, "owner", wanted.owner_id)),
        ("unit", _("Unit"), _chosen(form, "unit", wanted.unit_id)),
        ("due", _("Expected close"), str(dict(DUE_WORDS).get(wanted.due, ""))),
        ("idle", _("Next step"), pgettext("next step", "none") if wanted.no_next_step else ""),
    ]
    return [
        {"name": name, "value": value, "url": f"?{_address(wanted, **{key: ''})}"} for key, name, value in on if value
    ]


def _chosen(form: FilterForm, field: str, value: int | None) -> str:
    offered: Any = form.fields[field]
    return str(dict(offered.choices).get(value, "")) if value else ""


def _sorts(wanted: Wanted) -> dict[str, dict[str, str]]:
    """For each column that sorts: the address that does it, and how it is sorted now."""
    columns = {
        "amount": ("-amount", "amount"),
        "due_on": ("due_on", "-due_on"),
        "closed_on": ("-closed_on",),
        "id": ("-id",),
    }
    result = {}
    for column, orders in columns.items():
        now = wanted.sort if wanted.sort in orders else ""
        following = orders[1] if now == orders[0] and len(orders) > 1 else orders[0]
        result[column] = {
            "url": f"?{_address(wanted, sort=following)}",
            "sort": "" if not now else "desc" if now.startswith("-") else "asc",
        }
    return result
