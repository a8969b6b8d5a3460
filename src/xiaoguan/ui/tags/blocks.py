"""Blocks with a body: panel, page head, note, empty, events, facts, menu, dialog, fold."""

from collections.abc import Mapping
from datetime import date, datetime
from html import unescape

from django.template import Context, Library
from django.template.loader import render_to_string
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from xiaoguan.ui.panels import part_of_page
from xiaoguan.ui.slots import slot, slotted
from xiaoguan.ui.tags.marks import mark
from xiaoguan.ui.tags.numbers import day, moment
from xiaoguan.ui.tags.words import attribute, classes, fresh_id, tone_class

register = Library()
slot(register, "tools")
slot(register, "footer")
NOTE_ICONS = {
    "": "info-circle",
    "info": "info-circle",
    "warn": "alert-triangle",
    "bad": "alert-circle",
    "brand": "bulb",
    "good": "circle-check",
}


@slotted(register)
def panel(
    content: SafeString,
    slots: Mapping[str, SafeString],
    title: str = "",
    caption: str = "",
    *,
    flush: bool = False,
    tone: str = "",
    id: str = "",
    level: int = 2,
) -> SafeString:
    """One question, one answer. `flush` (no padding) for tables and rows of work; tones well, tinted."""
    heading = format_html("<h{0}>{1}</h{0}>", level, title) if title else SafeString("")
    return format_html(
        '<section class="{}"{}{}>{}<div class="{}">{}</div>{}</section>',
        classes("x-p", tone),
        attribute("id", id),
        attribute("aria-label", title),
        _panel_head(heading, caption, slots.get("tools", "")),
        "flush" if flush else "in",
        content,
        format_html("<footer>{}</footer>", slots["footer"]) if "footer" in slots else "",
    )


def _panel_head(heading: SafeString, caption: str, tools: str) -> SafeString:
    if not (heading or caption or tools):
        return SafeString("")
    return format_html(
        '<header><div class="hd">{}{}</div>{}</header>',
        heading,
        format_html('<span class="cap">{}</span>', caption) if caption else "",
        format_html('<div class="tools">{}</div>', tools) if tools else "",
    )


@register.simple_tag(takes_context=True)
def panel_slot(context: Context, url: str, waiting: str, size: str = "") -> SafeString:
    """A place that another room fills with the fragment at `url`, at once on a whole page. Else it asks by itself and
    says so where the fragment cannot be had. Size: line for one that is a line high (a form to open), so that the page
    does not jump."""
    request = context.get("request")
    part = part_of_page(request, url) if request and url else None
    if part is not None:
        return part
    return render_to_string("ui/parts/panel_slot.html", {"url": url, "waiting": waiting, "size": size})


@register.simple_block_tag(takes_context=True)
def page_head(context: Context, content: SafeString, title: str, caption: str = "") -> SafeString:
    """The page's one h1, a caption, and its actions as body. On a phone the bar above may say it already."""
    return format_html(
        '<div class="x-head"><h1{}>{}</h1>{}{}</div>',
        attribute("class", "in-bar" if _phone_title(context) == str(title) else ""),
        title,
        format_html('<span class="cap">{}</span>', caption) if caption else "",
        format_html('<div class="acts">{}</div>', content) if content.strip() else "",
    )


def _phone_title(context: Context) -> str:
    """The words of the phone's top bar on this page; empty for a fragment, which has no bar."""
    blocks = context.render_context.get(BLOCK_CONTEXT_KEY)
    block = blocks.get_block("phone_title") if blocks else None
    return unescape(block.render(context)).strip() if block else ""


@register.simple_block_tag
def note(content: SafeString, tone: str = "", icon: str = "") -> SafeString:
    """Advice in the flow: what, why, what to do."""
    return format_html(
        '<div class="{}"{}>{}<div>{}</div></div>',
        classes("x-note", tone_class(tone)),
        attribute("role", "alert" if tone == "bad" else ""),
        mark(icon or NOTE_ICONS.get(tone, "info-circle")),
        content,
    )


@register.simple_tag
def empty(
    title: str, text: str = "", action: str = "", url: str = "", *, icon: str = "", small: bool = False
) -> SafeString:
    """What this place is for and the first step. `small` inside a panel."""
    return render_to_string(
        "ui/parts/empty.html",
        {"title": title, "text": text, "action": action, "url": url, "icon": icon, "small": small},
    )


@register.simple_block_tag
def timeline(content: SafeString, label: str = "") -> SafeString:
    """A list of {% event %}s, newest first."""
    return format_html("<ol{}>{}</ol>", attribute("aria-label", label or _("What happened")), content)


@register.simple_block_tag
def event(
    content: SafeString,
    title: str,
    at: datetime | date | None = None,
    icon: str = "point",
    tone: str = "",
    *,
    text: str = "",
    struck: bool = False,
) -> SafeString:
    """One thing that happened: title, moment (or the day where only that is known), quoted `text`, markup as body.
    `struck`: it was reversed."""
    return format_html(
        '<li class="{}"><span class="{}">{}</span><div><div class="h"><span>{}</span>{}</div>{}{}</div></li>',
        classes("x-ev", "struck" if struck else ""),
        classes("x-ic", tone_class(tone)),
        mark(icon),
        title,
        (moment(at) if isinstance(at, datetime) else day(at)) if at else "",
        format_html('<div class="sm">{}</div>', content) if content.strip() else "",
        format_html('<div class="bx">{}</div>', text) if text else "",
    )


@register.simple_block_tag
def dl(content: SafeString) -> SafeString:
    """Facts of a record: {% dl %}{% row "Amount" %}…{% endrow %}{% enddl %}."""
    return format_html('<dl class="x-dl">{}</dl>', content)


@register.simple_block_tag
def row(content: SafeString, label: str) -> SafeString:
    return format_html("<dt>{}</dt><dd>{}</dd>", label, content if content.strip() else SafeString("–"))


@register.simple_block_tag
def menu(content: SafeString, label: str, icon: str = "dots", *, text: str = "") -> SafeString:
    """A button that opens a list of links and buttons; with `text` a labelled button, else an icon."""
    return render_to_string(
        "ui/parts/menu.html",
        {"id": fresh_id("menu"), "content": content, "label": label, "icon": icon, "text": text},
    )


@register.simple_block_tag
def dialog(content: SafeString, id: str, title: str) -> SafeString:
    """A native dialog; any <button data-dialog="id"> opens it, [data-close] and Esc close it."""
    return render_to_string("ui/parts/dialog.html", {"id": id, "title": title, "content": content})


@register.simple_block_tag
def fold(content: SafeString, label: str, open: bool = False, url: str = "") -> SafeString:
    """Hidden until asked for: the fields behind "more". With `url` it is fetched from there when first opened; until
    then the body stands there, a link to the same."""
    fetched = (
        format_html(' hx-get="{}" hx-trigger="toggle once" hx-target="find div" hx-swap="innerHTML"', url)
        if url
        else ""
    )
    return format_html(
        '<details class="x-fold"{}{}><summary>{}{}</summary><div>{}</div></details>',
        SafeString(" open") if open else "",
        fetched,
        mark("chevron-right"),
        label,
        content,
    )
