"""Amounts, counts, shares and days, each as a tag and as a filter."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.template import Context, Library
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import pgettext

from xiaoguan.ui import format as write
from xiaoguan.ui.tags.words import classes, currency_of, language, written

register = Library()
# Between a change and what it is compared with: "▼ 23 万，较上周一", "▼ ¥230k since last Monday".
PAUSE = {True: "，", False: " "}


@register.simple_tag(takes_context=True)
def money(
    context: Context,
    value: Decimal | None,
    style: write.MoneyStyle = "exact",
    currency: str | None = None,
    *,
    bare: bool = False,
    plus: bool = False,
) -> SafeString:
    """exact ¥800,000.00, whole ¥800,000, wan 186.0 万, compact 1.02 亿; `bare` leaves out symbol and unit."""
    chosen = currency_of(context, currency)
    parts = write.money_parts(value, style, currency=chosen, language=language(), plus=plus)
    if bare:
        sign = parts.lead[:1] if parts.lead[:1] in (write.MINUS, "+") else ""
        parts = write.Parts(sign, parts.digits, "")
    return mark_safe(f'<span class="num nowrap">{written(str(parts))}</span>')


@register.simple_tag(takes_context=True)
def money_unit(context: Context, style: write.MoneyStyle = "wan", currency: str | None = None) -> str:
    """What the head of an amount column says once: 万元, ¥k."""
    return write.money_unit(style, currency=currency_of(context, currency), language=language())


@register.simple_tag
def number(value: Decimal | int | None, places: int | None = None, plus: bool = False) -> str:
    return write.number(value, places, plus=plus)


@register.simple_tag
def exact(value: Decimal | int | str | None) -> SafeString:
    """The exact value as an attribute of the link that opens it: what is written may be rounded. Words have none."""
    return mark_safe(f' data-value="{Decimal(value):f}"') if isinstance(value, Decimal | int) else SafeString("")


@register.simple_tag
def percent(ratio: Decimal | float | None, plus: bool = False) -> str:
    """A ratio 0..1 with one decimal."""
    return write.percent(ratio, plus=plus)


@register.simple_tag
def day(value: date | None, style: write.DayStyle = "short") -> SafeString:
    """A day as <time>; short, long (with the year) or narrow."""
    if value is None:
        return SafeString(write.NONE)
    if isinstance(value, datetime):
        value = timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    shown = written(write.day(value, style, language=language()))
    return mark_safe(f'<time class="num nowrap" datetime="{value.isoformat()}">{shown}</time>')


def written_day(value: date | None, style: write.DayStyle = "short") -> str:
    """A day in words alone."""
    return write.day(value, style, language=language())


@register.simple_tag
def moment(value: datetime | None, now: datetime | None = None) -> SafeString:
    """A moment as <time>: relative for 24 hours, then day and time; the exact moment on hover."""
    if value is None:
        return SafeString(write.NONE)
    local = timezone.localtime(value)
    shown = write.moment(local, timezone.localtime(now), language=language())
    exact = f"{local:%Y-%m-%d %H:%M}"
    return mark_safe(f'<time datetime="{local.isoformat()}" title="{exact}">{written(shown)}</time>')


def parts_of(kind: str, value: Any, style: write.MoneyStyle, currency: str) -> write.Parts:
    """A measure's value by its kind: money, percent (a ratio), points, number, days, text (as it is)."""
    if value is None:
        return write.Parts("", write.NONE, "")
    if kind == "money":
        return write.money_parts(value, style, currency=currency, language=language())
    if kind == "percent":
        return write.Parts("", write.percent(value).removesuffix("%"), "%")
    if kind in ("points", "days"):
        text = write.points(value, language()) if kind == "points" else write.days(value, language())
        digits, _, unit = text.partition(" ")
        return write.Parts("", digits, unit)
    return write.Parts("", write.number(value) if kind == "number" else str(value), "")


@register.simple_tag(takes_context=True)
def delta(
    context: Context,
    value: Decimal | None,
    kind: str = "number",
    better: str = "",
    caption: str = "",
    *,
    style: write.MoneyStyle = "compact",
    currency: str | None = None,
) -> SafeString:
    """A change as ▲ or ▼ with its size. Good or warn only where `better` ("up", "down") says so."""
    if value is None:
        return SafeString("")
    sign, spoken = _direction(value)
    tone = "" if not better or value == 0 else "good" if (value > 0) == (better == "up") else "warn"
    size = parts_of(kind, abs(value), style, currency_of(context, currency))
    return format_html(
        '<span class="{}"><span aria-hidden="true">{}</span><span class="sr">{} </span>{}{}</span>',
        classes("delta", tone),
        sign,
        spoken,
        str(size),
        format_html("{}{}", PAUSE[write.is_chinese(language())], caption) if caption else "",
    )


def _direction(value: Decimal) -> tuple[str, str]:
    """What the eye sees and what is read aloud."""
    if value == 0:
        return "", pgettext("change", "no change")
    return ("▲ ", pgettext("change", "up")) if value > 0 else ("▼ ", pgettext("change", "down"))


register.filter("up_to", write.up_to)
register.filter("number", lambda value: write.number(value))
register.filter("percent", lambda value: write.percent(value))
register.filter("day", written_day)
