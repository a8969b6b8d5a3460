"""Forms of the import: the upload, the options of a file, which column is which field."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xiaoguan.lib.refusal import Refusal
from xiaoguan.org.company import company
from xiaoguan.services.transfer.contract import Importable, Options, Tax
from xiaoguan.services.transfer.models import ImportRun
from xiaoguan.services.transfer.queries.draft import currencies
from xiaoguan.services.transfer.stored import options_of
from xiaoguan.services.transfer.uploads import MOST_BYTES

_TAX: Final = (
    (Tax.UNKNOWN, gettext_lazy("not known")),
    (Tax.INCLUDED, gettext_lazy("included")),
    (Tax.EXCLUDED, gettext_lazy("not included")),
)
_MEGABYTE = 1024 * 1024


class UploadForm(forms.Form):
    """What kind of records, and the file."""

    kind = forms.ChoiceField(label=gettext_lazy("What does the file hold?"), widget=forms.RadioSelect)
    file = forms.FileField(
        label=gettext_lazy("File"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
        error_messages={"required": gettext_lazy("Choose the file first.")},
    )

    def __init__(self, *args: Any, kinds: Sequence[tuple[str, object]], **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["file"].help_text = _("CSV, TSV or XLSX, at most %(limit)d MB.") % {
            "limit": MOST_BYTES // _MEGABYTE
        }

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise ValidationError(
                _(
                    "The file has %(size)d MB; at most %(limit)d MB can be uploaded here. Split it, "
                    "or have it imported on the console, which takes larger ones."
                )
                % {"size": (file.size or 0) // _MEGABYTE, "limit": MOST_BYTES // _MEGABYTE}
            )
        return file

    def refuse(self, refusal: Refusal) -> None:
        """Show why the file will not do, beside it."""
        self.add_error("file", str(refusal))


class SheetForm(forms.Form):
    """Which sheet of a workbook is meant."""

    sheet = forms.ChoiceField(label=gettext_lazy("Sheet"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, sheets: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.fields["sheet"].choices = [(name, name) for name in sheets]  # type: ignore[attr-defined]  # a ChoiceField


class OptionsForm(forms.Form):
    """What the person says about the whole file; only what the kind heeds is asked."""

    currency = forms.ChoiceField(label=gettext_lazy("Currency of the amounts"))
    tax = forms.ChoiceField(label=gettext_lazy("Tax in the amounts"), choices=_TAX)
    snapshot_day = forms.DateField(
        label=gettext_lazy("Rows without a date enter on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "max": "2199-12-31"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Empty: the last day in the file."),
    )
    keep_empty = forms.BooleanField(label=gettext_lazy("Empty cells do not clear existing values"), required=False)

    def __init__(self, data: Any, *, run: ImportRun, asked: Sequence[str]) -> None:
        options = options_of(run.options)
        initial = {
            "currency": options.currency or company().currency,
            "tax": options.tax,
            "snapshot_day": options.snapshot_day,
            "keep_empty": not options.clear_empty,
        }
        super().__init__(data, initial=initial, label_suffix="")
        self._before = options
        for name in set(self.fields) - set(asked):
            del self.fields[name]
        if "currency" in self.fields:
            self.fields["currency"].choices = [(c, c) for c in currencies()]  # type: ignore[attr-defined]  # a ChoiceField

    def clean_snapshot_day(self) -> date | None:
        day: date | None = self.cleaned_data["snapshot_day"]
        if day and not 1990 <= day.year <= 2199:
            raise ValidationError(_("Choose a day between 1990 and 2199."))
        return day

    def options(self) -> Options:
        """What was said; the company's own currency counts as said only where it was before."""
        said = self.cleaned_data
        currency = said.get("currency") or None
        if self._before.currency is None and currency == company().currency:
            currency = None
        return Options(
            currency=currency,
            tax=Tax(said.get("tax") or Tax.UNKNOWN),
            snapshot_day=said.get("snapshot_day"),
            clear_empty="keep_empty" in self.fields and not said.get("keep_empty"),
        )


def chosen_headers(posted: Mapping[str, Any], run: ImportRun, what: Importable) -> dict[str, str]:
    """Field → header from the selects ``column-0``, ``column-1`` …. Refusal where two columns go to one field."""
    labels = {column.field: column.label for column in what.columns}
    chosen: dict[str, str] = {}
    for index, header in enumerate(run.headers):
        field = posted.get(f"column-{index}", "")
        if field not in labels:
            continue
        if field in chosen:
            raise Refusal(
                _("Columns “%(one)s” and “%(two)s” both go to “%(field)s”. Choose one of them, nothing was changed.")
                % {"one": chosen[field], "two": header, "field": labels[field]},
                field=field,
                code="twice",
            )
        chosen[field] = header
    return chosen
