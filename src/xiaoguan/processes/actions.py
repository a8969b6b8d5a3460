"""That the journal was taken out is a fact like any other."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from xiaoguan.journal.facts.audit import EventLogExported
from xiaoguan.journal.recording import Happening, Recorded, record
from xiaoguan.lib.days import company_day

_COMPANY = 1


def record_export(told: EventLogExported, *, at: datetime, hand_over: Callable[[], None]) -> list[Recorded]:
    """Record an export and hand its file over: neither without the other. The operator has no sign-in: no actor."""
    with transaction.atomic():
        recorded = record([Happening(fact=told, on=company_day(at))], by=None, at=at)
        hand_over()
        return recorded
