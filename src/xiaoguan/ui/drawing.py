"""Draw a Jinja template (``ui.rows``) as a part of a page."""

from collections.abc import Mapping
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe


def drawn(template: str, known: Mapping[str, Any]) -> SafeString:
    """The template with what it is given, no more. Its environment escapes, so what comes back is markup."""
    return mark_safe(render_to_string(template, dict(known), using="rows"))
