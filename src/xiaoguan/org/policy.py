"""Who sees which units and members, and who may change what about them."""

from datetime import date

from django.db.models import QuerySet
from django.utils import timezone

from xiaoguan.org.company import today
from xiaoguan.org.models import Member, Role, Unit
from xiaoguan.org.permissions import LEVELS
from xiaoguan.org.scope import allowed, persons_in, reaches, roles_from, roles_held, scope_of
from xiaoguan.org.tree import UnitTree


def now_day() -> date:
    """The day on which a policy is asked."""
    return today(timezone.now())


def visible_members(member: Member) -> QuerySet[Member]:
    """Members within the reach of org.view, and always oneself."""
    members = Member.objects.filter(removed=False)
    scope = scope_of(member, "org.view", now_day())
    if scope is None:
        return members.filter(pk=member.pk)
    persons = persons_in(scope, now_day())
    return members if persons is None else members.filter(pk__in=persons | {member.pk})


def visible_units(member: Member) -> QuerySet[Unit]:
    """Units within the reach of org.view with those above them, and one's own."""
    day = now_day()
    scope = scope_of(member, "org.view", day)
    if scope is not None and scope.everything:
        return Unit.objects.all()
    tree = UnitTree.load()
    seen = set(scope.unit_ids) if scope is not None else set()
    own = tree.unit_of(member.pk, day)
    if own is not None:
        seen.add(own)
    return Unit.objects.filter(pk__in={above for unit in seen for above in tree.path(unit, day)})


def may_manage(member: Member, target: Member) -> bool:
    """Amend, transfer, let go."""
    return reaches(member, "org.manage", target.pk, now_day())


def may_manage_unit(member: Member, unit: Unit) -> bool:
    """Move, rename, dissolve, appoint a lead, enter people."""
    scope = scope_of(member, "org.manage", now_day())
    return scope is not None and (scope.everything or unit.pk in scope.unit_ids)


def may_grant(member: Member, role: Role) -> bool:
    """Give or take a role: only who may change roles, or who has himself all that it allows."""
    if allowed(member, "roles.manage", now_day()):
        return True
    return allowed(member, "org.manage", now_day()) and _has_all(member, role.grants)


def may_set_password(member: Member, target: Member) -> bool:
    """Set somebody's password: a password opens all that its owner may do, now or from a later day on, so the rule of
    roles holds for it too. One's own is changed on a page that asks for the present one."""
    if member.pk == target.pk:
        return False
    if allowed(member, "roles.manage", now_day()):
        return True
    held = roles_from(target, now_day())
    return may_manage(member, target) and all(_has_all(member, grants) for grants in held)


def may_read_about(member: Member, target: Member) -> bool:
    """Read what is recorded about somebody: he himself, and whom audit.view reaches."""
    return member.pk == target.pk or reaches(member, "audit.view", target.pk, now_day())


def may_set_up(member: Member, _target: object = None) -> bool:
    """Change company, calendar, rates and roles."""
    return allowed(member, "roles.manage", now_day())


def _has_all(member: Member, grants: dict[str, str]) -> bool:
    held: dict[str, int] = {}
    for role in roles_held(member, now_day()):
        for key, level in role.items():
            held[key] = max(held.get(key, -1), LEVELS.index(level))
    return all(held.get(key, -1) >= LEVELS.index(level) for key, level in grants.items())
