"""Fields and behaviour that the forms of deals share."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xiaoguan.lib.refusal import Refusal
from xiaoguan.services.transfer.values import Amount, Unreadable, parse_amount
from xiaoguan.ui import format as write

Choices = Sequence[tuple[int, str]]


class AmountField(forms.CharField):
    """An amount as people write it (125000, 12.5万, ￥1,200.00); empty is None: not known."""

    def __init__(self, *, currency: str, **kwargs: Any) -> None:
        super().__init__(**{"required": False, "max_length": 60, "label": gettext_lazy("Amount"), **kwargs})
        self.currency = currency
        self.widget.attrs |= {"inputmode": "text", "autocomplete": "off", "class": "num"}

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        read = parse_amount(text)
        if isinstance(read, Unreadable):
            sentence = _("“%(text)s” cannot be read as an amount: %(why)s. Write 125000 or 12.5万, or leave it empty.")
            raise ValidationError(sentence % {"text": text, "why": read.reason})
        if isinstance(read, Amount) and read.currency not in (None, self.currency):
            sentence = _("The amount is in %(typed)s, but this deal is kept in %(kept)s. Write the figure alone.")
            raise ValidationError(sentence % {"typed": read.currency, "kept": self.currency})
        return read.value if isinstance(read, Amount) else None

    def prepare_value(self, value: Any) -> Any:
        return write.number(value) if isinstance(value, Decimal) else value


class DayField(forms.DateField):
    """A day, picked with the browser's own calendar."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date", "max": "2199-12-31"}, format="%Y-%m-%d")
        super().__init__(**{"widget": widget, "input_formats": ["%Y-%m-%d", "%Y/%m/%d"], **kwargs})

    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        if isinstance(day, date) and not 1990 <= day.year <= 2199:
            raise ValidationError(_("Choose a day between 1990 and 2199."))
        return day


def one_of(choices: Choices, *, empty: object = None, **kwargs: Any) -> forms.TypedChoiceField:
    """A select of records by id; ``empty`` is what stands for none, where none is allowed."""
    offered: list[tuple[Any, Any]] = [*choices] if empty is None else [("", empty), *choices]
    options: dict[str, Any] = {"coerce": int, "empty_value": None, "required": empty is None, "choices": offered}
    return forms.TypedChoiceField(**options | kwargs)


class DealForm(forms.Form):
    """A form that can show what a rule refused beside the field that it concerns."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})

    def refuse(self, refusal: Refusal) -> None:
        """Show a refusal at its field, or above the form."""
        known = refusal.field if refusal.field in self.fields else None
        self.add_error(known, str(refusal))


class DatedForm(DealForm):
    """A form with a day that may lie in a closed period: it says first where it will be counted, and is sent again.

    ``open_from`` is the first open day, None where no period is closed; ``counted_on`` comes back as the consent.
    """

    dated = "on"

    def __init__(self, *args: Any, open_from: date | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.open_from = open_from
        self.fields["counted_on"] = forms.DateField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        day = cleaned.get(self.dated)
        if day and self.open_from and day < self.open_from and cleaned.get("counted_on") != self.open_from:
            self._ask()
        return cleaned

    def _ask(self) -> None:
        """The next sending of this form agrees to the day that the page now names."""
        data: Any = self.data
        self.data = data = data.copy()
        data[self.add_prefix("counted_on")] = self.open_from.isoformat() if self.open_from else ""
        sentence = _("The books are closed through the day before %(day)s, so this will be counted on %(day)s. "
                     "Send it again if that is right, or choose another day.")  # fmt: skip
        self.add_error(self.dated, sentence % {"day": self.open_from})
