"""A measure's figure with its definition, and charts with the table behind them."""

from dataclasses import asdict
from typing import Any

from django.template import Context, Library
from django.template.loader import render_to_string
from django.utils.html import json_script
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from xiaoguan.ui import format as write
from xiaoguan.ui.drawing import drawn
from xiaoguan.ui.parts import Chart
from xiaoguan.ui.tags.numbers import parts_of
from xiaoguan.ui.tags.words import classes, currency_of, fresh_id, read, tone_class

register = Library()
DRAWN = ("kind", "labels", "series", "unit", "decimals", "links", "cut", "stacked")


@register.simple_tag
def definition_pop(definition: Any, label: str = "") -> SafeString:
    """A measure's words, underlined with dots; pressed or rested upon they open what it means."""
    rows = [
        (_("Formula"), read(definition, "formula")),
        (_("Period"), read(definition, "period")),
        (_("Scope"), read(definition, "scope")),
        (_("As of"), read(definition, "as_of")),
    ]
    name = label or read(definition, "label")
    return drawn(
        "ui/definition.html",
        {
            "id": fresh_id("def"),
            "label": name,
            "text": read(definition, "text"),
            "rows": [(title, text) for title, text in rows if text],
            "url": read(definition, "url"),
        },
    )


@register.simple_tag(takes_context=True)
def figure(
    context: Context,
    label: str,
    value: Any,
    kind: str = "number",
    *,
    href: str = "",
    definition: Any = None,
    caption: str = "",
    style: write.MoneyStyle = "compact",
    currency: str | None = None,
    size: str = "",
    tone: str = "",
    change: Any = None,
    change_kind: str = "",
    change_caption: str = "",
    better: str = "",
) -> SafeString:
    """label (opens its definition), value (a link to what is behind it), caption, change. Sizes m, xl."""
    return drawn(
        "ui/figure.html",
        {
            "label": label,
            "definition": definition,
            "parts": parts_of(kind, value, style, currency_of(context, currency)),
            "href": href,
            "value": value,
            "class": classes("fig", size, tone_class(tone)),
            "caption": caption,
            "change": change,
            "change_kind": change_kind or ("points" if kind == "percent" else kind),
            "change_caption": change_caption,
            "better": better,
            "style": style,
            "company_currency": currency_of(context, currency),
        },
    )


@register.simple_tag
def chart(id: str, spec: Chart, level: int = 2) -> SafeString:
    """A panel with a chart (drawn by charts.js), its table and downloads. The title is a question."""
    return render_to_string(
        "ui/parts/chart.html",
        {
            "id": id,
            "spec": spec,
            "level": level,
            "caption": _caption(spec),
            "data": json_script(_plain(spec), f"{id}-data"),
            "heads": [series.name for series in spec.series],
            "rows": _rows(spec),
            "empty": not any(value is not None for series in spec.series for value in series.values),
        },
    )


def _plain(spec: Chart) -> dict[str, Any]:
    """The spec as JSON, with the step kinds inside the series, where the drawing reads them."""
    plain = asdict(spec)
    for series in plain["series"]:
        series["values"] = [None if value is None else float(value) for value in series["values"]]
        series["tones"] = list(spec.steps)
    return {name: plain[name] for name in DRAWN}


def _caption(spec: Chart) -> str:
    cut = "" if spec.cut is None else _("axis from %(start)s") % {"start": write.number(spec.cut)}
    return " · ".join(part for part in (spec.caption, spec.unit, cut) if part)


def _rows(spec: Chart) -> list[dict[str, Any]]:
    return [
        {
            "label": label,
            "url": spec.links[i] if i < len(spec.links) else "",
            "cells": [_cell(spec, series.values[i], i) for series in spec.series],
        }
        for i, label in enumerate(spec.labels)
    ]


def _cell(spec: Chart, value: float | None, i: int) -> dict[str, Any]:
    """`raw` goes into the CSV, `shown` onto the page."""
    signed = bool(spec.steps) and spec.steps[i] != "total"
    return {"raw": "" if value is None else value, "shown": write.number(value, spec.decimals, plus=signed)}
