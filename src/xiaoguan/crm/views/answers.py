"""How these pages answer: a whole page, a fragment where htmx asks for one, or the way elsewhere."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers


def by_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a part; going back in history asks for the whole page."""
    htmx: Any = request.htmx  # type: ignore[attr-defined]  # set by django_htmx's middleware
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def page_or_part(
    request: HttpRequest, template: str, part: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """The page, or its named part where htmx asks; caches keep the two apart."""
    name = f"{template}#{part}" if by_fragment(request) else template
    response = render(request, name, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def go(request: HttpRequest, url: str) -> HttpResponse:
    """Lead the browser to another page, whether htmx asked or not."""
    response = HttpResponse(status=200 if by_fragment(request) else 302)
    response.headers["HX-Redirect" if by_fragment(request) else "Location"] = url
    return response


def number(text: str | None) -> int | None:
    """An id that an address names; None for anything else."""
    return int(text) if text and text.isdecimal() and len(text) < 19 else None
