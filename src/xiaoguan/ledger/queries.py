"""What the pages of the books read."""

from xiaoguan.ledger.models import PeriodClose
from xiaoguan.org.models import Member


def closes() -> list[tuple[PeriodClose, Member | None]]:
    """Closed periods, latest first, each with who closed it (None: the console)."""
    rows = list(PeriodClose.objects.order_by("-through"))
    names = Member.objects.in_bulk([row.closed_by_id for row in rows if row.closed_by_id])
    return [(row, names.get(row.closed_by_id or 0)) for row in rows]
