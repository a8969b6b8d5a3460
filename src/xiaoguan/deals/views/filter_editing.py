"""The small form in which one filter is edited, and the finding of records for it."""

from collections.abc import Mapping
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from xiaoguan.deals.forms import filters as addresses
from xiaoguan.deals.forms.filter_words import DUE, FIELDS, NEXT_STEPS, OPENED, UNSET
from xiaoguan.deals.queries import filter_values
from xiaoguan.deals.queries.choices import Choice
from xiaoguan.deals.queries.filters import Amounts, Days
from xiaoguan.deals.views.answers import lead_to, page_or_part
from xiaoguan.deals.views.filtering import EDITED, PAGES, Filtering, filtering
from xiaoguan.org.access import member_of, require
from xiaoguan.org.company import today
from xiaoguan.ui import format as write

IS: Final = "is"
NOT: Final = "not"
UNSET_OPERATOR: Final = "unset"
# What the form itself sends; everything else in its address belongs to the page to which it leads back.
_OWN: Final = frozenset({"of", "set", "value", "op", "word", "low", "high", "start", "end", "days", "find"})
_WORDS: Final[dict[str, dict[str, Any]]] = {"due": DUE, "opened": OPENED, "closed": OPENED, "next": NEXT_STEPS}


@require_GET
@require("deals.view")
def edit(request: HttpRequest, field: str) -> HttpResponse:
    """Show a filter's form; sent, lead back to the page with the filter set. What cannot be read is said there."""
    state = _state(request, field)
    if "set" not in request.GET:
        return _show(request, state, field)
    text = _composed(request, field)
    _read, problems = addresses.read_filters({field: text}, me=member_of(request).pk)
    if problems:
        return _show(request, state, field, error=problems[field])
    return lead_to(request, state.address(**{field: text}))


@require_GET
@require("deals.view")
def find(request: HttpRequest, field: str) -> HttpResponse:
    """Records whose name contains what is typed, behind those that are ticked already."""
    if field not in filter_values.KEYS:
        raise Http404
    member, day = member_of(request), today(timezone.now())
    ticked, _problems = addresses.read_filters({field: _listed(request)}, me=member.pk)
    among = getattr(ticked, field)
    chosen = filter_values.labels(member, field, among.ids, day) if among else {}
    found = filter_values.offered(member, field, request.GET.get("find", "").replace("\x00", ""), day)
    return render(request, "deals/filter.html#options", {"options": _options(chosen, found)})


def _state(request: HttpRequest, field: str) -> Filtering:
    page = request.GET.get("of", "list")
    if field not in EDITED or page not in PAGES:
        raise Http404
    further = {
        key: str(value).replace("\x00", "")
        for key, value in request.GET.items()
        if key not in _OWN and key not in addresses.KEYS and value
    }
    return filtering(request, page, today=today(timezone.now()), kept=further)


# --- what was sent -------------------------------------------------------------------------------------------


def _composed(request: HttpRequest, field: str) -> str:
    """The filter as its address states it; empty where it was emptied."""
    sent = {name: request.GET.get(name, "").replace("\x00", "").strip() for name in _OWN}
    if field == "amount":
        return "none" if sent["op"] == UNSET_OPERATOR else _range(sent["low"], sent["high"])
    if field in ("due", "opened", "closed"):
        return _range(sent["start"], sent["end"]) or sent["word"]
    if field == "next":
        return sent["word"]
    if field == "rests":
        return sent["days"]
    if sent["op"] == UNSET_OPERATOR:
        return "none"
    listed = _listed(request)
    return f"not:{listed}" if listed and sent["op"] == NOT else listed


def _range(low: str, high: str) -> str:
    return f"{low}..{high}" if low or high else ""


def _listed(request: HttpRequest) -> str:
    return ",".join(request.GET.getlist("value"))


# --- what is shown -------------------------------------------------------------------------------------------


def _show(request: HttpRequest, state: Filtering, field: str, error: str = "") -> HttpResponse:
    context = {
        "key": field,
        "title": FIELDS[field],
        "error": error,
        "hidden": {"of": state.page, **{key: text for key, text in state.parameters.items() if key != field}},
        "back_url": state.address(),
        "remove_url": state.address(**{field: ""}) if field in state.parameters else "",
        **_fields(request, state, field),
    }
    return page_or_part(request, "deals/filter.html", "pop", context, status=422 if error else 200)


def _fields(request: HttpRequest, state: Filtering, field: str) -> dict[str, Any]:
    value = getattr(state.filters, addresses.ATTRIBUTES.get(field, field))
    if field == "amount":
        return _amount_fields(value)
    if field in ("due", "opened", "closed"):
        days: Days = value or Days()
        return {"kind": "days", "words": _words(field, days.word), "start": days.start, "end": days.end}
    if field == "next":
        return {"kind": "words", "words": _words(field, value)}
    if field == "rests":
        return {"kind": "rests", "days": 14 if value is None else value}
    return _record_fields(request, state, field)


def _amount_fields(amounts: Amounts | None) -> dict[str, Any]:
    known = amounts or Amounts()
    low, high = (write.number(end) if end is not None else "" for end in (known.at_least, known.at_most))
    return {"kind": "amount", "low": low, "high": high, "unknown": known.unknown}


def _record_fields(request: HttpRequest, state: Filtering, field: str) -> dict[str, Any]:
    among = getattr(state.filters, field)
    found = filter_values.offered(member_of(request), field, "", today(timezone.now()))
    return {
        "kind": "records",
        "operators": _operators(field, among),
        "options": _options(state.labels.get(field, {}), found),
        "searched": field == "customer" or len(found) >= filter_values.OFFERED,
    }


def _operators(field: str, among: Any) -> list[tuple[str, str, bool]]:
    """The operators that a field of records knows; one of them is no choice and is not offered."""
    now = IS if among is None else UNSET_OPERATOR if among.unset else NOT if among.but else IS
    known = [(IS, _("is one of")), (NOT, _("is none of"))] if field != "unit" else []
    if field in UNSET:
        known.append((UNSET_OPERATOR, str(UNSET[field])))
    return [(operator, word, operator == now) for operator, word in known]


def _options(chosen: Mapping[int, str], found: list[Choice]) -> list[tuple[int, str, bool]]:
    """What is ticked first, then what else there is. Lists that are always whole keep their own order."""
    if set(chosen) <= {value for value, _label in found}:
        return [(value, label, value in chosen) for value, label in found]
    return [(value, label, True) for value, label in chosen.items()] + [
        (value, label, False) for value, label in found if value not in chosen
    ]


def _words(field: str, chosen: str) -> list[tuple[str, str, bool]]:
    return [(word, str(label), word == chosen) for word, label in _WORDS[field].items()]
