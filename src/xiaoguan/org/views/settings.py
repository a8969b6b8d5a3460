"""Settings: company, calendar, exchange rates and roles. Each page says what it changes; administrators
only."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xiaoguan.lib.refusal import Refusal
from xiaoguan.org.access import member_of, require
from xiaoguan.org.actions import Day, Rate, amend_role, set_company, set_holidays, set_rates
from xiaoguan.org.calendar import working_days
from xiaoguan.org.company import company, today
from xiaoguan.org.forms import CompanyForm, HolidayForm, RateForm
from xiaoguan.org.models import Holiday, Role
from xiaoguan.org.permissions import BY_KEY, LEVEL_NAMES, LEVELS, PERMISSIONS
from xiaoguan.org.queries import all_roles, declared_days, known_rates
from xiaoguan.org.scope import allowed
from xiaoguan.org.views.team import done

# Each setting with who may change it: administrators all, HR the calendar, finance rates and books.
COMPANY, ROLES = ("roles.manage",), ("roles.manage",)
CALENDAR = ("roles.manage", "org.manage")
RATES = ("roles.manage", "periods.close")


@require(*CALENDAR, *RATES)
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """To the first setting that the member may change."""
    member, day = member_of(request), today(timezone.now())
    first = {"org:company": COMPANY, "org:calendar": CALENDAR, "org:rates": RATES}
    return redirect(
        next(page for page, permissions in first.items() if any(allowed(member, one, day) for one in permissions))
    )


@require(*COMPANY)
@require_http_methods(["GET", "POST"])
def company_page(request: HttpRequest) -> HttpResponse:
    """Name, currency of the books, fiscal year."""
    by, at = member_of(request), timezone.now()
    form = CompanyForm(request.POST or None, initial=CompanyForm.initial_of(company()))
    if request.method == "POST" and done(form, lambda values: set_company(**values, by=by, at=at)):
        messages.success(request, _("The company's settings are saved."))
        return redirect("org:company")
    return render(
        request,
        "org/settings_company.html",
        {
            "form": form,
        },
        status=_status(form),
    )


@require(*CALENDAR)
@require_http_methods(["GET", "POST"])
def calendar_page(request: HttpRequest) -> HttpResponse:
    """Days that differ from the published calendar."""
    by, at = member_of(request), timezone.now()
    form = HolidayForm(request.POST or None)

    def keep(values: dict[str, Any]) -> None:
        set_holidays([Day(day=values["day"], kind=values["kind"], name=values["name"])], by=by, at=at)

    if request.method == "POST" and done(form, keep):
        messages.success(request, _("The calendar is changed."))
        return redirect("org:calendar")
    year = today(at).year
    years = [(number, working_days(date(number, 1, 1), date(number, 12, 31))) for number in range(year - 1, year + 2)]
    context = {
        "form": form,
        "holidays": declared_days(),
        "years": years,
    }
    return render(request, "org/settings_calendar.html", context, status=_status(form))


@require(*CALENDAR)
@require_POST
def forget_holiday(request: HttpRequest, pk: int) -> HttpResponse:
    """A day is as published again."""
    row = get_object_or_404(Holiday, pk=pk)
    set_holidays([Day(day=row.day, kind=None)], by=member_of(request), at=timezone.now())
    messages.success(request, _("The day is as published again."))
    return redirect("org:calendar")


@require(*RATES)
@require_http_methods(["GET", "POST"])
def rates_page(request: HttpRequest) -> HttpResponse:
    """Exchange rates into the currency of the books."""
    by, at = member_of(request), timezone.now()
    form = RateForm(request.POST or None, initial={"start": today(at)})

    def keep(values: dict[str, Any]) -> None:
        set_rates([Rate(currency=values["currency"], start=values["start"], rate=values["rate"])], by=by, at=at)

    if request.method == "POST" and done(form, keep):
        messages.success(request, _("The rate is set."))
        return redirect("org:rates")
    context = {
        "form": form,
        "rates": known_rates(),
        "currency": company().currency,
    }
    return render(request, "org/settings_rates.html", context, status=_status(form))


@require(*ROLES)
@require_GET
def roles_page(request: HttpRequest) -> HttpResponse:
    """Role × permission × level."""
    roles = all_roles()
    rows = [(permission, [(role, role.grants.get(permission.key, "")) for role in roles]) for permission in PERMISSIONS]
    levels = [(level, LEVEL_NAMES[level]) for level in LEVELS]
    context = {
        "roles": roles,
        "rows": rows,
        "levels": levels,
    }
    return render(request, "org/settings_roles.html", context)


@require(*ROLES)
@require_POST
def set_level(request: HttpRequest) -> HttpResponse:
    """POST role, permission, level (empty: not allowed)."""
    role, permission = request.POST.get("role", ""), request.POST.get("permission", "")
    level = request.POST.get("level", "") or None
    get_object_or_404(Role, key=role)
    if permission not in BY_KEY or level not in (None, *LEVELS):
        raise Refusal(_("There is no such permission or level."))
    try:
        amend_role(role, permission, level, by=member_of(request), at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The role is changed."))
    return redirect("org:roles")


def _status(form: Any) -> int:
    return 422 if form.errors else 200
