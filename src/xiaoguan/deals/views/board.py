"""The board of deals: the page, more cards of a column, moving cards, and taking such a move back."""

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from xiaoguan.deals import policy
from xiaoguan.deals.actions import SeenMove, move_seen, take_back_together
from xiaoguan.deals.forms.board import read_entries, read_moves
from xiaoguan.deals.models import Deal, Stage
from xiaoguan.deals.queries import board as queries
from xiaoguan.deals.queries import choices
from xiaoguan.deals.queries.board_sums import NO_STAGE
from xiaoguan.deals.queries.history import undoable_steps
from xiaoguan.deals.setup import ensure_pipeline
from xiaoguan.deals.views.board_answers import Done, answer, looking_at
from xiaoguan.deals.views.switching import deal_views
from xiaoguan.journal.facts.deals import DealStageChanged
from xiaoguan.journal.facts.general import UNDO
from xiaoguan.lib.refusal import NotAllowed, Refusal
from xiaoguan.org.access import member_of, require


@require_GET
@require("deals.view")
def board(request: HttpRequest) -> HttpResponse:
    """Open deals by stage. A phone shows one stage at a time and gets the cards of that one alone."""
    looking = looking_at(request, request.GET)
    stages = _stages()
    shown = _shown(request, stages)
    found = queries.board(looking, stages, only=shown if _on_phone(request) else None)
    context = {
        "board": found,
        "stages": stages,
        "shown": shown,
        "filtered": looking.deals is not None,
        "period": looking.period,
        "query": request.GET.urlencode(),
        "views": deal_views(request, "board"),
        "may_create": policy.may_create(looking.member),
        "may_move": policy.possible_owners(looking.member, "deals.edit") != set(),
    }
    response = render(request, "deals/board.html", context)
    patch_vary_headers(response, ["User-Agent"])
    return response
