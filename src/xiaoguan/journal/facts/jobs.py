"""What the background work announces."""

from xiaoguan.journal.facts.base import Fact, fact
from xiaoguan.journal.kinds import COMPANY


@fact(code=701, subject="company_id", subject_kind=COMPANY)
class DeliveryRetried(Fact):
    """Somebody asked that a failed or given-up consequence be tried again."""

    company_id: int
    delivery_id: int
    entry_id: int
