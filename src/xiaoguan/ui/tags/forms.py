"""A form's field in one piece, and what the whole form has to say."""

from typing import Any

from django import forms
from django.forms import BoundField
from django.forms.forms import BaseForm
from django.template import Library
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from xiaoguan.ui.drawing import drawn

register = Library()
CHECKS = (forms.CheckboxInput, forms.CheckboxSelectMultiple, forms.RadioSelect)


def _dressed(widget: forms.Widget) -> str:
    """The class that makes a widget look like ours."""
    if isinstance(widget, CHECKS):
        return "form-check-input"
    return "form-select" if isinstance(widget, forms.Select) else "form-control"


@register.simple_tag
def field(bound: BoundField, wide: bool = False, label: str = "", **attrs: Any) -> SafeString:
    """Label, control, help and error beside it. Further arguments become attributes (a _ is written as -)."""
    widget = bound.field.widget
    given = {name.replace("_", "-"): value for name, value in attrs.items()}
    given["class"] = " ".join(filter(None, (widget.attrs.get("class"), given.get("class"), _dressed(widget))))
    if bound.is_hidden:
        return SafeString(bound.as_hidden())
    return drawn(
        "ui/field.html",
        {
            "field": bound,
            "control": bound.as_widget(attrs=given),
            "label": label or bound.label,
            "single": isinstance(widget, forms.CheckboxInput),
            "group": isinstance(widget, (forms.CheckboxSelectMultiple, forms.RadioSelect)),
            "wide": wide,
            "optional": not bound.field.required and not isinstance(widget, CHECKS),
        },
    )


@register.simple_tag
def form_errors(form: BaseForm) -> SafeString:
    """What is wrong with the form as a whole, above its first field."""
    return render_to_string("ui/parts/form_errors.html", {"errors": form.non_field_errors()})
