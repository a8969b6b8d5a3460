"""Stages of the pipeline and reasons for losing."""

from django import forms
from django.utils.translation import gettext_lazy as _

from xiaoguan.deals.forms.common import DealForm


class StageForm(DealForm):
    name = forms.CharField(max_length=80, label=_("Name"))
    name_en = forms.CharField(max_length=80, required=False, label=_("English name"))
    buyer_words = forms.CharField(max_length=120, required=False, label=_("What the buyer agreed"))
    buyer_words_en = forms.CharField(max_length=120, required=False, label=_("What the buyer agreed, in English"))
    probability = forms.IntegerField(
        min_value=0,
        max_value=100,
        required=False,
        label=_("Win probability, percent"),
        help_text=_("Of ten deals that stand here, how many are won in the end? Empty means not known."),
    )


class ReasonForm(DealForm):
    name = forms.CharField(max_length=80, label=_("Name"))
    name_en = forms.CharField(max_length=80, required=False, label=_("English name"))
