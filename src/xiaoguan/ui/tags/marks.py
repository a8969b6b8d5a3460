"""Icons, tags, marks of people and companies."""

from functools import lru_cache

from django.template import Library
from django.templatetags.static import static
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from xiaoguan.ui.names import company_mark as company_letters
from xiaoguan.ui.names import hue, person_mark
from xiaoguan.ui.tags.words import attribute, classes, tone_class, written

register = Library()
SPRITE = "ui/dist/icons.svg"


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of the sprite; decoration unless it has a label."""
    if not label:
        return _decoration(str(name)) if name else SafeString("")
    return mark_safe(f'<svg class="ti" role="img" aria-label="{written(label)}">{_use(str(name))}</svg>')


@lru_cache(maxsize=1_000)
def _decoration(name: str) -> SafeString:
    return mark_safe(f'<svg class="ti" aria-hidden="true">{_use(name)}</svg>')


def _use(name: str) -> str:
    return f'<use href="{written(static(SPRITE))}#{escape(name)}"></use>'


@register.simple_tag
def tag(text: object, tone: str = "", icon: str = "") -> SafeString:
    """A state in words."""
    shape = written(classes("x-tag", tone_class(tone)))
    return mark_safe(f'<span class="{shape}">{mark(icon)}<span class="cut">{written(text)}</span></span>')


def mark(name: str) -> SafeString:
    """The icon, or nothing for an empty name."""
    result: SafeString = icon(name)
    return result


@register.simple_tag
def avatar(name: str, id: object = None, size: str = "", *, named: bool = False, url: str = "") -> SafeString:
    """A person's round mark; with `named` the name beside it, with `url` as a link. Sizes s, m, l."""
    shape = written(classes("x-av", size, hue(name if id is None else id)))
    round_mark = f'<span class="{shape}" aria-hidden="true">{written(person_mark(name))}</span>'
    return _beside(round_mark, name, named, url)


@register.simple_tag
def company_mark(
    name: str, id: object = None, size: str = "", *, named: bool | str = False, short: str = "", url: str = ""
) -> SafeString:
    """A company's square mark, made of its short name where it has one; coloured when it has an id. With `named` the
    name beside it, with `named="short"` the short one, the full one in the title. Size l."""
    shape = written(classes("x-co", size, "" if id is None else hue(id)))
    square = f'<span class="{shape}" aria-hidden="true">{written(company_letters(short or name))}</span>'
    if named == "short" and short:
        return _beside(square, short, True, url, title=name)
    return _beside(square, name, bool(named), url)


def _beside(shape: str, name: str, named: bool, url: str, title: str = "") -> SafeString:
    """`shape` is markup."""
    if not named:
        return mark_safe(f'{shape}<span class="sr">{written(name)}</span>')
    element = "a" if url else "span"
    meaning = attribute("href", url) + attribute("title", title)
    return mark_safe(f'<{element} class="x-who"{meaning}>{shape}<span class="cut">{written(name)}</span></{element}>')
