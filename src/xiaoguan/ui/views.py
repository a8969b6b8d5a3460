"""Choosing language and theme, and the living style page."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.http import require_GET, require_POST

from xiaoguan.ui.context import THEME_COOKIE, THEMES
from xiaoguan.ui.samples import samples

A_YEAR = 365 * 24 * 3600


def _back(request: HttpRequest) -> HttpResponse:
    """To the page the form came from, never to another site."""
    wanted = request.POST.get("next") or request.headers.get("Referer", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(wanted if safe else "/")


def _remember(response: HttpResponse, name: str, value: str) -> HttpResponse:
    response.set_cookie(
        name, value, max_age=A_YEAR, samesite="Lax", httponly=True, secure=settings.SESSION_COOKIE_SECURE
    )
    return response


@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """POST language=zh-hans|en, next=path: remembered on this device for a year."""
    code = request.POST.get("language", "")
    known = code in dict(settings.LANGUAGES) and check_for_language(code)
    return _remember(_back(request), settings.LANGUAGE_COOKIE_NAME, code) if known else _back(request)


@login_not_required
@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """POST theme=auto|light|dark, next=path: remembered on this device for a year."""
    theme = request.POST.get("theme", "")
    return _remember(_back(request), THEME_COOKIE, theme) if theme in THEMES else _back(request)


@require_GET
def gallery(request: HttpRequest) -> HttpResponse:
    """The living style page: every component in all its states. Any signed-in person may look."""
    return render(request, "ui/gallery.html", samples())
