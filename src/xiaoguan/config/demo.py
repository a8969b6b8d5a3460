"""The demo company: each module's share, in the order in which they build on one another."""

from datetime import date

from xiaoguan.crm import demo as crm
from xiaoguan.deals import demo as deals
from xiaoguan.lib.demo import DemoContext
from xiaoguan.org import demo as org
from xiaoguan.org.models import Member
from xiaoguan.services.calendar import demo as calendar

DEMO_PASSWORD = "xiaoguan-demo"


def has_members() -> bool:
    """Whether anybody is in the database already."""
    return Member.objects.exists()


def fill(as_of: date, seed: int = 1) -> DemoContext:
    """Fill an empty database with the demo company as it stands on a day."""
    context = DemoContext(as_of=as_of, seed=seed)
    for module in (org, crm, deals, calendar):
        module.fill(context)
    return context
