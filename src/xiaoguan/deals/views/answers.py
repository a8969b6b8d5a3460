"""How the pages of deals answer: as a page, as a fragment in a dialog or a row, or with the record as it now stands."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from xiaoguan.deals import policy
from xiaoguan.deals.forms.common import DealForm
from xiaoguan.deals.models import Deal
from xiaoguan.deals.queries.history import MANY, history, how_many_changes
from xiaoguan.deals.queries.panel import other_deals
from xiaoguan.deals.queries.record import deal_page
from xiaoguan.deals.queries.records import visible_in_full
from xiaoguan.deals.queries.story import Place, story
from xiaoguan.deals.views.board_answers import Done, asked_on_board
from xiaoguan.deals.views.board_answers import answer as answer_board
from xiaoguan.journal.kinds import DEAL
from xiaoguan.journal.recording import Recorded
from xiaoguan.lib.addresses import address_of
from xiaoguan.org.access import member_of
from xiaoguan.org.company import today
from xiaoguan.org.models import Member
from xiaoguan.org.scope import allowed
from xiaoguan.ui import format as write
from xiaoguan.ui.panels import panel_url
from xiaoguan.ui.undo import offer_undo

TABS = ("all", "activities", "changes")
DIALOG = "x-dialog-body"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A small form with its words: ``title`` asks, ``verb`` is on the button, ``lead`` says what it does."""

    title: str
    verb: str
    lead: str = ""
    tone: str = ""
    notes: Mapping[str, str] | None = None


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, even where it is empty: a form without data would not be checked."""
    return request.POST if request.method == "POST" else None


def by_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a part; going back in history asks for the whole page."""
    htmx: Any = request.htmx  # type: ignore[attr-defined]  # set by django_htmx's middleware
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def aimed_at(request: HttpRequest) -> str:
    """The id of the element that the answer goes into."""
    return request.headers.get("HX-Target", "")


def page_or_part(
    request: HttpRequest, template: str, part: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """The page, or its named part where htmx asks; caches keep the two apart."""
    name = f"{template}#{part}" if by_fragment(request) else template
    response = render(request, name, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def lead_to(request: HttpRequest, address: str) -> HttpResponse:
    """To a page of deals with its bar: htmx exchanges the part and notes the address, else the browser goes there."""
    if not by_fragment(request):
        return redirect(address)
    response = HttpResponse()
    part = {"target": "#deals-view", "select": "#deals-view", "swap": "outerHTML"}
    response["HX-Location"] = json.dumps({"path": address, **part})
    return response


def ask(request: HttpRequest, deal: Deal, form: DealForm, question: Question, **context: Any) -> HttpResponse:
    """Show a small form: in the dialog, in its row, or on a page of its own; 422 where what was typed is refused."""
    inside = aimed_at(request)
    part = "row" if inside.startswith("fact-") else "dialog"
    if part == "row" and not form.errors:
        form.visible_fields()[0].field.widget.attrs["data-focus"] = ""
    shown = {"deal": deal, "form": form, "question": question, "row_id": inside, "address": request.path, **context}
    return page_or_part(request, "deals/question.html", part, shown, status=422 if form.errors else 200)


def record_context(request: HttpRequest, deal: Deal, *, focus: str = "") -> dict[str, Any]:
    """What the page of a deal shows; ``focus`` names the fact that was changed or left alone just now."""
    member = member_of(request)
    tab = request.GET.get("tab", "all")
    page = deal_page(member, deal, today(timezone.now()))
    context: dict[str, Any] = {
        "page": page,
        "deal": deal,
        "member": member,
        "object_id": deal.pk,
        "here": address_of("deals:deal", deal.pk),
        "tab": tab if tab in TABS else "all",
        "focus": focus or request.GET.get("focus", ""),
        # Asked for by the template: what shows only the story does not need them.
        "others": partial(other_deals, member, deal),
        "work_url": _work_url(member, deal),
        "log_url": panel_url("deal", "log", deal.pk) if policy.may_follow_up(member, deal) else "",
        "activities_url": _activities_url(deal) if page.activities is not None else "",
        "counts": {"changes": write.up_to(how_many_changes(deal.pk), MANY - 1)},
    }
    if page.customer_url:
        context |= {slot + "_url": panel_url("deal", slot, deal.customer_id or 0) for slot in ("contacts", "call")}
    if page.activities is not None:
        context["counts"] |= {"activities": write.up_to(page.activities, MANY - 1)}
    return context | _told(member, deal, context["tab"], request.GET.get("before", ""), page.activities is not None)


def _told(member: Member, deal: Deal, tab: str, before: str, sees_activities: bool) -> dict[str, Any]:
    """What the tab tells, and from where the older part follows."""
    place = Place.read(before)
    if tab == "changes":
        found = history(member, deal.pk, before=place.entry_id or None, changes=True)
        older = Place(found.next_before) if found.next_before else None
        return {"history": found, "older": older}
    if tab == "activities":
        return {}
    page = story(member, deal.pk, place=place, activities=sees_activities)
    return {"story": page, "older": page.older}


def _work_url(member: Member, deal: Deal) -> str:
    """The calendar's part about the deal (tasks, activities, forms); empty for whoever may not see tasks."""
    if not allowed(member, "tasks.view", today(timezone.now())):
        return ""
    return panel_url("deal", "calendar", DEAL, deal.pk)


def _activities_url(deal: Deal) -> str:
    """All activities about the deal."""
    return f"{address_of('calendar:activities')}?kind={DEAL}&id={deal.pk}"


def done(
    request: HttpRequest, deal: Deal, sentence: str, undoes: Recorded | None = None, *, focus: str = ""
) -> HttpResponse:
    """After an action: the record as it stands now, what was done in words, and the way back where there is one."""
    if asked_on_board(request) is not None:
        return answer_board(
            request,
            Done(
                deal_ids=[deal.pk],
                stage_ids=[deal.stage_id],
                sentence=sentence,
                undoes=[undoes] if undoes else [],
                closed=True,
            ),
        )
    fresh = visible_in_full.find(member_of(request), deal.pk)
    if fresh is None:
        return _elsewhere(request, sentence)
    undo_url = address_of("deals:undo", deal.pk, undoes.id) if undoes else ""
    if not by_fragment(request):
        _say(request, sentence, undo_url)
        return redirect("deals:deal", pk=deal.pk)
    if came_from_a_home(request):
        _say(request, sentence, undo_url)
        return HttpResponse(headers={"HX-Refresh": "true"})
    context = record_context(request, fresh, focus=focus) | {"done": sentence, "undo_url": undo_url}
    response = render(request, "deals/deal.html#after", context)
    response["HX-Retarget"], response["HX-Reswap"], response["HX-Trigger"] = "#deal", "outerHTML", "x:close-dialog"
    return response


def came_from_a_home(request: HttpRequest) -> bool:
    """Whether the form stood on a home: that page is read anew, not turned into the page of the deal."""
    try:
        path = urlsplit(request.headers.get("HX-Current-URL", "")).path
    except ValueError:
        return False
    return path in (address_of("home"), address_of("needs"))


def _say(request: HttpRequest, sentence: str, undo_url: str) -> None:
    if undo_url:
        offer_undo(request, sentence, undo_url)
    elif sentence:
        messages.success(request, sentence)


def _elsewhere(request: HttpRequest, sentence: str) -> HttpResponse:
    """The deal is out of the member's sight now (handed to somebody else): back to the list."""
    messages.success(request, sentence)
    if not by_fragment(request):
        return redirect("deals:list")
    response = HttpResponse()
    response.headers["HX-Redirect"] = address_of("deals:list")
    return response
