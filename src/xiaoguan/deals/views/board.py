"""The board of deals: the page, more cards of a column, moving cards, and taking such a move back."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from xiaoguan.deals import policy
from xiaoguan.deals.actions import Moved, SeenMove, move_seen, take_back_together
from xiaoguan.deals.forms.board import read_entries, read_moves
from xiaoguan.deals.models import Deal, Stage
from xiaoguan.deals.queries import board as queries
from xiaoguan.deals.queries.board_sums import NO_STAGE
from xiaoguan.deals.queries.history import undoable_steps
from xiaoguan.deals.queries.words import overtaken_in_words
from xiaoguan.deals.views.board_answers import Done, answer, board_bar, board_stages, looking_at
from xiaoguan.deals.views.filtering import Filtering
from xiaoguan.journal.facts.deals import DealStageChanged, Position
from xiaoguan.journal.facts.general import UNDO
from xiaoguan.journal.reading import recorded
from xiaoguan.lib.refusal import NotAllowed, Refusal
from xiaoguan.org.access import member_of, require
from xiaoguan.org.company import company
from xiaoguan.org.models import Member
from xiaoguan.ui import format as write


@require_GET
@require("deals.view")
def board(request: HttpRequest) -> HttpResponse:
    """Open deals by stage. A phone shows one stage at a time and gets the cards of that one alone."""
    bar, stages = board_bar(request), board_stages()
    looking = looking_at(request, bar)
    asked = _asked_stage(request, stages)
    found = queries.board(looking, stages, shown=asked, all_cards=not _on_phone(request))
    context = {
        "board": found,
        "bar": bar,
        "period": looking.period,
        "query": _query(bar),
        "scale": _scale(),
        "may_create": policy.may_create(looking.member),
        "may_move": policy.possible_owners(looking.member, "deals.edit") != set(),
    }
    response = render(request, "deals/board.html", context)
    patch_vary_headers(response, ["User-Agent"])
    return response


def _scale() -> dict[str, Any]:
    """How a script writes the sum of a selection: as the heads write theirs."""
    language, currency = get_language() or "", company().currency
    chinese = write.is_chinese(language)
    parts = write.money_parts(0, "wan", currency=currency, language=language)
    divisor, places = (10_000, 1) if chinese else (1_000, 0)
    return {"lead": parts.lead, "unit": f"{parts.gap}{parts.unit}", "divisor": divisor, "places": places}


def _on_phone(request: HttpRequest) -> bool:
    # What browsers of phones have in common (and those of tablets do not).
    return "Mobi" in request.headers.get("User-Agent", "")


def _asked_stage(request: HttpRequest, stages: Sequence[Stage]) -> int | None:
    """The stage that a phone shows, as its address says; None where it does not."""
    given = request.GET.get("at", "")
    return next((key for key in (NO_STAGE, *(stage.pk for stage in stages)) if str(key) == given), None)


def _query(bar: Filtering) -> str:
    """The filters as the addresses of columns carry them."""
    return urlencode(bar.parameters)


@require_GET
@require("deals.view")
def column(request: HttpRequest, stage_id: int) -> HttpResponse:
    """More cards of one column."""
    if stage_id != NO_STAGE and all(stage.pk != stage_id for stage in board_stages()):
        raise Http404
    bar = board_bar(request)
    looking = looking_at(request, bar)
    pile = queries.further(looking, stage_id, request.GET.get("after", ""))
    context = {"cards": pile.cards, "after": pile.after, "key": stage_id, "query": _query(bar)}
    return render(request, "deals/board.html#cards", context)


@require_POST
@require("deals.view")
def move(request: HttpRequest) -> HttpResponse:
    """Move the cards that were sent, as far as they still stand where they were seen."""
    try:
        moves = read_moves(request.POST.getlist("card"), request.POST.get("stage", ""))
    except Refusal as refusal:
        return answer(request, Done(deal_ids=(), stage_ids=(), sentence=str(refusal), refused=True))
    deals = _deals(member_of(request), [each.deal_id for each in moves])
    concerned: dict[str, Any] = {
        "deal_ids": list(deals),
        "stage_ids": [*(each.seen_in for each in moves), moves[0].stage_id],
    }
    try:
        moved = move_seen(moves, by=member_of(request), at=timezone.now())
    except Refusal as refusal:
        return answer(request, Done(**concerned, sentence=str(refusal), refused=True))
    said = Done(
        **concerned,
        sentence=_said(moved, moves, deals),
        undoes=moved.recorded,
        refused=bool(moved.overtaken) and not moved.recorded,
    )
    return answer(request, said)


def _deals(member: Member, ids: Sequence[int]) -> dict[int, Deal]:
    """The deals by id. 404 where the member does not see one of them, NotAllowed where he may not change one."""
    deals = policy.visible_deals(member).in_bulk(ids)
    if len(deals) < len(set(ids)):
        raise Http404
    owners = policy.possible_owners(member, "deals.edit")
    if owners is not None and any(deal.owner_id not in owners for deal in deals.values()):
        raise NotAllowed(_("Your role does not allow this here."))
    return deals


def _said(moved: Moved, moves: Sequence[SeenMove], deals: dict[int, Deal]) -> str:
    """What was moved, and which deals stood elsewhere by then."""
    stages = {stage.pk: str(stage) for stage in board_stages()}
    to, number = stages.get(moves[0].stage_id, ""), len(moved.recorded)
    sentences = []
    if number == 1:
        (entry,) = moved.recorded
        assert isinstance(entry.fact, DealStageChanged)
        name = deals[entry.fact.deal_id].name
        sentences.append(_("“%(deal)s” was moved to %(stage)s.") % {"deal": name, "stage": to})
    elif number:
        words = ngettext("%(n)s deal was moved to %(stage)s.", "%(n)s deals were moved to %(stage)s.", number)
        sentences.append(words % {"n": number, "stage": to})
    return " ".join([*sentences, *overtaken_in_words(moved.overtaken)])


@require_POST
@require("deals.view")
def undo(request: HttpRequest) -> HttpResponse:
    """Take back what the same person did on the board a moment ago: one step of each deal, all or none."""
    now, member = timezone.now(), member_of(request)
    try:
        steps = undoable_steps(member, read_entries(request.GET.getlist("entry")), now)
        if not steps:
            raise Refusal(
                _("It is too late to undo this here. Re-open, move or transfer the deal instead."), code="too_late"
            )
        deals = policy.visible_deals(member).in_bulk(list(steps))
        if len(deals) < len(steps):
            raise Http404
        wanted = {deal_id: entry.id for deal_id, entry in steps.items()}
        take_back_together(wanted, reason=UNDO, by=member, at=now)
    except Refusal as refusal:
        return answer(request, Done(deal_ids=(), stage_ids=(), sentence=str(refusal), refused=True))
    facts = [recorded(entry).fact for entry in steps.values()]
    done = Done(
        deal_ids=list(steps),
        stage_ids=[fact.stage_id for fact in facts if isinstance(fact, Position)],
        sentence=_undone(len(steps)),
        closed=any(not isinstance(fact, DealStageChanged) for fact in facts),
    )
    return answer(request, done)


def _undone(number: int) -> str:
    return _("Undone; the deal stands as before.") if number == 1 else _("Undone; the deals stand as before.")
