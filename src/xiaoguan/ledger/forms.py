"""Forms of the books."""

from django import forms
from django.utils.translation import gettext_lazy as _


class CloseForm(forms.Form):
    """Through which day the books are closed."""

    through = forms.DateField(
        label=_("Close through"),
        help_text=_("The last day of the period, usually the last day of a month."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
