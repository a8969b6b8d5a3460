"""Slots of a page that other rooms fill: each is the address of a fragment, answered under that room's own policy.

``config.panels`` lists page → slot → name of the address; a page asks here and knows nobody. A whole page brings its
parts along: the view behind the address is asked in the same request, so that one sign-in, one look at the
organisation and one answer serve them all. The address stays, for what changes a part afterwards.
"""

import copy
import logging
from collections.abc import Mapping
from http import HTTPStatus

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.middleware.csrf import get_token
from django.urls import resolve
from django.utils.safestring import SafeString, mark_safe
from django_htmx.middleware import HtmxDetails

from xiaoguan.lib.addresses import address_of
from xiaoguan.lib.refusal import Refusal

Panels = Mapping[str, Mapping[str, str]]
_panels: dict[str, Mapping[str, str]] = {}
_log = logging.getLogger(__name__)


def configure_panels(panels: Panels) -> None:
    """Set which addresses fill which slots. Called once by ``config`` at start-up."""
    _panels.clear()
    _panels.update(panels)


def panel_url(page: str, slot: str, *args: int) -> str:
    """The address that fills a slot of a page for these objects; KeyError where nobody does."""
    return address_of(_panels[page][slot], *args)


def part_of_page(request: HttpRequest, url: str) -> SafeString | None:
    """What the address answers to the same person, for a page that is on its way as a whole; else None.

    None as well where the answer is no fragment: refused, not there, or the part failed. The slot then asks by itself,
    says so in its own place and offers to ask again; the rest of the page stands.
    """
    htmx: HtmxDetails | None = getattr(request, "htmx", None)
    if htmx is None or (htmx and not htmx.boosted and not htmx.history_restore_request):
        return None
    try:
        view, args, kwargs = resolve(url)
        response: HttpResponse = view(_for_part(request, url), *args, **kwargs)
    except (Http404, PermissionDenied, Refusal):
        return None
    except Exception:  # noqa: BLE001  whatever fails in a part must not take the page down
        _log.exception("The part %s of the page %s failed", url, request.path)
        return None
    if response.status_code != HTTPStatus.OK:
        return None
    # What a view of this program answered: its templates have escaped it, as where the browser fetches it.
    return mark_safe(response.content.decode())


def _for_part(request: HttpRequest, path: str) -> HttpRequest:
    """The request that htmx would make for the part, by the same person within the same look at the organisation."""
    get_token(request)  # The forms of the parts and of the page have one secret.
    asked = copy.copy(request)
    asked.META = {
        **{name: value for name, value in request.META.items() if not name.startswith("HTTP_HX_")},
        "HTTP_HX_REQUEST": "true",
        "HTTP_HX_CURRENT_URL": request.build_absolute_uri(),
        "QUERY_STRING": "",
    }
    asked.__dict__.pop("headers", None)  # They are read from META.
    asked.method, asked.path, asked.path_info, asked.resolver_match = "GET", path, path, None
    asked.GET, asked.POST = QueryDict(), QueryDict()
    asked.htmx = HtmxDetails(asked)  # type: ignore[attr-defined]  # as its middleware does
    return asked
