"""What happened to members and units, in words. Imported by the app's start-up."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from xiaoguan.journal.facts import audit, org
from xiaoguan.journal.kinds import COMPANY, HOLIDAY, MEMBER, ROLE, UNIT
from xiaoguan.journal.sentences import Sentence, Story, register, register_fields
from xiaoguan.org.permissions import BY_KEY, LEVEL_NAMES

Words = Callable[[Any, Callable[[int, int | None], str]], str]

register_fields(
    MEMBER,
    {
        "name": pgettext_lazy("person", "Name"),
        "username": gettext_lazy("Username"),
        "email": gettext_lazy("E-mail"),
        "phone": gettext_lazy("Phone"),
        "employee_no": gettext_lazy("Employee number"),
        "hired_on": gettext_lazy("Hired on"),
        "language": gettext_lazy("Language"),
        "theme": gettext_lazy("Appearance"),
    },
)
register_fields(UNIT, {"name": gettext_lazy("Name of the unit")})
register_fields(COMPANY, {"name": gettext_lazy("Company name")})
register_fields(HOLIDAY, {"name": gettext_lazy("Name")})


def _says(fact: type, icon: str, words: Words, tone: str = "") -> None:
    """Register a sentence that needs the fact and the names of what it touches."""

    def write(story: Story) -> Sentence:
        return Sentence(icon=icon, title=words(story.entry.fact, story.names), tone=tone)

    register(fact)(write)


def _assigned(fact: org.MemberAssigned, name: Callable[[int, int | None], str]) -> str:
    if fact.former_unit_id is None:
        return _("Belongs to %(unit)s") % {"unit": name(UNIT, fact.unit_id)}
    units = {"former": name(UNIT, fact.former_unit_id), "unit": name(UNIT, fact.unit_id)}
    return _("Moved from %(former)s to %(unit)s") % units


def _lead(fact: org.LeadAppointed, name: Callable[[int, int | None], str]) -> str:
    if fact.member_id is None:
        return _("%(unit)s has no lead any more") % {"unit": name(UNIT, fact.unit_id)}
    named = {"member": name(MEMBER, fact.member_id), "unit": name(UNIT, fact.unit_id)}
    return _("%(member)s leads %(unit)s") % named


def _role_amended(fact: org.RoleAmended, name: Callable[[int, int | None], str]) -> str:
    known = BY_KEY.get(fact.permission)
    words = {
        "role": name(ROLE, fact.role_id),
        "permission": known.name if known else fact.permission,
        "level": LEVEL_NAMES[fact.level] if fact.level else _("not allowed"),
    }
    return _("%(role)s – %(permission)s: %(level)s") % words


def _sign_in_failed(fact: audit.SignInFailed, _name: Callable[[int, int | None], str]) -> str:
    reasons = {
        "password": _("Sign-in refused: wrong password"),
        "locked": _("Sign-in refused: locked for a while"),
        "inactive": _("Sign-in refused: the sign-in is switched off"),
        "left": _("Sign-in refused: has left the company"),
        "demo": _("Sign-in refused: a demo sign-in from another machine"),
    }
    return reasons[fact.reason]


_says(org.UnitCreated, "sitemap", lambda f, n: _("Unit %(unit)s founded") % {"unit": n(UNIT, f.unit_id)})
_says(
    org.UnitMoved,
    "arrows-move",
    lambda f, n: _("%(unit)s now below %(parent)s") % {"unit": n(UNIT, f.unit_id), "parent": n(UNIT, f.parent_id)},
)
_says(org.UnitDissolved, "circle-x", lambda f, n: _("Unit %(unit)s dissolved") % {"unit": n(UNIT, f.unit_id)})
_says(org.UnitRemoved, "x", lambda f, n: _("Unit %(unit)s removed: entered by mistake") % {"unit": n(UNIT, f.unit_id)})
_says(
    org.MemberJoined,
    "user-plus",
    lambda f, n: _("Joined %(unit)s") % {"unit": n(UNIT, f.unit_id)} if f.unit_id else _("Became a member"),
)
_says(org.MemberAssigned, "arrow-right", _assigned)
_says(org.MemberLeft, "user-minus", lambda f, n: _("Left the company"))
_says(org.MemberRemoved, "user-x", lambda f, n: _("Removed: entered by mistake"))
_says(org.LeadAppointed, "crown", _lead)
_says(org.RoleGranted, "key", lambda f, n: _("Role given: %(role)s") % {"role": n(ROLE, f.role_id)})
_says(org.RoleRevoked, "key-off", lambda f, n: _("Role taken away: %(role)s") % {"role": n(ROLE, f.role_id)})
_says(org.RoleAmended, "adjustments", _role_amended)
_says(
    org.CompanySet,
    "building",
    lambda f, n: (
        _("Company: books in %(currency)s, fiscal year from month %(month)s")
        % {"currency": f.currency, "month": f.fiscal_start_month}
    ),
)
_says(
    org.HolidayChanged,
    "calendar",
    lambda f, n: {
        "off": _("Day declared off"),
        "work": _("Day declared a working day"),
        None: _("Day as published again"),
    }[f.day_kind],
)
_says(org.RateSet, "coins", lambda f, n: _("Exchange rate set for %(currency)s") % {"currency": f.currency})
_says(org.PasswordChanged, "lock", lambda f, n: _("Password set"))
_says(audit.SignedIn, "login", lambda f, n: _("Signed in"))
_says(audit.SignInFailed, "alert-circle", _sign_in_failed, tone="warn")
_says(audit.LockedOut, "lock", lambda f, n: _("Locked out after too many wrong passwords"), tone="bad")
_says(audit.SignedOut, "logout", lambda f, n: _("Signed out"))
_says(audit.EventLogExported, "download", lambda f, n: _("Event log exported"))
