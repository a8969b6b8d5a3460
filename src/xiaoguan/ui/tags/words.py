"""Helpers that the tag modules share: language, currency, joining of markup, reading of dicts and objects."""

import html
import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.template import Context
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

TONES = frozenset({"", "good", "warn", "bad", "info", "brand", "line"})


def language() -> str:
    return get_language() or settings.LANGUAGE_CODE


def currency_of(context: Context, currency: str | None) -> str:
    """The one named, else the company's."""
    chosen: str = currency or context.get("company_currency") or settings.COMPANY_CURRENCY
    return chosen


def together(parts: Iterable[str]) -> SafeString:
    """Joins pieces; what is not yet markup is escaped."""
    return mark_safe("".join(conditional_escape(part) for part in parts))


def written(text: Any) -> str:
    """What stands in markup: foreign text escaped, markup as it is. For the components that stand in every row, where
    ``format_html`` takes longer than all else."""
    return html.escape(text) if type(text) is str else conditional_escape(text)


def classes(*names: str) -> str:
    return " ".join(name for name in names if name)


def tone_class(tone: str) -> str:
    """A tone is one of a few words: a typing error in a template should be seen at once, not turn grey."""
    if tone not in TONES:
        raise ValueError(f"tone must be one of {', '.join(sorted(TONES - {''}))}, not {tone!r}")
    return tone


def read(item: Any, name: str, default: Any = "") -> Any:
    """item.name or item["name"], `default` where there is none or it is None."""
    value = item.get(name) if isinstance(item, Mapping) else getattr(item, name, None)
    return default if value is None else value


def attribute(name: str, value: object) -> SafeString:
    """name="value" with its leading blank, or nothing for an empty value."""
    if value in (None, "", False):
        return SafeString("")
    return mark_safe(f' {name}="{written(value)}"')


def fresh_id(prefix: str) -> str:
    """An id that no other fragment of the same page has."""
    return f"{prefix}-{secrets.token_hex(4)}"
