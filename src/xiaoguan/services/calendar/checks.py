"""Prove that activities equal the books."""

from collections.abc import Iterable

from xiaoguan.ledger.reconcile import Difference, Totals
from xiaoguan.services.calendar.models import Activity


def check_activities(totals: Totals) -> Iterable[Difference]:
    """How many activities stand, table against ledger."""
    in_table = Activity.objects.filter(removed_at=None).count()
    counted = totals.get("activity", (0, 0))[1]
    if in_table != counted:
        yield Difference(check="activities", about="activity: count", expected=str(in_table), found=str(counted))
