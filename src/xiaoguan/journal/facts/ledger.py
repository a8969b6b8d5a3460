"""What the ledger announces."""

from datetime import date

from xiaoguan.journal.facts.base import Fact, fact
from xiaoguan.journal.kinds import PERIOD


@fact(code=201, subject="close_id", subject_kind=PERIOD)
class PeriodClosed(Fact):
    """Finance closed the books through a day."""

    close_id: int
    through: date
