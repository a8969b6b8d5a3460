"""Who may import, and who sees which imports."""

from typing import Final

from django.db.models import QuerySet
from django.utils import timezone

from xiaoguan.lib.days import company_day
from xiaoguan.org.models import Member
from xiaoguan.org.scope import allowed
from xiaoguan.services.transfer.models import ImportRun

PERMISSION: Final = "imports.run"


def visible_runs(member: Member) -> QuerySet[ImportRun]:
    """Imports concern the whole company: whoever may import sees all of them."""
    if allowed(member, PERMISSION, company_day(timezone.now())):
        return ImportRun.objects.select_related("by")
    return ImportRun.objects.none()
