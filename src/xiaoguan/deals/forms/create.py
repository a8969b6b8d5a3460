"""The form of a new deal: few fields first, the rest behind "more"."""

import uuid
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xiaoguan.deals.forms.common import AmountField, Choices, DatedForm, DayField, one_of
from xiaoguan.deals.models import Tax
from xiaoguan.lib.addresses import address_of
from xiaoguan.org.choosing import PersonField
from xiaoguan.org.models import Member


class NewDealForm(DatedForm):
    """What a person says of a new deal. ``once`` makes a second sending of the same form open nothing."""

    dated = "opened_on"
    name = forms.CharField(label=gettext_lazy("Name of the deal"), max_length=200)
    customer = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**47)
    customer_name = forms.CharField(required=False, max_length=200, label=gettext_lazy("Customer"))
    due_on = DayField(required=False, label=gettext_lazy("Expected close"))
    next_step = forms.CharField(required=False, max_length=200, label=gettext_lazy("Next step"))
    next_step_on = DayField(required=False, label=gettext_lazy("Day of the next step"))
    opened_on = DayField(label=gettext_lazy("Opened on"))
    tax = forms.TypedChoiceField(
        label=gettext_lazy("Tax"), coerce=int, choices=Tax.choices, required=False, empty_value=None
    )
    once = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        open_from: date | None,
        currencies: list[str],
        stages: Choices,
        products: Choices,
        sources: Choices,
        owners: QuerySet[Member],
        initial: dict[str, Any] | None = None,
    ) -> None:
        initial = {"once": uuid.uuid4(), "currency": currencies[0]} | (initial or {})
        super().__init__(*args, open_from=open_from, initial=initial)
        chosen = self.data.get("currency") if self.is_bound else None
        self.fields["amount"] = AmountField(currency=chosen if chosen in currencies else currencies[0])
        self.fields["product"] = one_of(products, empty="–", label=gettext_lazy("Product"))
        self.fields["stage"] = one_of(stages, empty=None if stages else "–", label=gettext_lazy("Stage"))
        self.fields["source"] = one_of(sources, empty="–", label=gettext_lazy("Source"))
        self.fields["currency"] = forms.ChoiceField(
            label=gettext_lazy("Currency"), choices=[(code, code) for code in currencies]
        )
        find = address_of("deals:owners", "create")
        self.fields["owner"] = PersonField(owners, find, label=gettext_lazy("Owner"))

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if any(ord(character) < 32 for character in name):
            raise ValidationError(_("A name stands on one line, without control characters."))
        return name
