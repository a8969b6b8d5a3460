"""The small forms of a deal's page: win, lose, move, transfer, re-open, and one for each fact."""

from datetime import date
from typing import Any, Final

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from xiaoguan.deals.forms.common import AmountField, Choices, DatedForm, DayField, DealForm, one_of
from xiaoguan.deals.models import Deal
from xiaoguan.lib.addresses import address_of
from xiaoguan.org.choosing import PersonField
from xiaoguan.org.models import Member

MISTAKE: Final = "mistake"
CAME_BACK: Final = "came_back"
CHANGED: Final = "changed"
TYPO: Final = "typo"


class WinForm(DatedForm):
    """What was sold, and on which day."""

    on = DayField(label=_("Day of the win"))

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        help_text = _("What the customer bought for, in %(currency)s. Empty means not known.") % {"currency": currency}
        self.fields["amount"] = AmountField(currency=currency, label=_("Amount won"), help_text=help_text)
        self.order_fields(["amount", "on"])


class LoseForm(DatedForm):
    """Why the deal was lost, what was at stake, and on which day."""

    on = DayField(label=_("Day of the loss"))

    def __init__(self, *args: Any, currency: str, reasons: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"] = one_of(reasons, label=_("Why?"), widget=forms.RadioSelect)
        help_text = _("What the customer did not buy, in %(currency)s. Empty means not known.") % {"currency": currency}
        self.fields["amount"] = AmountField(currency=currency, label=_("Amount at stake"), help_text=help_text)
        self.order_fields(["reason", "amount", "on"])


class MoveForm(DealForm):
    """To which stage."""

    def __init__(self, *args: Any, stages: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stage"] = one_of(stages, label=_("Stage"))


class TransferForm(DealForm):
    """To whom."""

    def __init__(self, *args: Any, owners: QuerySet[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"] = PersonField(owners, address_of("deals:owners", "transfer"), label=_("New owner"))


class ReopenForm(DatedForm):
    """Whether the closing was a mistake or the customer came back, and since when."""

    how = forms.ChoiceField(
        label=_("What happened?"),
        choices=[(MISTAKE, _("It was a mistake")), (CAME_BACK, _("The customer came back"))],
        widget=forms.RadioSelect,
    )
    on = DayField(label=_("The customer came back on"))

    def clean(self) -> dict[str, Any]:
        """A mistake is taken back on the day of the closing: the day of this form means nothing then."""
        if self.cleaned_data.get("how") == MISTAKE:
            self.errors.pop("on", None)
            return self.cleaned_data
        return super().clean()


class AmountForm(DealForm):
    """A new amount, and whether it changed or had been typed wrongly."""

    def __init__(self, *args: Any, deal: Deal, open_from: date | None, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"amount": deal.amount}, **kwargs})
        reaches_closed = open_from is not None and deal.opened_on < open_from
        closed = _("What a correction changes before %(day)s is closed and will be counted on that day.")
        self.fields["amount"] = AmountField(
            currency=deal.currency, help_text=closed % {"day": open_from} if reaches_closed else ""
        )
        if asks_how(deal):
            self.fields["how"] = forms.ChoiceField(
                label=_("Why is it different?"),
                choices=[(CHANGED, _("It changed")), (TYPO, _("It was a typing error"))],
                widget=forms.RadioSelect,
            )


def asks_how(deal: Deal) -> bool:
    """An unknown amount that becomes known has changed; that of a closed deal can only have been wrong."""
    return deal.state == Deal.State.OPEN and deal.amount is not None


class NameForm(DealForm):
    name = forms.CharField(label=_("Name of the deal"), max_length=200)

    def __init__(self, *args: Any, deal: Deal, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"name": deal.name}, **kwargs})


class DueForm(DealForm):
    due_on = DayField(required=False, label=_("Expected close"))

    def __init__(self, *args: Any, deal: Deal, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"due_on": deal.due_on}, **kwargs})


class NextStepForm(DealForm):
    next_step = forms.CharField(required=False, max_length=200, label=_("Next step"))
    next_step_on = DayField(required=False, label=_("Day of the next step"))

    def __init__(self, *args: Any, deal: Deal, empty: bool = False, **kwargs: Any) -> None:
        initial = {} if empty else {"next_step": deal.next_step, "next_step_on": deal.next_step_on}
        super().__init__(*args, **{"initial": initial, **kwargs})


class StepDayForm(DealForm):
    on = DayField()


_RELATED: Final = {"product": _("Product"), "source": _("Source")}


class RelatedForm(DealForm):
    """One record out of a short list: product or source."""

    def __init__(self, *args: Any, deal: Deal, name: str, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {name: getattr(deal, f"{name}_id")}, **kwargs})
        self.fields[name] = one_of(choices, empty="–", label=_RELATED[name])


class CustomerForm(DealForm):
    customer = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**47)
    customer_name = forms.CharField(required=False, max_length=200, label=_("Customer"))

    def __init__(self, *args: Any, deal: Deal, **kwargs: Any) -> None:
        name = deal.customer.name if deal.customer else ""
        initial = {"customer": deal.customer_id, "customer_name": name}
        super().__init__(*args, **{"initial": initial, **kwargs})


def closing_suggestion(deal: Deal, today: date) -> dict[str, Any]:
    """What the closing forms suggest: the open amount, and today."""
    return {"amount": deal.amount, "on": today}
