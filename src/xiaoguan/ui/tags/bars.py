"""Bars drawn as SVG: every length is an attribute, because the page may carry no style of its own."""

from collections.abc import Sequence
from typing import Any

from django.template import Library
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from xiaoguan.ui import format as write
from xiaoguan.ui.tags.words import classes, read, together, written

register = Library()


def _share(value: float) -> str:
    """A length as an SVG percentage; what is outside 0..1 is cut off."""
    return f"{min(1.0, max(0.0, value)) * 100:.2f}%"


@register.simple_tag
def bamboo(
    joints: int,
    done: float | None,
    pace: float | None = None,
    forecast: float | None = None,
    *,
    size: str = "",
    tone: str = "",
    label: str = "",
) -> SafeString:
    """The bamboo bar: `done`, `pace` (where it should be today) and `forecast` are ratios 0..1 of the whole.

    Sizes sm, lg. Tones late, risk. Its words for a screen reader are `label` and the figures.
    """
    filled = float(done or 0)
    stalks = together(
        format_html('<svg class="j"><rect width="{}" height="100%"></rect></svg>', _share(filled * joints - i))
        for i in range(joints)
    )
    return format_html(
        '<div class="{}" role="img" aria-label="{}">{}{}</div>',
        classes("x-bam", size, tone),
        _spoken(label, done, pace),
        stalks,
        _over(filled, pace, forecast),
    )


def _spoken(label: str, done: float | None, pace: float | None) -> str:
    text = write.percent(done)
    if pace is not None:
        text = _("%(done)s, should be %(pace)s today") % {"done": text, "pace": write.percent(pace)}
    return f"{label}: {text}" if label else text


def _over(done: float, pace: float | None, forecast: float | None) -> SafeString:
    marks = []
    if forecast is not None and forecast > done:
        line = '<line class="forecast" x1="{}" x2="{}" y1="50%" y2="50%"></line>'
        marks.append(format_html(line, _share(done), _share(forecast)))
    if pace is not None:
        tick = '<rect class="pace" x="{}" width="2" height="100%" rx="1" transform="translate(-1 0)"></rect>'
        marks.append(format_html(tick, _share(float(pace))))
    if not marks:
        return SafeString("")
    return format_html('<svg class="over" aria-hidden="true">{}</svg>', together(marks))


@register.simple_tag
def bar_cell(value: float | None, max: float | None, tone: str = "") -> SafeString:
    """A bar for a table cell, as a share of `max`. Decoration: the figure itself stands in its own cell."""
    share = float(value) / float(max) if value and max else 0.0
    return mark_safe(
        f'<svg class="{written(classes("x-cellbar", tone))}" aria-hidden="true">'
        '<rect class="track" width="100%" height="100%" rx="2"></rect>'
        f'<rect class="fill" width="{_share(share)}" height="100%" rx="2"></rect></svg>'
    )


@register.simple_tag
def parts_bar(items: Sequence[Any]) -> SafeString:
    """Parts of one whole side by side; items have label, value and tone (c1, c5, rest, warn, bad)."""
    total = sum(float(read(item, "value", 0)) for item in items)
    rects, start = [], 0.0
    for item in items:
        share = float(read(item, "value", 0)) / total if total else 0.0
        rects.append(
            format_html(
                '<rect class="{}" x="{}" width="{}" height="100%"></rect>',
                read(item, "tone", "c1"),
                _share(start),
                _share(share),
            )
        )
        start += share
    spoken = "; ".join(f"{read(item, 'label')}: {write.number(read(item, 'value', 0))}" for item in items)
    return format_html('<svg class="x-parts" role="img" aria-label="{}">{}</svg>', spoken, together(rects))


@register.simple_tag
def progress(done: int, total: int | None, label: str = "") -> SafeString:
    """How far a long work is, with its count; without a total it only shows that it is under way."""
    if total is None:
        return format_html('<div class="x-prog"><progress aria-label="{}"></progress></div>', label)
    counted = _("%(done)s of %(total)s") % {"done": write.number(done), "total": write.number(total)}
    return format_html(
        '<div class="x-prog"><div class="row-c cap"><span>{}</span><span class="sp"></span>'
        '<span class="num">{}</span></div>'
        '<progress max="{}" value="{}" aria-label="{}"></progress></div>',
        label,
        counted,
        max(total, 1),
        done,
        label or counted,
    )
