"""What the ledger announces."""

from datetime import date

from xiaoguan.journal.facts.base import Fact, fact
from xiaoguan.journal.kinds import MEMBER, PERIOD


@fact(code=201, subject="close_id", subject_kind=PERIOD)
class PeriodClosed(Fact):
    """Finance closed the books through a day."""

    close_id: int
    through: date


@fact(code=202, subject="member_id", subject_kind=MEMBER)
class UnitsCorrected(Fact):
    """A move entered late: what these entries counted for this member belongs to other units than was stamped.

    Three lists of equal length: the entries, the unit each was attributed to (0: none) and the one it belongs to.
    """

    member_id: int
    entries: tuple[int, ...]
    units_from: tuple[int, ...]
    units_to: tuple[int, ...]
