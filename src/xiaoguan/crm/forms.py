"""Forms of customers, contacts and products: they parse, the actions decide."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xiaoguan.crm.models import Customer
from xiaoguan.lib.addresses import address_of
from xiaoguan.lib.refusal import Refusal
from xiaoguan.org.choosing import PersonField
from xiaoguan.org.company import company
from xiaoguan.org.models import Member
from xiaoguan.services.transfer.values import Amount, Unreadable, parse_amount
from xiaoguan.ui import format as write

Choices = Sequence[tuple[int, str]]


class AmountField(forms.CharField):
    """An amount as people write it (125000, 12.5万, ￥1,200.00); empty is None: not known."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, "max_length": 60, **kwargs})
        self.widget.attrs |= {"autocomplete": "off", "class": "num"}

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        read = parse_amount(text)
        if isinstance(read, Unreadable):
            sentence = _("“%(text)s” cannot be read as an amount: %(why)s. Write 125000 or 12.5万, or leave it empty.")
            raise ValidationError(sentence % {"text": text, "why": read.reason})
        own = company().currency
        if isinstance(read, Amount) and read.currency not in (None, own):
            sentence = _("Amounts here are in %(own)s. Write the figure alone.")
            raise ValidationError(sentence % {"own": own})
        return read.value if isinstance(read, Amount) else None

    def prepare_value(self, value: Any) -> Any:
        return value if value is None or isinstance(value, str) else write.number(value)


class RuledForm(forms.Form):
    """A form that shows what a rule refused beside the field that it concerns."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})

    def refuse(self, refusal: Refusal) -> None:
        """Show a refusal at its field, or above the form."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


def one_of(choices: Choices, label: Any, *, empty: object = "–") -> forms.TypedChoiceField:
    """A select of records by id that may stay empty."""
    offered: list[tuple[Any, Any]] = [("", empty), *choices]
    return forms.TypedChoiceField(label=label, coerce=int, empty_value=None, required=False, choices=offered)


def _text(label: Any, most: int, **kwargs: Any) -> forms.CharField:
    return forms.CharField(**{"label": label, "max_length": most, "required": False, **kwargs})


def customer_field(name: str, sources: Choices) -> forms.Field:
    """The form field for one editable field of a customer."""
    made: dict[str, Any] = {
        "name": lambda: _text(gettext_lazy("Customer's full name"), 200, required=True),
        "short_name": lambda: _text(gettext_lazy("Short name"), 60),
        "kind": lambda: forms.ChoiceField(label=gettext_lazy("Kind"), choices=Customer.Kind.choices),
        "industry": lambda: _text(gettext_lazy("Industry"), 80),
        "region": lambda: _text(gettext_lazy("Customer's region"), 80),
        "country": lambda: _text(gettext_lazy("Country"), 80),
        "city": lambda: _text(gettext_lazy("City"), 80),
        "source_id": lambda: one_of(sources, gettext_lazy("Source")),
        "credit_code": lambda: _text(
            gettext_lazy("Credit code"), 40, help_text=gettext_lazy("18 characters, as on the licence")
        ),
        "website": lambda: _text(gettext_lazy("Web site"), 200),
        "revenue": lambda: AmountField(label=gettext_lazy("Yearly revenue, as stated")),
        "employees": lambda: forms.IntegerField(
            label=gettext_lazy("Employees"), required=False, min_value=0, max_value=2_000_000_000
        ),
        "founded_year": lambda: forms.IntegerField(
            label=gettext_lazy("Founded in"), required=False, min_value=0, max_value=9999
        ),
        "parent_id": lambda: forms.CharField(label=gettext_lazy("Parent company"), max_length=200, required=False),
        "external_id": lambda: _text(gettext_lazy("Number in the other system"), 100),
    }
    field: forms.Field = made[name]()
    return field


FIRST: Final = ("name", "credit_code", "industry", "region")
FURTHER: Final = (
    "short_name", "kind", "country", "city", "source_id", "website", "revenue", "employees", "founded_year",
)  # fmt: skip


def _owner_field(owners: QuerySet[Member], *, nobody: bool) -> PersonField:
    words, find = gettext_lazy("nobody"), address_of("crm:owners")
    return PersonField(owners, find, nobody=words, required=not nobody, label=gettext_lazy("Owner"))


class NewCustomerForm(RuledForm):
    """What a person says of a new customer: few fields first, the rest behind "more"."""

    def __init__(self, *args: Any, sources: Choices, owners: QuerySet[Member], nobody: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in (*FIRST, *FURTHER):
            self.fields[name] = customer_field(name, sources)
        self.fields["owner"] = _owner_field(owners, nobody=nobody)
        self.fields["kind"].initial = Customer.Kind.COMPANY

    def values(self) -> dict[str, Any]:
        """What was said beside name and owner; what was left out is left out."""
        read = self.cleaned_data
        return {name: read[name] for name in (*FIRST, *FURTHER) if name != "name" and read[name] not in ("", None)}


class OneFieldForm(RuledForm):
    """One fact of a customer, edited in its row."""

    def __init__(self, *args: Any, name: str, present: Any, sources: Choices, **kwargs: Any) -> None:
        super().__init__(*args, initial={"value": present}, **kwargs)
        self.name = name
        self.fields["value"] = customer_field(name, sources)
        if name == "parent_id":
            self.fields["value"].widget.attrs |= {"list": "parent-names", "autocomplete": "off"}

    def refuse(self, refusal: Refusal) -> None:
        self.add_error("value" if refusal.field == self.name else None, str(refusal))


class TransferForm(RuledForm):
    """Who is to have a customer."""

    def __init__(self, *args: Any, owners: QuerySet[Member], nobody: bool, present: int | None, **kwargs: Any) -> None:
        super().__init__(*args, initial={"owner": present}, **kwargs)
        self.fields["owner"] = _owner_field(owners, nobody=nobody)


class ContactForm(RuledForm):
    """A person at a customer."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    title = forms.CharField(label=gettext_lazy("Position"), max_length=80, required=False)
    phone = forms.CharField(
        label=gettext_lazy("Phone number"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)
    wechat = forms.CharField(label=gettext_lazy("WeChat"), max_length=60, required=False)


class ProductForm(RuledForm):
    """A product; ``line`` is the name of its line, a new one is created."""

    name = forms.CharField(label=gettext_lazy("Product"), max_length=120)
    code = forms.CharField(label=gettext_lazy("Product number"), max_length=60, required=False)
    line = forms.CharField(
        label=gettext_lazy("Product line"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"list": "line-names", "autocomplete": "off"}),
    )
    price = AmountField(label=gettext_lazy("List price"))
    active = forms.BooleanField(label=gettext_lazy("On sale"), required=False, initial=True)


class MergeForm(RuledForm):
    """Which product another one really is."""

    def __init__(self, *args: Any, targets: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"] = one_of(targets, gettext_lazy("is really"))
        self.fields["into"].required = True
