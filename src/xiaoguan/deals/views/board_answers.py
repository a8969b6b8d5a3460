"""How the board answers: the cards as they stand now, the heads of the columns concerned, and one sentence."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import urlencode, urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone

from xiaoguan.deals.models import Stage
from xiaoguan.deals.queries import board as queries
from xiaoguan.deals.queries import choices
from xiaoguan.deals.queries.board import Looking
from xiaoguan.deals.queries.board_sums import NO_STAGE
from xiaoguan.deals.queries.filters import ALL_STATES, filtered
from xiaoguan.deals.views.filtering import Filtering, filtering
from xiaoguan.journal.recording import Recorded
from xiaoguan.lib.addresses import address_of
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


def board_bar(request: HttpRequest, query: QueryDict | None = None) -> Filtering:
    """The filters of the board: of its own address, or of the address from which something was sent."""
    given = request.GET if query is None else query
    at = given.get("at", "")
    kept = {"at": at} if at.isascii() and at.isdigit() and len(at) < 16 else {}
    return filtering(request, "board", today=today(timezone.now()), kept=kept, fixed=("state", "closed"), query=query)


def looking_at(request: HttpRequest, bar: Filtering) -> Looking:
    """Who looks at which deals."""
    member, day = member_of(request), today(timezone.now())
    deals = None
    if bar.is_on:
        every = replace(bar.filters, state=ALL_STATES)
        deals = filtered(member, every, today=day, fiscal_start_month=company().fiscal_start_month)
    return Looking(member=member, today=day, period=calendar.current("quarter", day), deals=deals)


def asked_on_board(request: HttpRequest) -> QueryDict | None:
    """The filters of the board that the browser shows while it asks; None where it shows another page."""
    try:
        url = urlsplit(request.headers.get("HX-Current-URL", ""))
        return QueryDict(url.query) if url.path == address_of("deals:board") else None
    except ValueError:
        return None


def answer(request: HttpRequest, done: Done) -> HttpResponse:
    """The parts of the board that changed; the whole board where no script asks."""
    undo_url = _undo_url(done.undoes)
    given = asked_on_board(request)
    if given is None:
        return _reload(request, done, undo_url)
    looking = looking_at(request, board_bar(request, given))
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
    response["HX-Retarget"], response["HX-Reswap"] = "#board-answer", "innerHTML settle:0ms"
    if not done.refused:
        response["HX-Trigger"] = "x:close-dialog"
    return response


def _undo_url(undoes: Iterable[Recorded]) -> str:
    entries = [("entry", entry.id) for entry in undoes]
    return f"{address_of('deals:board-undo')}?{urlencode(entries)}" if entries else ""


def _reload(request: HttpRequest, done: Done, undo_url: str) -> HttpResponse:
    if undo_url:
        offer_undo(request, done.sentence, undo_url)
    elif done.refused:
        messages.error(request, done.sentence)
    elif done.sentence:
        messages.success(request, done.sentence)
    return redirect("deals:board")
