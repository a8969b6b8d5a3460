"""What can be chosen in forms: sources and owners."""

from datetime import date

from django.db.models import QuerySet

from xiaoguan.crm import policy, rules
from xiaoguan.crm.models import Customer, Source
from xiaoguan.org.choosing import people_among
from xiaoguan.org.models import Member

Choice = tuple[int, str]


def sources(present: int | None = None) -> list[Choice]:
    """Sources in use, and the one that stands there now."""
    rows = Source.objects.filter(active=True) | Source.objects.filter(pk=present or 0)
    return list(rows.order_by("name_key").values_list("pk", "name"))


def owners(member: Member, today: date) -> QuerySet[Member]:
    """People to whom the member may give a customer; those who left are not offered, he himself always is."""
    ids = policy.possible_owners(member)
    return people_among(None if ids is None else ids | {member.pk}, today)


def may_leave_unowned(member: Member) -> bool:
    """Whether the member may enter customers for nobody: those who may hand over anybody's."""
    return policy.possible_owners(member) is None


def visible_named(member: Member, name: str) -> list[Customer]:
    """Customers of exactly this name (in any case and width) that the member may see."""
    return list(policy.visible_customers(member).filter(name_key=rules.name_key(name))[:2])
