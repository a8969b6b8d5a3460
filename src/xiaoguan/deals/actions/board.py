"""Move deals as somebody saw them: what went elsewhere in the meantime stays where it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from xiaoguan.deals import rules
from xiaoguan.deals.actions.amend import move_deals
from xiaoguan.deals.actions.common import lock_deals, standing
from xiaoguan.journal.models import Origin
from xiaoguan.journal.recording import Recorded
from xiaoguan.org.models import Member


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenMove:
    """A deal that stood in one stage when somebody looked (None: in none), to be moved to another."""

    deal_id: int
    seen_in: int | None
    stage_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What was moved, and the ids of the deals that were overtaken: moved or closed by somebody else since."""

    recorded: list[Recorded]
    overtaken: list[int]


def move_seen(moves: Sequence[SeenMove], *, by: Member | None, at: datetime, origin: int = Origin.LIVE) -> Moved:
    """Move open deals that still stand where they were seen. Sent twice, the second time changes nothing."""
    with transaction.atomic():
        deals = lock_deals(move.deal_id for move in moves)
        going = {}
        overtaken = []
        for move in moves:
            match rules.move_of(standing(deals[move.deal_id]), seen_in=move.seen_in, to=move.stage_id):
                case "go":
                    going[move.deal_id] = move.stage_id
                case "overtaken":
                    overtaken.append(move.deal_id)
        recorded = move_deals(list(going.items()), by=by, at=at, origin=origin)
        return Moved(recorded=recorded, overtaken=overtaken)
