"""What the board sends: which cards go where, and which steps are taken back. Refused in words where it is too many."""

from collections.abc import Iterable
from typing import Final

from django.utils.translation import gettext as _

from xiaoguan.deals.actions import SeenMove
from xiaoguan.deals.queries.board_sums import NO_STAGE
from xiaoguan.lib.refusal import Refusal

AT_ONCE: Final = 100


def read_moves(cards: Iterable[str], stage: str) -> list[SeenMove]:
    """Cards as "deal.stage it was seen in"; each deal once."""
    to = read_id(stage)
    moves: dict[int, SeenMove] = {}
    for text in cards:
        deal, _dot, seen = text.partition(".")
        deal_id, seen_in = read_id(deal), read_id(seen)
        moves[deal_id] = SeenMove(deal_id=deal_id, seen_in=None if seen_in == NO_STAGE else seen_in, stage_id=to)
    _check_number(len(moves))
    return list(moves.values())


def read_entries(texts: Iterable[str]) -> list[int]:
    """Ids of the entries to take back."""
    ids = list(dict.fromkeys(read_id(text) for text in texts))
    _check_number(len(ids))
    return ids


def read_id(text: str) -> int:
    """An id that a database can look for."""
    if text.isascii() and text.isdigit() and len(text) < 16:
        return int(text)
    raise Refusal(_("This cannot be read. Load the board again and repeat it."), code="unreadable")


def _check_number(number: int) -> None:
    if not number:
        raise Refusal(_("Nothing was chosen."), code="nothing")
    if number > AT_ONCE:
        sentence = _("At most %(most)s deals at once, and these are %(number)s. Choose fewer.")
        raise Refusal(sentence % {"most": AT_ONCE, "number": number}, code="too_many")
