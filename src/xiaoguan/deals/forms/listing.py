"""The filters of the list, read from the address. What cannot be read does not filter."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xiaoguan.deals.forms.common import Choices, one_of
from xiaoguan.deals.models import Deal
from xiaoguan.deals.queries.listing import SORTS, Wanted

STATES = (
    (Deal.State.OPEN, pgettext_lazy("deal", "Open")),
    (Deal.State.WON, pgettext_lazy("deal", "Won")),
    (Deal.State.LOST, pgettext_lazy("deal", "Lost")),
    (0, pgettext_lazy("deals", "All")),
)
DUE_WORDS = (
    ("overdue", _("Overdue")),
    ("week", _("This week")),
    ("month", _("This month")),
    ("quarter", _("This quarter")),
    ("none", _("No expected close")),
)


class FilterForm(forms.Form):
    """The state of the list stands in its address: every field is optional, nothing typed there can fail."""

    q = forms.CharField(required=False, max_length=100)
    state = forms.TypedChoiceField(required=False, coerce=int, choices=STATES, empty_value=None)
    due = forms.ChoiceField(required=False, choices=[("", _("Expected close")), *DUE_WORDS])
    idle = forms.BooleanField(required=False)
    sort = forms.ChoiceField(required=False, choices=[(key, key) for key in SORTS])
    after = forms.CharField(required=False, max_length=60)

    def __init__(self, data: QueryDict, *, stages: Choices, owners: Choices, units: Choices) -> None:
        super().__init__(data)
        self.fields["stage"] = one_of(stages, empty=_("Stage"))
        self.fields["owner"] = one_of(owners, empty=_("Owner"))
        self.fields["unit"] = one_of(units, empty=_("Unit"))
        self.is_valid()

    def wanted(self) -> Wanted:
        """The readable filters; the others keep their defaults."""
        read: dict[str, Any] = self.cleaned_data
        return Wanted(
            state=int(Deal.State.OPEN) if read.get("state") is None else read["state"],
            text=read.get("q", ""),
            stage_id=read.get("stage"),
            owner_id=read.get("owner"),
            unit_id=read.get("unit"),
            due=read.get("due", ""),
            no_next_step=read.get("idle", False),
            sort=read.get("sort") or "-id",
            after=read.get("after", ""),
        )
