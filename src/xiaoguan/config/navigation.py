"""The frame of every page: navigation by what people do, who is signed in, where in the fiscal quarter we are."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any, Final

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from xiaoguan.lib.addresses import address_of
from xiaoguan.org import calendar
from xiaoguan.org.company import company, today
from xiaoguan.org.models import Member
from xiaoguan.org.scope import allowed, roles_of
from xiaoguan.ui.parts import Choice


@dataclass(frozen=True, slots=True)
class Place:
    """A door of the navigation: shown to those who hold one of the permissions, or to everybody where none is named."""

    key: str
    label: Any
    icon: str
    address: str
    permissions: tuple[str, ...]
    above: str = ""  # the address whose pages all belong here, where the door opens a page below it


PLACES: Final = (
    Place("today", _("Today"), "sun-high", "home", ()),
    Place("customers", _("Customers"), "building", "crm:customers", ("customers.view",)),
    Place("deals", _("Deals"), "layout-kanban", "deals:board", ("deals.view",), above="deals:list"),
    Place("analysis", _("Analysis"), "chart-dots", "analysis:overview", ("measures.view",)),
    Place("products", _("Products"), "package", "crm:products", ("products.view",)),
    Place("team", _("Team"), "users", "org:team", ("org.view",)),
    Place("imports", _("Import"), "table-import", "transfer:runs", ("imports.run",)),
)

SETTINGS: Final = (
    Place("company", _("Company"), "building", "org:company", ("roles.manage",)),
    Place("calendar", _("Calendar"), "calendar", "org:calendar", ("roles.manage", "org.manage")),
    Place("rates", _("Exchange rates"), "coins", "org:rates", ("roles.manage", "periods.close")),
    Place("roles", _("Roles"), "key", "org:roles", ("roles.manage",)),
    Place("stages", _("Stages"), "route", "deals:stages", ("roles.manage",)),
    Place("books", _("Close periods"), "lock", "ledger:closing", ("periods.close",)),
    Place("proof", _("Proof of the books"), "checks", "ledger:proof", ("books.reconcile",)),
    Place("work", _("Background work"), "refresh", "jobs:work", ("books.reconcile",)),
)


_BEHIND_TODAY: Final = ("calendar:tasks", "needs")


def context(request: HttpRequest) -> dict[str, Any]:
    """What the frame needs, worked out when it asks: a fragment has none. Next to nothing where nobody is signed in."""
    member = getattr(request, "user", None)
    if not isinstance(member, Member):
        return {}
    now = timezone.now()
    day = today(now)
    own = company()
    return {
        "navigation": cache(lambda: list(_doors(request, member, day))),
        "company_name": own.name,
        "company_currency": own.currency,
        "person": cache(lambda: {"name": member.name, "pk": member.pk, "caption": _roles(member, day)}),
        "sign_out_url": address_of("sign-out"),
        "period_box": cache(lambda: _period_box(day)),
        "settings_tabs": cache(lambda: _settings(request, member, day)),
    }


def _doors(request: HttpRequest, member: Member, day: date) -> Iterator[dict[str, Any]]:
    doors = [place for place in PLACES if _open_to(place, member, day)]
    settings = next((place for place in SETTINGS if _open_to(place, member, day)), None)
    if settings:
        doors.append(replace(settings, key="settings", label=_("Settings"), icon="settings"))
    roots = {place.key: address_of(place.above or place.address) for place in doors}
    active = _active(request.path, roots)
    for place in doors:
        yield {
            "key": place.key,
            "label": place.label,
            "icon": place.icon,
            "url": address_of(place.address),
            "active": place.key == active,
        }


def _active(path: str, urls: dict[str, str]) -> str | None:
    """The door behind which a page lies: tasks and what needs somebody lie behind the home, the stages of
    deals behind the settings."""
    if any(path.startswith(address_of(place.address)) for place in SETTINGS):
        return "settings"
    if path == urls["today"] or any(path.startswith(address_of(name)) for name in _BEHIND_TODAY):
        return "today"
    return max(
        (key for key, url in urls.items() if key != "today" and path.startswith(url)),
        key=lambda key: len(urls[key]),
        default="settings" if path.startswith("/settings/") else None,
    )


def _settings(request: HttpRequest, member: Member, day: date) -> list[Choice]:
    """The settings that the member may change; on every page of settings, whichever room it belongs to."""
    places = [(place, address_of(place.address)) for place in SETTINGS if _open_to(place, member, day)]
    if all(url != request.path for _place, url in places):
        return []
    return [
        Choice(label=str(place.label), url=url, active=url == request.path, icon=place.icon) for place, url in places
    ]


def _open_to(place: Place, member: Member, day: date) -> bool:
    return not place.permissions or any(allowed(member, permission, day) for permission in place.permissions)


def _roles(member: Member, day: date) -> str:
    return " · ".join(str(role) for role in roles_of(member, day))


def _period_box(day: date) -> dict[str, Any]:
    """The fiscal quarter with its working days gone and all."""
    quarter = calendar.current("quarter", day)
    gone, total = calendar.worked_so_far(quarter, day)
    return {"label": quarter.label, "day": gone, "days": total, "share": gone / total if total else 0, "joints": 3}
