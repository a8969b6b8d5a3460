"""Sign-in, sign-out, one's own password."""

from collections.abc import Mapping

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from xiaoguan.lib.refusal import Refusal
from xiaoguan.org import queries, signing_in
from xiaoguan.org.access import member_of
from xiaoguan.org.actions import set_password
from xiaoguan.org.company import company
from xiaoguan.org.demo import PASSWORD as DEMO_PASSWORD
from xiaoguan.org.forms import OwnPasswordForm, SignInForm
from xiaoguan.org.models import Member
from xiaoguan.ui.context import THEME_COOKIE
from xiaoguan.ui.views import A_YEAR


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Username and password; then to the page that was asked for, never to another site."""
    onward = _own_path(request)
    if isinstance(request.user, Member):
        return redirect(onward)
    form = SignInForm(request.POST or None, initial={"remember": True})
    if form.is_valid():
        at = timezone.now()
        try:
            member = signing_in.check_sign_in(
                request, form.cleaned_data["username"], form.cleaned_data["password"], at=at
            )
        except Refusal as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            return _come_in(request, member, onward, remember=form.cleaned_data["remember"])
    local = signing_in.from_this_machine(request)
    context = {
        "form": form,
        "next": onward,
        "company_name": company().name,
        "demo": queries.demo_sign_ins() if local else [],
        "demo_password": DEMO_PASSWORD,
    }
    return render(request, "org/sign_in.html", context, status=422 if form.errors else 200)


def _come_in(request: HttpRequest, member: Member, onward: str, *, remember: bool) -> HttpResponse:
    login(request, member, backend="xiaoguan.org.sessions.MemberBackend")
    if not remember:
        request.session.set_expiry(0)
    signing_in.record_signed_in(member, timezone.now())
    response = redirect(onward)
    put_preferences(response, member, already=request.COOKIES)
    return response


def put_preferences(response: HttpResponse, member: Member, *, already: Mapping[str, str]) -> None:
    """Let the device speak and look as the member prefers, where nobody has chosen on it yet."""
    wanted = {settings.LANGUAGE_COOKIE_NAME: member.language, THEME_COOKIE: member.theme}
    for name, value in wanted.items():
        if value and name not in already:
            response.set_cookie(
                name, value, max_age=A_YEAR, samesite="Lax", httponly=True, secure=settings.SESSION_COOKIE_SECURE
            )


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Leave; the session is gone on the server too."""
    signing_in.record_signed_out(member_of(request), timezone.now())
    logout(request)
    messages.success(request, _("You are signed out."))
    return redirect("sign-in")


@sensitive_post_parameters("current", "password", "again")
@require_http_methods(["GET", "POST"])
def change_password(request: HttpRequest) -> HttpResponse:
    """One's own new password; other devices are signed out by it."""
    member = member_of(request)
    form = OwnPasswordForm(request.POST or None, member=member)
    if form.is_valid():
        try:
            set_password(member, form.cleaned_data["password"], by=member, at=timezone.now())
        except Refusal as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            update_session_auth_hash(request, member)
            messages.success(request, _("Your password is changed. Other devices are signed out."))
            return redirect("org:member", member.pk)
    return render(request, "org/password.html", {"form": form}, status=422 if form.errors else 200)


def locked_out(request: HttpRequest, response: HttpResponse | None, credentials: object) -> HttpResponse:
    """Too many wrong passwords: what happened and how long it lasts. Named in settings for the lock-out
    package."""
    return render(request, "org/locked_out.html", {"minutes": signing_in.lock_minutes()}, status=429)


def _own_path(request: HttpRequest) -> str:
    """The path asked for before signing in, if it is one of ours, else the start page."""
    asked = request.POST.get("next") or request.GET.get("next", "")
    own = asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    return asked if own else resolve_url(settings.LOGIN_REDIRECT_URL)
