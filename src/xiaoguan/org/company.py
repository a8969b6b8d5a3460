"""The company's own row and its day."""

from datetime import date, datetime

from xiaoguan.lib.days import company_day
from xiaoguan.org.models import Company
from xiaoguan.org.tree import UnitTree


def company() -> Company:
    """The company: currency of the books and first month of the fiscal year."""
    return UnitTree.load().kept("company", lambda: Company.objects.get(pk=1))


def today(at: datetime) -> date:
    """The company's day at a moment."""
    return company_day(at)
