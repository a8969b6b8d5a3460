"""Who looks after the background work: whoever keeps the books or the organisation in order."""

from django.db.models import QuerySet
from django.utils import timezone

from xiaoguan.lib.days import company_day
from xiaoguan.org.models import Member
from xiaoguan.org.scope import allowed
from xiaoguan.services.jobs.models import Delivery

PERMISSION = "books.reconcile"


def visible_deliveries(member: Member) -> QuerySet[Delivery]:
    """All deliveries for those who reconcile the books, none for others: an error text may name any record."""
    if allowed(member, PERMISSION, company_day(timezone.now())):
        return Delivery.objects.all()
    return Delivery.objects.none()


def may_retry(member: Member, delivery: Delivery) -> bool:
    """Whoever sees it may ask for another try."""
    return visible_deliveries(member).filter(pk=delivery.pk).exists()
