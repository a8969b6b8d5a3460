"""Choosing and moving: segments, tabs, chips, table heads, paging, steps, stage path."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.template import Library
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from xiaoguan.ui import format as write
from xiaoguan.ui.tags.marks import mark
from xiaoguan.ui.tags.words import attribute, classes, read, together, tone_class

register = Library()
SORTED = {"asc": ("ascending", "arrow-up"), "desc": ("descending", "arrow-down")}


@register.simple_tag
def seg(items: Iterable[Any], label: str = "") -> SafeString:
    """2–4 exclusive modes as links; items have label, url, active, icon, count (parts.Choice)."""
    links = together(_choice(item, "true", "b") for item in items)
    return format_html('<div class="x-seg" role="group"{}>{}</div>', attribute("aria-label", label), links)


@register.simple_tag
def tabs(items: Iterable[Any], label: str = "") -> SafeString:
    """Tabs of a record as links, with counts; items as for seg."""
    links = together(_choice(item, "page", "small") for item in items)
    return format_html('<nav class="x-tabs"{}>{}</nav>', attribute("aria-label", label), links)


def _choice(item: Any, current: str, counted: str) -> SafeString:
    count = read(item, "count", None)
    number: str = ""
    if count is not None:
        number = format_html('<{0} class="num">{1}</{0}>', SafeString(counted), write.number(count))
    active = bool(read(item, "active", False))
    return format_html(
        '<a href="{}"{}>{}<span>{}</span>{}</a>',
        read(item, "url"),
        format_html(' class="on" aria-current="{}"', current) if active else "",
        mark(read(item, "icon")),
        read(item, "label"),
        number,
    )


@register.simple_tag
def chip(name: str, value: str, remove_url: str = "", *, operator: str = "", url: str = "") -> SafeString:
    """A filter that is on: field, operator, value; × leads to the list without it."""
    element = SafeString("a") if url else SafeString("span")
    cross: str = ""
    if remove_url:
        spoken = _("Remove filter: %s") % name
        cross = format_html('<a href="{}" aria-label="{}">{}</a>', remove_url, spoken, mark("x"))
    return format_html(
        '<span class="x-chip"><{0}{1}><span class="k">{2}{3}</span><span class="v cut">{4}</span></{0}>{5}</span>',
        element,
        attribute("href", url),
        name,
        f" {operator}" if operator else "",
        value,
        cross,
    )


@register.simple_tag
def th(label: str, url: str = "", sort: str = "", *, right: bool = False, hint: str = "") -> SafeString:
    """A column's head; with `url` it sorts, `sort` ("asc" or "desc") says that the list is sorted by it."""
    order, arrow = SORTED.get(sort, ("", ""))
    inside = format_html('<a href="{}">{}{}</a>', url, label, mark(arrow)) if url else label
    return format_html(
        '<th scope="col"{}{}{}>{}</th>',
        SafeString(' class="r"') if right else "",
        attribute("aria-sort", order),
        attribute("title", hint),
        inside,
    )


@register.simple_tag
def pager(next_url: str = "", count: int | None = None, first_url: str = "", *, more: bool = False) -> SafeString:
    """Under a list: how many, back to the first page, the next one (keyset: there are no page numbers).

    `more` says that `count` is where counting stopped: "10,000+".
    """
    counted = "" if count is None else write.number(count) + ("+" if more else "")
    return render_to_string("ui/parts/pager.html", {"next_url": next_url, "first_url": first_url, "count": counted})


@register.simple_tag
def steps(labels: Sequence[str], current: int) -> SafeString:
    """A wizard's steps; `current` counts from 1."""
    items = together(_step(label, i, current) for i, label in enumerate(labels, start=1))
    return format_html('<ol class="x-steps" aria-label="{}">{}</ol>', _("Steps"), items)


def _step(label: str, i: int, current: int) -> SafeString:
    state = "done" if i < current else "now" if i == current else ""
    return format_html(
        "<li{}{}>{}<span>{} {}</span></li>",
        attribute("class", state),
        attribute("aria-current", "step" if i == current else ""),
        mark("check") if i < current else "",
        i,
        label,
    )


@register.simple_tag
def stage_path(items: Sequence[Any], label: str = "") -> SafeString:
    """A deal's way; items have label, note, state ("done", "now", "lost" or "") and warn (parts.Stage)."""
    current = next((item for item in items if read(item, "state") in ("now", "lost")), None)
    line = "" if current is None else _path_line(items, current)
    joints = together(_joint(item) for item in items)
    return format_html('{}<ol class="x-path" aria-label="{}">{}</ol>', line, label or _("Stages"), joints)


def _path_line(items: Sequence[Any], current: Any) -> SafeString:
    """On a phone the joints have no words: one line says where the deal stands."""
    place = _("stage %(at)s of %(all)s") % {"at": list(items).index(current) + 1, "all": len(items)}
    return format_html(
        '<div class="x-pathline" aria-hidden="true"><b class="{}">{}</b><span class="cap">{}{}</span></div>',
        "bad" if read(current, "state") == "lost" else "brand",
        read(current, "label"),
        place,
        format_html(" · {}", read(current, "note")) if read(current, "note") else "",
    )


def _joint(item: Any) -> SafeString:
    state = read(item, "state")
    return format_html(
        "<li{}{}><b>{}</b><span{}>{}</span></li>",
        attribute("class", state),
        attribute("aria-current", "step" if state in ("now", "lost") else ""),
        read(item, "label"),
        SafeString(' class="warn"') if read(item, "warn", False) else "",
        read(item, "note"),
    )


@register.simple_tag
def list_icon(name: str, tone: str = "") -> SafeString:
    """The coloured square before a row of work."""
    return format_html('<span class="{}">{}</span>', classes("x-ic", tone_class(tone)), mark(name))
