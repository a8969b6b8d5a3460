"""Icons, tags, marks of people and companies."""

from django.template import Library
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from xiaoguan.ui.names import company_mark as company_letters
from xiaoguan.ui.names import hue, person_mark
from xiaoguan.ui.tags.words import attribute, classes, tone_class

register = Library()
SPRITE = "ui/dist/icons.svg"


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of the sprite; decoration unless it has a label."""
    if not name:
        return SafeString("")
    meaning = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html('<svg class="ti" {}><use href="{}#{}"></use></svg>', meaning, static(SPRITE), name)


@register.simple_tag
def tag(text: object, tone: str = "", icon: str = "") -> SafeString:
    """A state in words."""
    return format_html(
        '<span class="{}">{}<span class="cut">{}</span></span>',
        classes("x-tag", tone_class(tone)),
        mark(icon),
        text,
    )


def mark(name: str) -> SafeString:
    """The icon, or nothing for an empty name."""
    result: SafeString = icon(name)
    return result


@register.simple_tag
def avatar(name: str, id: object = None, size: str = "", *, named: bool = False, url: str = "") -> SafeString:
    """A person's round mark; with `named` the name beside it, with `url` as a link. Sizes s, m, l."""
    round_mark = format_html(
        '<span class="{}" aria-hidden="true">{}</span>',
        classes("x-av", size, hue(name if id is None else id)),
        person_mark(name),
    )
    return _beside(round_mark, name, named, url)


@register.simple_tag
def company_mark(
    name: str, id: object = None, size: str = "", *, named: bool | str = False, short: str = "", url: str = ""
) -> SafeString:
    """A company's square mark, made of its short name where it has one; coloured when it has an id. With `named` the
    name beside it, with `named="short"` the short one, the full one in the title. Size l."""
    square = format_html(
        '<span class="{}" aria-hidden="true">{}</span>',
        classes("x-co", size, "" if id is None else hue(id)),
        company_letters(short or name),
    )
    if named == "short" and short:
        return _beside(square, short, True, url, title=name)
    return _beside(square, name, bool(named), url)


def _beside(shape: SafeString, name: str, named: bool, url: str, title: str = "") -> SafeString:
    if not named:
        return format_html('{}<span class="sr">{}</span>', shape, name)
    element = SafeString("a") if url else SafeString("span")
    return format_html(
        '<{} class="x-who"{}{}>{}<span class="cut">{}</span></{}>',
        element,
        attribute("href", url),
        attribute("title", title),
        shape,
        name,
        element,
    )
