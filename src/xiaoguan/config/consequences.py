"""What happens when something happened: one row for each consequence, read from top to bottom.

NOW runs in the transaction of the action (what it raises undoes the action); LATER goes through the outbox, is
retried and ends visible on the page of background work. Entries of an import, an opening or the demo company owe
nothing later unless the row says so.
"""

from typing import Final

from django.utils.translation import gettext_lazy as _

from xiaoguan.crm.reactions import FIRST_WIN_FACTS, set_first_wins
from xiaoguan.journal.facts.deals import DealTransferred, DealWon
from xiaoguan.journal.facts.org import MemberAssigned
from xiaoguan.ledger.moving import correct_units
from xiaoguan.services.calendar.reactions import after_sales_task, hand_over_task
from xiaoguan.services.jobs.contract import UNDO_SECONDS, NowReaction, Reaction

NOW: Final = (
    # The stamp "new customer" of the next win reads it.
    NowReaction(key="customer.first_win", facts=FIRST_WIN_FACTS, react=set_first_wins),
    # A move entered late: flows since then belong to the unit where the person was.
    NowReaction(key="units.corrected", facts=(MemberAssigned,), react=correct_units),
)

LATER: Final = (
    Reaction(
        key="task.after_sales",
        facts=(DealWon,),
        react=after_sales_task,
        name=_("After-sales task for a deal that was won"),
        delay_seconds=UNDO_SECONDS,
    ),
    Reaction(
        key="task.hand_over",
        facts=(DealTransferred,),
        react=hand_over_task,
        name=_("Hand-over task for a deal that was transferred"),
        delay_seconds=UNDO_SECONDS,
    ),
)
