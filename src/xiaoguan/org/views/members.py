"""A member's page, and what may be changed about him."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xiaoguan.journal.sentences import tell
from xiaoguan.lib.refusal import NotAllowed
from xiaoguan.org import policy, queries
from xiaoguan.org.access import allow, member_of, require
from xiaoguan.org.actions import (
    Grant,
    Leaving,
    MemberChange,
    NewMember,
    Transfer,
    assign_members,
    create_members,
    grant_roles,
    leave,
    revoke_role,
    set_password,
    update_members,
)
from xiaoguan.org.company import today
from xiaoguan.org.forms import (
    LeaveForm,
    MemberDataForm,
    NewMemberForm,
    NewPasswordForm,
    PreferencesForm,
    RoleForm,
    TransferForm,
)
from xiaoguan.org.models import Member, Role
from xiaoguan.org.records import open_records
from xiaoguan.org.views.signin import put_preferences
from xiaoguan.org.views.team import done

DATA = ("name", "username", "employee_no", "email", "phone", "hired_on")


@allow(on=policy.visible_members)
@require_GET
def member(request: HttpRequest, shown: Member) -> HttpResponse:
    """Who somebody is, where he belongs and belonged, his roles, what is recorded about him."""
    return _page(request, shown)


@require("org.manage")
@require_http_methods(["GET", "POST"])
def new_member(request: HttpRequest) -> HttpResponse:
    """Enter somebody who joins; a password is set on his page."""
    by, at = member_of(request), timezone.now()
    units, roles = queries.standing_units(by, today(at)), queries.grantable_roles(by)
    initial = {"start": today(at), "unit": request.GET.get("unit")}
    form = NewMemberForm(request.POST or None, units=units, roles=roles, initial=initial)

    def enter(values: dict[str, Any]) -> Member:
        if not policy.may_manage_unit(by, values["unit"]):
            raise NotAllowed(_("Your role does not allow this here."))
        data = {name: values[name] for name in DATA}
        held = (values["role"].key,) if values["role"] else ()
        new = NewMember(**data, unit_id=values["unit"].pk, start=values["start"], roles=held)
        return create_members([new], by=by, at=at)[0]

    if request.method == "POST" and (made := done(form, enter)):
        messages.success(
            request, _("%(name)s is entered. Set a password so that he or she can sign in.") % {"name": made}
        )
        return redirect("org:member", made.pk)
    context = {"form": form, "title": _("New member"), "verb": _("Enter the member")}
    return render(request, "org/form.html", context, status=422 if form.errors else 200)


@allow(policy.may_manage, on=policy.visible_members)
@require_http_methods(["POST"])
def amend(request: HttpRequest, shown: Member) -> HttpResponse:
    """Name, contact data, day of hiring."""
    form, by, at = MemberDataForm(request.POST), member_of(request), timezone.now()
    if done(form, lambda values: update_members([MemberChange(member_id=shown.pk, values=values)], by=by, at=at)):
        messages.success(request, _("The data of %(name)s are saved.") % {"name": form.cleaned_data["name"]})
        return redirect("org:member", shown.pk)
    return _page(request, shown, data=form)


@allow(policy.may_manage, on=policy.visible_members)
@require_http_methods(["POST"])
def transfer(request: HttpRequest, shown: Member) -> HttpResponse:
    """To another unit from a day on."""
    by, at = member_of(request), timezone.now()
    form = TransferForm(request.POST, units=queries.standing_units(by, today(at)))

    def go(values: dict[str, Any]) -> None:
        if not policy.may_manage_unit(by, values["unit"]):
            raise NotAllowed(_("Your role does not allow this here."))
        move = Transfer(member_id=shown.pk, unit_id=values["unit"].pk, start=values["start"])
        assign_members([move], by=by, at=at)

    if done(form, go):
        named = {"name": shown, "unit": form.cleaned_data["unit"], "day": form.cleaned_data["start"]}
        messages.success(request, _("%(name)s belongs to %(unit)s from %(day)s on.") % named)
        return redirect("org:member", shown.pk)
    return _page(request, shown, transfer=form)


@allow(policy.may_manage, on=policy.visible_members)
@require_http_methods(["POST"])
def let_go(request: HttpRequest, shown: Member) -> HttpResponse:
    """The last day."""
    form, by, at = LeaveForm(request.POST), member_of(request), timezone.now()
    if done(form, lambda values: leave([Leaving(member_id=shown.pk, last_day=values["last_day"])], by=by, at=at)):
        named = {"name": shown, "day": form.cleaned_data["last_day"]}
        messages.success(
            request, _("The last day of %(name)s is %(day)s. The records stay with the last unit.") % named
        )
        return redirect("org:member", shown.pk)
    return _page(request, shown, leave=form)


@allow(on=policy.visible_members)
@require_http_methods(["POST"])
def grant(request: HttpRequest, shown: Member) -> HttpResponse:
    """Give a role, among those that the giver may give."""
    by, at = member_of(request), timezone.now()
    roles = queries.grantable_roles(by)
    if not roles.exists():
        raise NotAllowed(_("Your role does not allow this here."))
    form = RoleForm(request.POST, roles=roles)

    def give(values: dict[str, Any]) -> None:
        grant_roles([Grant(member_id=shown.pk, role=values["role"].key, start=values["start"])], by=by, at=at)

    if done(form, give):
        messages.success(request, _("The role is given."))
        return redirect("org:member", shown.pk)
    return _page(request, shown, role=form)


@allow(on=policy.visible_members)
@require_http_methods(["POST"])
def revoke(request: HttpRequest, shown: Member, role: str) -> HttpResponse:
    """Take a role away from today on."""
    by, at = member_of(request), timezone.now()
    kind = get_object_or_404(Role, key=role)
    if not policy.may_grant(by, kind):
        raise NotAllowed(_("Your role does not allow this here."))
    form = forms.Form({})
    if done(form, lambda values: revoke_role(shown.pk, role, today(at), by=by, at=at)):
        messages.success(request, _("The role is taken away."))
    else:
        messages.error(request, " ".join(str(error) for error in form.non_field_errors()))
    return redirect("org:member", shown.pk)


@allow(policy.may_set_password, on=policy.visible_members)
@sensitive_post_parameters("password", "again")
@require_http_methods(["POST"])
def password(request: HttpRequest, shown: Member) -> HttpResponse:
    """Set somebody's password; he changes it himself afterwards."""
    form, by, at = NewPasswordForm(request.POST), member_of(request), timezone.now()
    if done(form, lambda values: set_password(shown, values["password"], by=by, at=at)):
        messages.success(request, _("The password of %(name)s is set. Hand it over in person.") % {"name": shown})
        return redirect("org:member", shown.pk)
    return _page(request, shown, password=form)


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """One's own language and appearance: on this device now, on new ones from the sign-in on."""
    member, at = member_of(request), timezone.now()
    form = PreferencesForm(request.POST)
    if not done(
        form, lambda values: update_members([MemberChange(member_id=member.pk, values=values)], by=member, at=at)
    ):
        return _page(request, member, preferences=form)
    messages.success(request, _("Your preferences are saved."))
    response = redirect("org:member", member.pk)
    put_preferences(response, queries.as_saved(member), already={})
    return response


def _page(request: HttpRequest, shown: Member, **bound: forms.Form) -> HttpResponse:
    viewer, day = member_of(request), today(timezone.now())
    context = {
        "shown": shown,
        "day": day,
        "own": viewer.pk == shown.pk,
        "gone": shown.left_on is not None and shown.left_on <= day,
        "story": queries.story_of(shown, day),
        "may_sign_in": shown.has_usable_password(),
        "revocable": list(queries.grantable_roles(viewer)),
        "held": queries.roles_on([shown.pk], day).get(shown.pk, []),
        "told": _told(viewer, shown) if policy.may_read_about(viewer, shown) else None,
        "forms": _forms(viewer, shown, day) | bound,
        "open": next(iter(bound), ""),
    }
    return render(request, "org/member.html", context, status=422 if bound else 200)


def _forms(viewer: Member, shown: Member, day: Any) -> dict[str, forms.Form]:
    """What the viewer may change, each as a form."""
    result: dict[str, forms.Form] = {}
    if viewer.pk == shown.pk:
        result["preferences"] = PreferencesForm(initial={"language": shown.language, "theme": shown.theme})
    if policy.may_manage(viewer, shown):
        result["data"] = MemberDataForm(initial={name: getattr(shown, name) for name in DATA})
        if shown.left_on is None:
            result["transfer"] = TransferForm(units=queries.standing_units(viewer, day), initial={"start": day})
            result["leave"] = LeaveForm(initial={"last_day": day})
    roles = queries.grantable_roles(viewer)
    if shown.left_on is None and roles:
        result["role"] = RoleForm(roles=roles, initial={"start": day})
    if viewer.pk != shown.pk and shown.left_on is None and policy.may_set_password(viewer, shown):
        result["password"] = NewPasswordForm()
    return result


def _told(viewer: Member, shown: Member) -> list[Any]:
    def names(keys: set[tuple[int, int]]) -> dict[tuple[int, int], str]:
        opened = open_records(viewer, keys)
        return {key: record.label for key, record in opened.items() if record.label is not None}

    return tell(queries.entries_about_member(shown), names, may_read=lambda kind, about: True)
