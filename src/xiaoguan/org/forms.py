"""What people fill in about the organisation."""

import re
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xiaoguan.lib.addresses import address_of
from xiaoguan.org.choosing import PersonField
from xiaoguan.org.models import Company, Holiday, Member, Unit


def day_field(label: Any, **kwargs: Any) -> forms.DateField:
    """A day; its value stands in the form that the browser's date input reads, whatever the language."""
    widget = forms.DateInput(attrs={"type": "date", "max": "2199-12-31"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, validators=[_check_day], **kwargs)


def _check_day(day: date) -> None:
    """A typing error such as 20226; the last day there is has no day after it."""
    if not 1900 <= day.year <= 2199:
        raise forms.ValidationError(_("Choose a day between 1900 and 2199."))


def _password_field(label: Any, *, new: bool, **kwargs: Any) -> forms.CharField:
    attrs = {"autocomplete": "new-password" if new else "current-password"}
    return forms.CharField(label=label, strip=False, max_length=200, widget=forms.PasswordInput(attrs=attrs), **kwargs)


class OneOfSeveral(forms.Form):
    """A form that shares its page with others: the ids of its fields begin with its own name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": f"{type(self).__name__}-%s", **kwargs})


class SignInForm(forms.Form):
    username = forms.CharField(
        label=_("Username"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = _password_field(_("Password"), new=False)
    remember = forms.BooleanField(label=_("Stay signed in on this device for 14 days"), required=False)


class NewPasswordForm(OneOfSeveral):
    """A new password, typed twice."""

    password = _password_field(
        _("New password"), new=True, help_text=_("At least 10 characters, not a common word, not only digits.")
    )
    again = _password_field(_("New password again"), new=True)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "password" in cleaned and "again" in cleaned and cleaned["password"] != cleaned["again"]:
            self.add_error("again", _("The two passwords differ."))
        return cleaned


class OwnPasswordForm(NewPasswordForm):
    """One's own password: the present one first."""

    current = _password_field(_("Present password"), new=False)
    field_order = ("current", "password", "again")

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member = member

    def clean_current(self) -> str:
        current: str = self.cleaned_data["current"]
        if not self.member.check_password(current):
            raise forms.ValidationError(_("This is not your present password."))
        return current


class UnitForm(forms.Form):
    """A new unit."""

    name = forms.CharField(label=_("Name of the unit"), max_length=80)
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[choice for choice in Unit.Kind.choices if choice[0] != Unit.Kind.COMPANY]
    )
    parent: forms.ModelChoiceField = forms.ModelChoiceField(label=_("Below"), queryset=None, empty_label="–")
    start = day_field(_("Since"), required=False, help_text=_("Empty: since ever."))

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice_of(self, "parent", units)


class UnitNameForm(OneOfSeveral):
    name = forms.CharField(label=_("Name of the unit"), max_length=80)


class UnitMoveForm(OneOfSeveral):
    parent: forms.ModelChoiceField = forms.ModelChoiceField(label=_("Below"), queryset=None, empty_label="–")
    start = day_field(_("From"))

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice_of(self, "parent", units)


class UnitEndForm(OneOfSeveral):
    start = day_field(_("First day without the unit"))


class LeadForm(OneOfSeveral):
    start = day_field(_("From"))
    field_order = ("member", "start")

    def __init__(self, *args: Any, members: QuerySet[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        find = address_of("org:people")
        self.fields["member"] = PersonField(members, find, nobody=_("Nobody"), label=_("Led by"))
        self.order_fields(self.field_order)


class MemberDataForm(OneOfSeveral):
    """What is noted about a member."""

    name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=80)
    username = forms.CharField(
        label=_("Username"), max_length=150, help_text=_("For signing in; upper and lower case are the same.")
    )
    employee_no = forms.CharField(label=_("Employee number"), max_length=40, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    hired_on = day_field(_("Hired on"), required=False)


class PreferencesForm(OneOfSeveral):
    """How the program meets a member on a device on which nobody has chosen yet."""

    language = forms.ChoiceField(
        label=_("Language"), choices=[("", _("As the browser")), ("zh-hans", "中文"), ("en", "English")], required=False
    )
    theme = forms.ChoiceField(label=_("Appearance"), choices=Member.Theme.choices)


class NewMemberForm(MemberDataForm):
    """Somebody who joins."""

    unit: forms.ModelChoiceField = forms.ModelChoiceField(label=_("Unit"), queryset=None, empty_label="–")
    start = day_field(_("In the unit since"))
    role: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("Role"), queryset=None, required=False, empty_label=_("No role yet")
    )

    def __init__(self, *args: Any, units: Any, roles: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice_of(self, "unit", units)
        choice_of(self, "role", roles)


class TransferForm(OneOfSeveral):
    unit: forms.ModelChoiceField = forms.ModelChoiceField(label=_("To the unit"), queryset=None, empty_label="–")
    start = day_field(_("From"), help_text=_("A day to come or gone by is possible."))

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice_of(self, "unit", units)


class LeaveForm(OneOfSeveral):
    last_day = day_field(_("Last day"))


class RoleForm(OneOfSeveral):
    role: forms.ModelChoiceField = forms.ModelChoiceField(label=_("Role"), queryset=None, empty_label="–")
    start = day_field(_("From"))

    def __init__(self, *args: Any, roles: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice_of(self, "role", roles)


class CompanyForm(forms.Form):
    name = forms.CharField(label=_("Company name"), max_length=120)
    currency = forms.RegexField(
        label=_("Currency of the books"),
        regex=r"^[A-Z]{3}$",
        max_length=3,
        help_text=_("Three letters, such as CNY. It stays once customers or deals are recorded."),
        error_messages={"invalid": _("A currency is three capital letters, such as CNY.")},
    )
    fiscal_start_month = forms.TypedChoiceField(
        label=_("First month of the fiscal year"),
        coerce=int,
        choices=sorted(MONTHS.items()),
        help_text=_("A fiscal year bears the number of the year in which it ends."),
    )

    @staticmethod
    def initial_of(company: Company) -> dict[str, Any]:
        return {
            "name": company.name,
            "currency": company.currency,
            "fiscal_start_month": company.fiscal_start_month,
        }


class HolidayForm(forms.Form):
    day = day_field(_("Day"))
    kind = forms.ChoiceField(label=_("Is"), choices=Holiday.Kind.choices)
    name = forms.CharField(label=_("Name"), max_length=60, required=False)


class RateForm(forms.Form):
    currency = forms.CharField(label=_("Currency"), max_length=3, help_text=_("Three letters, such as USD."))
    rate = forms.DecimalField(label=_("One unit is worth"), max_digits=16, decimal_places=8)
    start = day_field(_("From"))

    def clean_currency(self) -> str:
        currency = str(self.cleaned_data["currency"]).upper()
        if not re.fullmatch(r"[A-Z]{3}", currency):
            raise forms.ValidationError(_("A currency is three capital letters, such as CNY."))
        return currency


def choice_of(form: forms.Form, name: str, queryset: Any) -> None:
    """Let a field choose among these records."""
    form.fields[name].queryset = queryset  # type: ignore[attr-defined]  # a model choice field
