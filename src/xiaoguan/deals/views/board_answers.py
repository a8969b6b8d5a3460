"""How the board answers: the cards as they stand now, the heads of the columns concerned, and one sentence."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from xiaoguan.deals.forms.listing import FilterForm
from xiaoguan.deals.models import Stage
from xiaoguan.deals.queries import board as queries
from xiaoguan.deals.queries import choices
from xiaoguan.deals.queries.board import Looking
from xiaoguan.deals.queries.board_sums import NO_STAGE
from xiaoguan.deals.queries.listing import Wanted, matching
from xiaoguan.journal.recording import Recorded
from xiaoguan.org import calendar
from xiaoguan.org.access import member_of
from xiaoguan.org.company import company, today
from xiaoguan.ui.undo import offer_undo


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What happened: the deals and columns concerned, said how, and the steps that can be taken back.

    ``closed``: something was won, lost or open again. ``refused``: nothing was done.
    """

    deal_ids: Iterable[int]
    stage_ids: Iterable[int | None]
    sentence: str
    undoes: Iterable[Recorded] = ()
    closed: bool = False
    refused: bool = False


def board_stages() -> list[Stage]:
    """The columns of the board."""
    return choices.default_stages()


def looking_at(request: HttpRequest, given: QueryDict) -> Looking:
    """Who looks at which deals; ``given`` are the filters of the board's address."""
    member, day = member_of(request), today(timezone.now())
    form = FilterForm(
        given,
        stages=[(stage.pk, str(stage)) for stage in choices.all_stages()],
        owners=choices.filter_owners(member),
        units=choices.filter_units(member, day),
    )
    wanted = form.wanted()
    period = calendar.current("quarter", day)
    return Looking(member=member, today=day, period=period, deals=_filtered(wanted, member, day))


def _filtered(wanted: Wanted, member: Any, day: Any) -> Any:
    from dataclasses import replace

    every = replace(wanted, state=0, sort="-id", after="")
    if every == Wanted(state=0):
        return None
    return matching(member, every, today=day, fiscal_start_month=company().fiscal_start_month)


def asked_on_board(request: HttpRequest) -> QueryDict | None:
    """The filters of the board that the browser shows while it asks; None where it shows another page."""
    try:
        url = urlsplit(request.headers.get("HX-Current-URL", ""))
        return QueryDict(url.query) if url.path == reverse("deals:board") else None
    except ValueError:
        return None


def answer(request: HttpRequest, done: Done) -> HttpResponse:
    """The parts of the board that changed; the whole board where no script asks."""
    undo_url = _undo_url(done.undoes)
    given = asked_on_board(request)
    if given is None:
        return _reload(request, done, undo_url)
    looking = looking_at(request, given)
    ids = list(done.deal_ids)
    cards = queries.cards(looking, ids)
    keys = {stage_id or NO_STAGE for stage_id in done.stage_ids} | {card.key for card in cards}
    board = queries.heads(looking, board_stages(), keep_no_stage=NO_STAGE in keys)
    context = {
        "board": board,
        "ids": ids,
        "cards": cards,
        "changed": [column for column in board.columns if column.key in keys],
        "closed": done.closed,
        "sentence": done.sentence,
        "refused": done.refused,
        "undo_url": undo_url,
        "period": looking.period,
    }
    response = render(request, "deals/board.html#after", context, status=422 if done.refused else 200)
    response["HX-Retarget"], response["HX-Reswap"] = "#board-answer", "innerHTML"
    if not done.refused:
        response["HX-Trigger"] = "x:close-dialog"
    return response


def _undo_url(undoes: Iterable[Recorded]) -> str:
    entries = [("entry", entry.id) for entry in undoes]
    return f"{reverse('deals:board-undo')}?{urlencode(entries)}" if entries else ""


def _reload(request: HttpRequest, done: Done, undo_url: str) -> HttpResponse:
    if undo_url:
        offer_undo(request, done.sentence, undo_url)
    elif done.refused:
        messages.error(request, done.sentence)
    elif done.sentence:
        messages.success(request, done.sentence)
    return redirect("deals:board")
