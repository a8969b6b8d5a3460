"""Invented values for the living style page: each component plain, long, empty and crowded."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.dates import MONTHS_3
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xiaoguan.ui.parts import Chart, Choice, Definition, Series, Stage

TODAY = date(2026, 11, 23)


class SampleForm(forms.Form):
    """Every kind of input once."""

    name = forms.CharField(label=gettext_lazy("Name of the deal"), max_length=80)
    amount = forms.DecimalField(
        label=gettext_lazy("Amount"),
        min_value=0,
        help_text=gettext_lazy("Leave empty while it is not known."),
    )
    closes_on = forms.DateField(
        label=gettext_lazy("Expected close"), widget=forms.DateInput(attrs={"type": "date"}), required=False
    )
    stage = forms.ChoiceField(
        label=gettext_lazy("Stage"),
        choices=[("1", gettext_lazy("Negotiation")), ("2", gettext_lazy("Contract"))],
    )
    source = forms.ChoiceField(
        label=gettext_lazy("Source"),
        choices=[("1", gettext_lazy("Referral")), ("2", gettext_lazy("Trade fair"))],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label=gettext_lazy("Note"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    file = forms.FileField(label=gettext_lazy("File"), required=False)
    urgent = forms.BooleanField(label=gettext_lazy("Remind me a day before"), required=False)

    def clean(self) -> dict[str, Any]:
        raise forms.ValidationError(_("The deal was not saved: two fields need your eye."))


def samples() -> dict[str, Any]:
    """The template context of the style page."""
    at = datetime(2026, 11, 23, 10, 30, tzinfo=get_current_timezone())
    return {
        "now": at,
        "minutes_ago": at - timedelta(minutes=8),
        "days_ago": at - timedelta(days=3, hours=1),
        "years_ago": at - timedelta(days=400),
        "today": TODAY,
        "amounts": [Decimal(text) for text in ("800000", "98700000", "102000000", "-155000.5", "0", "8600")],
        "ratio": Decimal("0.5478"),
        "measure": _definition(),
        "people": _people(),
        "long_name": _long_name(),
        "form": SampleForm(),
        "bad_form": SampleForm({"name": _("Vision inspection line"), "amount": "-5", "stage": "9"}, auto_id="bad_%s"),
        "dialog_form": SampleForm(auto_id="dialog_%s"),
        "modes": [
            Choice(label=_("Month"), url="?"),
            Choice(label=_("Quarter"), url="?", active=True),
            Choice(label=_("Year"), url="?"),
        ],
        "record_tabs": _tabs(),
        "stages": _stages(),
        "lost_stages": [*_stages()[:2], Stage(label=_("Lost"), note=_("price"), state="lost")],
        "wizard": [_("Upload"), _("Columns and checks"), _("Import"), _("Result and undo")],
        "parts": [
            {"label": _("new"), "value": 2104, "tone": "c1"},
            {"label": _("changed"), "value": 347, "tone": "c5"},
            {"label": _("possible duplicates"), "value": 23, "tone": "warn"},
            {"label": _("with errors"), "value": 12, "tone": "bad"},
        ],
        **_charts(),
    }


def _long_name() -> str:
    return _("Ningbo Haiming Auto Parts Co., Ltd. second plant, logistics and after-sales service branch office")


def _definition() -> Definition:
    return Definition(
        label=_("Signed this quarter"),
        text=_("Amounts of deals won in the period, net of reversals."),
        formula=_("sum of the account “won”"),
        period="2026-10-01 – 2026-12-31",
        scope=_("East China Team 1"),
        as_of="2026-11-23 10:30",
        url="#figures",
    )


def _people() -> list[dict[str, Any]]:
    rows = [
        (1, _("Lin Xiaowen"), "109.6", "200", "", ""),
        (2, _("Zhou Ziang"), "142.4", "220", "good", _("11.5 pts ahead")),
        (3, _("Wang Haoran"), "61.5", "200", "bad", _("Coverage only 1.3 ×")),
        (4, _("Liu Yiming"), "70.3", "180", "warn", _("4 deals resting")),
    ]
    return [
        {
            "id": id,
            "name": name,
            "done": Decimal(done) * 10_000,
            "goal": Decimal(goal) * 10_000,
            "ratio": Decimal(done) / Decimal(goal),
            "tone": tone,
            "pace": {"bad": "risk", "warn": "late"}.get(tone, ""),
            "flag": flag,
        }
        for id, name, done, goal, tone, flag in rows
    ]


def _tabs() -> list[Choice]:
    names = [
        (_("All"), None),
        (_("Activities"), 18),
        (_("Tasks"), 3),
        (_("Contacts"), 4),
        (_("Changes"), 1204),
    ]
    return [Choice(label=name, url="?", active=i == 0, count=count) for i, (name, count) in enumerate(names)]


def _stages() -> list[Stage]:
    return [
        Stage(label=_("Need confirmed"), note=_("8 Sep · 11 days"), state="done"),
        Stage(label=_("Negotiation"), note=_("13 Oct · 37 days, median 12"), state="done", warn=True),
        Stage(label=_("Contract"), note=_("since 19 Nov · 4 days"), state="now"),
        Stage(label=_("Won")),
    ]


def _charts() -> dict[str, Chart]:
    moved = Series(name=_("Open pipeline"), values=[1198, 96, 38, 62, -98, -21, -86, -155, 1034])
    months = [str(name).title() for name in MONTHS_3.values()]
    won = (82, 95, 71, 120, 133, 98, 150, 141, 166, 159, 92, None)
    team = Series(name=_("Team 1"), values=[32, 41, 30, 52, 61, 44, 70, 66, 81, 77, 48, None])
    goal = Series(name=_("Goal"), values=[70] * 12, tone="target")
    return {
        "moved": Chart(
            kind="waterfall",
            title=_("Why did the pipeline shrink by ¥1.64M this week?"),
            caption=_("Open pipeline, East China Team 1"),
            unit=_("¥10k"),
            head=_("Step"),
            cut=900,
            labels=[
                _("last Monday"),
                _("new"),
                _("raised"),
                _("pulled in"),
                _("slipped"),
                _("cut"),
                _("lost"),
                _("won"),
                _("today"),
            ],
            series=[moved],
            steps=["total", "up", "up", "up", "down", "down", "down", "won", "total"],
        ),
        "by_month": Chart(
            kind="bars",
            title=_("How much was won each month?"),
            caption=_("Won amount, all regions, 2026"),
            unit=_("¥10k"),
            head=_("Month"),
            labels=months,
            links=[f"?month={month}" for month in range(1, 13)],
            series=[Series(name=_("Won amount"), values=won)],
        ),
        "by_team": Chart(
            kind="lines",
            title=_("Does the team keep to its goal?"),
            caption=_("Won amount"),
            unit=_("¥10k"),
            head=_("Month"),
            labels=months,
            series=[team, goal],
        ),
        "nothing": Chart(
            kind="bars",
            title=_("What was won next year?"),
            labels=months,
            series=[Series(name=_("Won amount"), values=[None] * 12)],
        ),
    }
