"""Who signs in, as the command line lists it."""

from django.db.models import Q, QuerySet
from django.utils import timezone

from xiaoguan.lib.days import company_day
from xiaoguan.org.models import RoleGrant


def demo_sign_ins() -> list[tuple[str, str, str]]:
    """One (role, username, name) per role, of members who still have the demo password."""
    firsts: dict[int, tuple[str, str, str]] = {}
    grants = _held_today().filter(member__demo=True, member__is_active=True)
    for grant in grants.order_by("role__position", "member_id").select_related("member", "role"):
        firsts.setdefault(grant.role_id, (str(grant.role), grant.member.username, grant.member.name))
    return list(firsts.values())


def _held_today() -> QuerySet[RoleGrant]:
    day = company_day(timezone.now())
    begun = Q(start=None) | Q(start__lte=day)
    return RoleGrant.objects.filter(begun, Q(end=None) | Q(end__gt=day))
