"""Signing in and out: who tried, who came in, who is refused although the password is right."""

import ipaddress
import time
from datetime import datetime

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib.auth import authenticate
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xiaoguan.journal.facts.audit import LockedOut, SignedIn, SignedOut, SignInFailed
from xiaoguan.journal.facts.base import Fact
from xiaoguan.journal.recording import Happening, record
from xiaoguan.lib.refusal import Refusal
from xiaoguan.org.company import today
from xiaoguan.org.models import Member, normal_username

# Every failed try is answered after this many seconds, so that the time does not tell whether a username
# exists.
FAILURE_SECONDS = 0.4
_LOCAL_NAMES = {"localhost", "127.0.0.1", "[::1]"}
# Any of these was added by something that stands between the browser and the program.
_FORWARDED = ("HTTP_X_FORWARDED", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA", "HTTP_CF_", "HTTP_X_CLIENT_IP",
              "HTTP_X_CLUSTER_CLIENT_IP", "HTTP_TRUE_CLIENT_IP", "HTTP_X_ORIGINAL_")  # fmt: skip


def check_sign_in(request: HttpRequest, username: str, password: str, *, at: datetime) -> Member:
    """The member whose username and password these are. Refusal, recorded, where he may not come in."""
    started = time.monotonic()
    username = normal_username(username)
    found = authenticate(request, username=username, password=password)
    if isinstance(found, Member):
        _check_may_come(request, found, at)
        return found
    known = Member.objects.filter(username=username, removed=False).first()
    failures = int(AxesProxyHandler.get_failures(request, {"username": username}))
    if known is not None:
        _record_failure(known, failures, at)
    time.sleep(max(0.0, FAILURE_SECONDS - (time.monotonic() - started)))
    raise Refusal(_wrong_password(failures), field="password", code="password")


def record_signed_in(member: Member, at: datetime) -> None:
    """He is in."""
    _record(SignedIn(member_id=member.pk), at, by=member)


def record_signed_out(member: Member, at: datetime) -> None:
    """He is out again."""
    _record(SignedOut(member_id=member.pk), at, by=member)


def from_this_machine(request: HttpRequest) -> bool:
    """Whether the browser runs on the server's own machine, not merely a proxy that passes others on."""
    if any(header.startswith(_FORWARDED) for header in request.META):
        return False
    host = request.get_host()
    name = host[: host.index("]") + 1] if host.startswith("[") else host.partition(":")[0]
    try:
        return name in _LOCAL_NAMES and ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def lock_minutes() -> int:
    """How long a lock-out lasts."""
    return round(float(settings.AXES_COOLOFF_TIME) * 60)


def _check_may_come(request: HttpRequest, member: Member, at: datetime) -> None:
    if member.left_on is not None and member.left_on <= today(at):
        _record(SignInFailed(member_id=member.pk, reason="left"), at, by=None)
        raise Refusal(_("You are no longer a member here, so this sign-in is closed."), code="left")
    if member.demo and not from_this_machine(request):
        _record(SignInFailed(member_id=member.pk, reason="demo"), at, by=None)
        sentence = _(
            "Demo sign-ins have a password that everybody knows, so they work only in a browser on the "
            "server's own machine. Ask an administrator to set a password for you."
        )
        raise Refusal(sentence, code="demo")


def _wrong_password(failures: int) -> str:
    left = max(0, settings.AXES_FAILURE_LIMIT - failures)
    sentence = ngettext(
        "Username and password do not match. You may try %(left)s more time, then this sign-in is locked "
        "for %(minutes)s minutes.",
        "Username and password do not match. You may try %(left)s more times, then this sign-in is locked "
        "for %(minutes)s minutes.",
        left,
    )
    return sentence % {"left": left, "minutes": lock_minutes()}


def _record_failure(known: Member, failures: int, at: datetime) -> None:
    limit = settings.AXES_FAILURE_LIMIT
    reason = "locked" if failures > limit else "password" if known.is_active else "inactive"
    _record(SignInFailed(member_id=known.pk, reason=reason), at, by=None)
    if failures == limit:
        _record(LockedOut(member_id=known.pk), at, by=None)


def _record(fact: Fact, at: datetime, *, by: Member | None) -> None:
    with transaction.atomic():
        record([Happening(fact=fact, on=today(at))], by=by.pk if by else None, at=at)
