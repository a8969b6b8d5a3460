"""The team page: the units with their people on a day, and what may be changed about units."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from xiaoguan.lib.refusal import NotAllowed, Refusal
from xiaoguan.org import policy, queries
from xiaoguan.org.access import allow, member_of, require
from xiaoguan.org.actions import (
    Lead,
    NewUnit,
    appoint_leads,
    create_units,
    dissolve_unit,
    ensure_company_unit,
    move_unit,
    rename_unit,
)
from xiaoguan.org.choosing import people_offered
from xiaoguan.org.company import today
from xiaoguan.org.forms import LeadForm, UnitEndForm, UnitForm, UnitMoveForm, UnitNameForm
from xiaoguan.org.models import Unit
from xiaoguan.org.scope import allowed
from xiaoguan.org.tree import UnitTree

Do = Callable[[dict[str, Any]], Any]


@require("org.view")
@require_GET
def team(request: HttpRequest) -> HttpResponse:
    """Units and people on a chosen day, today unless ``?day=`` says otherwise; of many people those of the units that
    are opened (``unit_rows``), or those who are looked for."""
    member, now = member_of(request), today(timezone.now())
    day, typed = _day(request.GET.get("day", ""), now), request.GET.get("q", "")[:80].replace("\x00", "").strip()
    many = len(queries.people_seen(member, day))
    if typed:
        nodes = queries.found_in_team(member, day, typed)
    else:
        nodes = queries.team_on(member, day, of=() if many > queries.AT_ONCE else None)
    context = {
        "day": day,
        "is_today": day == now,
        "typed": typed,
        "nodes": nodes,
        "folds": many > queries.AT_ONCE and not typed,
        "cut": queries.AT_ONCE if sum(node.own for node in nodes) >= queries.AT_ONCE and typed else 0,
        "people": many,
        "many": f"{many:,}",
        "without_unit": [] if typed else queries.without_unit(member, day),
        "leavers": [] if typed else list(queries.leavers(member, day)[: queries.AT_ONCE]),
        "most_leavers": queries.AT_ONCE,
        "may_manage": allowed(member, "org.manage", now),
    }
    return render(request, "org/team.html", context)


@allow(on=policy.visible_units)
@require_GET
def unit_rows(request: HttpRequest, shown: Unit) -> HttpResponse:
    """One unit of the team page with its people, or folded again."""
    day = _day(request.GET.get("day", ""), today(timezone.now()))
    of = () if "fold" in request.GET else (shown.pk,)
    nodes = [node for node in queries.team_on(member_of(request), day, of=of) if node.unit.pk == shown.pk]
    return render(request, "org/unit_rows.html", {"nodes": nodes, "day": day})


@require("org.manage")
@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """Who can be chosen as a lead, for what was typed."""
    return people_offered(request, queries.present_members(member_of(request), today(timezone.now())))


@allow(on=policy.visible_units)
@require_GET
def unit(request: HttpRequest, shown: Unit) -> HttpResponse:
    """One unit: its people, its lead, and the forms of what may be changed."""
    return _unit_page(request, shown)


@require("org.manage")
@require_http_methods(["GET", "POST"])
def new_unit(request: HttpRequest) -> HttpResponse:
    """Found a unit."""
    member, at = member_of(request), timezone.now()
    ensure_company_unit(by=member, at=at)
    units = queries.standing_units(member, today(at))
    form = UnitForm(request.POST or None, units=units, initial={"parent": request.GET.get("parent"), "kind": "team"})

    def found(values: dict[str, Any]) -> Unit:
        parent = values["parent"]
        if not policy.may_manage_unit(member, parent):
            raise NotAllowed(_("Your role does not allow this here."))
        item = NewUnit(name=values["name"], kind=values["kind"], parent_id=parent.pk, start=values["start"])
        return create_units([item], by=member, at=at)[0]

    if request.method == "POST" and (made := done(form, found)):
        messages.success(request, _("%(unit)s is founded.") % {"unit": made})
        return redirect("org:team")
    context = {"form": form, "title": _("New unit"), "verb": _("Found the unit")}
    return render(request, "org/form.html", context, status=422 if form.errors else 200)


@allow(policy.may_manage_unit, on=policy.visible_units)
@require_http_methods(["POST"])
def rename(request: HttpRequest, shown: Unit) -> HttpResponse:
    """Another name."""
    form, by, at = UnitNameForm(request.POST), member_of(request), timezone.now()
    if done(form, lambda values: rename_unit(shown.pk, values["name"], by=by, at=at)):
        messages.success(request, _("The name is changed."))
        return redirect("org:unit", shown.pk)
    return _unit_page(request, shown, rename=form)


@allow(policy.may_manage_unit, on=policy.visible_units)
@require_http_methods(["POST"])
def move(request: HttpRequest, shown: Unit) -> HttpResponse:
    """Below another unit from a day on."""
    by, at = member_of(request), timezone.now()
    form = UnitMoveForm(request.POST, units=queries.standing_units(by, today(at)))
    if done(form, lambda values: move_unit(shown.pk, values["parent"].pk, values["start"], by=by, at=at)):
        messages.success(request, _("%(unit)s is moved.") % {"unit": shown})
        return redirect("org:unit", shown.pk)
    return _unit_page(request, shown, move=form)


@allow(policy.may_manage_unit, on=policy.visible_units)
@require_http_methods(["POST"])
def appoint(request: HttpRequest, shown: Unit) -> HttpResponse:
    """Who leads from a day on."""
    by, at = member_of(request), timezone.now()
    form = LeadForm(request.POST, members=queries.present_members(by, today(at)))

    def lead(values: dict[str, Any]) -> None:
        member_id = values["member"].pk if values["member"] else None
        appoint_leads([Lead(unit_id=shown.pk, member_id=member_id, start=values["start"])], by=by, at=at)

    if done(form, lead):
        messages.success(request, _("The lead is appointed."))
        return redirect("org:unit", shown.pk)
    return _unit_page(request, shown, lead=form)


@allow(policy.may_manage_unit, on=policy.visible_units)
@require_http_methods(["POST"])
def dissolve(request: HttpRequest, shown: Unit) -> HttpResponse:
    """No more from a day on."""
    form, by, at = UnitEndForm(request.POST), member_of(request), timezone.now()
    if done(form, lambda values: dissolve_unit(shown.pk, values["start"], by=by, at=at)):
        messages.success(
            request, _("%(unit)s is dissolved. Its people and records fall to the unit above.") % {"unit": shown}
        )
        return redirect("org:team")
    return _unit_page(request, shown, end=form)


def done(form: forms.Form, do: Do) -> Any:
    """Do it with what the form holds; True or what it answered. A refusal goes beside its field and answers
    False."""
    if not form.is_valid():
        return False
    try:
        return do(form.cleaned_data) or True
    except NotAllowed:
        raise
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return False


def _unit_page(request: HttpRequest, shown: Unit, **bound: forms.Form) -> HttpResponse:
    member, day = member_of(request), today(timezone.now())
    tree = UnitTree.load()
    nodes = {node.unit.pk: node for node in queries.team_on(member, day, of=(shown.pk,))}
    below = tree.subtree(shown.pk, day) - {shown.pk}
    forms_shown: dict[str, forms.Form] = {}
    if policy.may_manage_unit(member, shown):
        units = queries.standing_units(member, day)
        forms_shown = {
            "rename": UnitNameForm(initial={"name": shown.name}),
            "lead": LeadForm(members=queries.present_members(member, day), initial={"start": day}),
        }
        if shown.kind != Unit.Kind.COMPANY:
            forms_shown["move"] = UnitMoveForm(units=units.exclude(pk__in=below | {shown.pk}), initial={"start": day})
            forms_shown["end"] = UnitEndForm(initial={"start": day})
    context = {
        "unit": shown,
        "node": nodes.get(shown.pk),
        "day": day,
        "path": [nodes[above].unit for above in tree.path(shown.pk, day) if above in nodes and above != shown.pk],
        "below": [node for key, node in nodes.items() if key in below and tree.parent_of(key, day) == shown.pk],
        "forms": forms_shown | bound,
        "open": next(iter(bound), ""),
    }
    return render(request, "org/unit.html", context, status=422 if bound else 200)


def _day(text: str, default: date) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return default
