"""What the facts of this module count for."""

from typing import Final

from xiaoguan.journal.facts.crm import CustomerCreated
from xiaoguan.ledger.posting import PostingRules
from xiaoguan.ledger.rules import Rule

POSTINGS: Final[PostingRules] = {
    CustomerCreated: (Rule(account="customers_new", units=1, of={"person_id": "owner_id"}),),
}
