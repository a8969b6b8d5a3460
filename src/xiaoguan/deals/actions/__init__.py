"""Everything a person can do to deals. Each verb takes many at once, with one as a case, in one transaction."""

from xiaoguan.deals.actions.amend import (
    Amendment,
    amend_deals,
    correct_amounts,
    move_deals,
    transfer_deals,
)
from xiaoguan.deals.actions.board import Moved, SeenMove, move_seen
from xiaoguan.deals.actions.close import Close, lose_deals, win_deals
from xiaoguan.deals.actions.create import NewDeal, create_deals
from xiaoguan.deals.actions.ending import Ending
from xiaoguan.deals.actions.follow_up import follow_up
from xiaoguan.deals.actions.opening import Opening, enter_openings
from xiaoguan.deals.actions.restate import Restated, restate_deals
from xiaoguan.deals.actions.reverse import (
    Reopening,
    remove_deals,
    reopen_by_mistake,
    reopen_deals,
    take_back,
    take_back_together,
)

__all__ = [
    "Amendment",
    "Close",
    "Ending",
    "Moved",
    "NewDeal",
    "Opening",
    "Reopening",
    "Restated",
    "SeenMove",
    "amend_deals",
    "correct_amounts",
    "create_deals",
    "enter_openings",
    "follow_up",
    "lose_deals",
    "move_deals",
    "move_seen",
    "remove_deals",
    "reopen_by_mistake",
    "reopen_deals",
    "restate_deals",
    "take_back",
    "take_back_together",
    "transfer_deals",
    "win_deals",
]
