"""The one policy layer of every view: who sees what (404), who may do what (403), and what a refusal looks
like."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware, get_user
from django.contrib.auth.views import redirect_to_login
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from xiaoguan.lib.addresses import address_of
from xiaoguan.lib.refusal import NotAllowed, Refusal
from xiaoguan.org import memo
from xiaoguan.org.by_owner import SeenByOwner
from xiaoguan.org.company import today
from xiaoguan.org.models import Member
from xiaoguan.org.scope import allowed, may_work

View = Callable[..., HttpResponse]
May = Callable[[Member, Any], bool]
Visible = Callable[[Member], "QuerySet[Any]"]


def allow(may: May | None = None, *, on: Visible, param: str = "pk") -> Callable[[View], View]:
    """Load the object that the address names and put it in the place of the parameter, as the view's first
    argument.

    Not visible to the member is 404; visible but not permitted is 403. ``may`` None: to see is enough. The
    view keeps what it stands on as ``.policy``, for the guard that walks every address.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            member = member_of(request)
            pk = kwargs.pop(param)
            # The parts of a page ask about the same object: one look finds it.
            found = memo.remember((on, member.pk, pk), lambda: _found(on, member, pk))
            if may is not None and not may(member, found):
                raise NotAllowed(_("Your role does not allow this here."))
            return view(request, found, *args, **kwargs)

        guarded.policy = (on, may)  # type: ignore[attr-defined]  # read by the permission guard
        return guarded

    return decorate


def _found(on: Visible, member: Member, pk: int) -> Any:
    if not isinstance(on, SeenByOwner):
        return get_object_or_404(on(member), pk=pk)
    found = on.find(member, pk)
    if found is None:
        raise Http404
    return found


def require(*permissions: str) -> Callable[[View], View]:
    """Let only members in who have one of the permissions at some level; else 403."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            member, day = member_of(request), today(timezone.now())
            if not any(allowed(member, permission, day) for permission in permissions):
                raise NotAllowed(_("Your role does not allow this page."))
            return view(request, *args, **kwargs)

        guarded.policy = permissions  # type: ignore[attr-defined]  # read by the permission guard
        return guarded

    return decorate


def member_of(request: HttpRequest) -> Member:
    """Who asks. Views behind the sign-in only."""
    if not isinstance(request.user, Member):
        raise Http404
    return request.user


class SignInRequired(LoginRequiredMiddleware):
    """Nobody gets past without a sign-in; a fragment asked for after the session ended sends the whole page there."""

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        answer = super().process_view(request, view_func, view_args, view_kwargs)
        if answer is None or request.headers.get("HX-Request") != "true":
            return answer
        back = _path_of(request.headers.get("HX-Current-URL", ""))
        return HttpResponse(headers={"HX-Redirect": f"{address_of('sign-in')}?{urlencode({'next': back})}"})


def _path_of(url: str) -> str:
    """The path of the page that the browser shows, as it says itself; "/" where that is no address."""
    try:
        return urlsplit(url).path or "/"
    except ValueError:
        return "/"


class RefusalMiddleware:
    """Each request is one look at the organisation; what a rule or a policy refuses becomes a page or a
    fragment."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with memo.one_request():
            if isinstance(request.user, Member) and not may_work(request.user, today(timezone.now())):
                logout(request)
                return redirect_to_login(request.get_full_path())
            if request.user.is_authenticated:
                # Who asks is known: without the lazy proxy, which templates and policies would ask ten thousand times.
                request.user = get_user(request)
            return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refusal):
            return None
        status = 403 if isinstance(exception, NotAllowed) else 422
        asked_by_htmx = bool(getattr(request, "htmx", False)) and not request.htmx.boosted  # type: ignore[attr-defined]
        template = "org/refusal.html" if asked_by_htmx else "org/refused.html"
        return render(request, template, {"sentence": exception.sentence, "status": status}, status=status)
