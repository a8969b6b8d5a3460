"""Asking for another try."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from xiaoguan.journal.facts.jobs import DeliveryRetried
from xiaoguan.journal.recording import Happening, record
from xiaoguan.lib.days import company_day
from xiaoguan.lib.refusal import Refusal
from xiaoguan.org.models import Member
from xiaoguan.services.jobs.models import Delivery

_COMPANY = 1


def retry_deliveries(ids: list[int], *, by: Member, at: datetime) -> None:
    """Owe failed or given-up deliveries again, at once and with a fresh count of tries. Refused for others."""
    with transaction.atomic():
        found = list(Delivery.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
        for delivery in found:
            if delivery.state not in (Delivery.State.FAILED, Delivery.State.DEAD):
                raise Refusal(_("Only what failed or was given up can be tried again."), code="not_failed")
        pks = [delivery.pk for delivery in found]
        Delivery.objects.filter(pk__in=pks).update(state=Delivery.State.WAITING, tries=0, next_at=at)
        record(
            [
                Happening(
                    fact=DeliveryRetried(company_id=_COMPANY, delivery_id=delivery.pk, entry_id=delivery.entry_id),
                    on=company_day(at),
                )
                for delivery in found
            ],
            by=by.pk,
            at=at,
        )
