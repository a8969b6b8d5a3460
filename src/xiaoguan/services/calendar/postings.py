"""What the facts of this service count for."""

from typing import Final

from xiaoguan.journal.facts.calendar import ActivityLogged
from xiaoguan.ledger.posting import PostingRules
from xiaoguan.ledger.rules import Rule

POSTINGS: Final[PostingRules] = {
    ActivityLogged: (Rule(account="activity", units=1, of={"person_id": "member_id"}),),
}
