"""How far a permission reaches for a member today: own < team < unit and below < whole company."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from xiaoguan.org import memo
from xiaoguan.org.models import Member, Role, RoleGrant
from xiaoguan.org.permissions import broadest
from xiaoguan.org.tree import UnitTree


@dataclass(frozen=True, slots=True)
class Scope:
    """Everything, or what belongs to these units or to these persons. The member himself is always among the
    persons."""

    everything: bool = False
    unit_ids: frozenset[int] = frozenset()
    person_ids: frozenset[int] = frozenset()


def scope_of(member: Member, permission: str, today: date) -> Scope | None:
    """What a member reaches with a permission by today's tree; None where he does not have it."""
    return memo.remember(("scope", member.pk, permission, today), lambda: _reach(member, permission, today))


def _reach(member: Member, permission: str, today: date) -> Scope | None:
    level = level_of(member, permission, today)
    if level is None:
        return None
    if level == "company":
        return Scope(everything=True)
    own = frozenset([member.pk])
    if level == "own":
        return Scope(person_ids=own)
    tree = UnitTree.load()
    units = tree.led_by(member.pk, today)
    unit_id = tree.unit_of(member.pk, today)
    if unit_id is not None:
        units.add(unit_id)
    if level == "subtree":
        units = set().union(*(tree.subtree(unit, today) for unit in units))
    return Scope(unit_ids=frozenset(units), person_ids=own)


def persons_in(scope: Scope, today: date) -> set[int] | None:
    """Whose records a scope contains today; None means everybody's."""
    if scope.everything:
        return None
    return memo.remember(
        ("persons", scope, today), lambda: UnitTree.load().persons_of(scope.unit_ids, today) | scope.person_ids
    )


def level_of(member: Member, permission: str, today: date) -> str | None:
    """The furthest level at which one of the member's roles grants a permission today."""
    if not may_work(member, today):
        return None
    return memo.remember(("level", member.pk, permission, today), lambda: _granted(member, permission, today))


def allowed(member: Member, permission: str, today: date) -> bool:
    """Whether a member has a permission at any level."""
    return level_of(member, permission, today) is not None


def reaches(member: Member, permission: str, owner_id: int | None, today: date) -> bool:
    """Whether a permission reaches the records of this person (None: of nobody, which takes the whole
    company)."""
    scope = scope_of(member, permission, today)
    if scope is None:
        return False
    persons = persons_in(scope, today)
    return persons is None or owner_id in persons


def roles_of(member: Member, today: date) -> list[Role]:
    """The roles that a member holds today, in their order."""
    return UnitTree.load().kept(("roles", member.pk, today), lambda: _held(member.pk, today))


def roles_held(member: Member, today: date) -> list[dict[str, str]]:
    """What each role grants that a member holds today; nothing for a leaver."""
    return [role.grants for role in roles_of(member, today)] if may_work(member, today) else []


def roles_from(member: Member, today: date) -> list[dict[str, str]]:
    """What each role grants that a member holds today or is already promised for a later day."""
    standing = RoleGrant.objects.filter(Q(end__isnull=True) | Q(end__gt=today), member_id=member.pk)
    return list(standing.values_list("role__grants", flat=True))


def may_work(member: Member, today: date) -> bool:
    """Whether somebody is with the company today and not barred."""
    gone = member.left_on is not None and member.left_on <= today
    return member.is_active and not member.removed and not gone


def _granted(member: Member, permission: str, today: date) -> str | None:
    grants = (role.get(permission) for role in roles_held(member, today))
    return broadest([level for level in grants if level is not None])


def _held(member_id: int, today: date) -> list[Role]:
    covering = (Q(start__isnull=True) | Q(start__lte=today)) & (Q(end__isnull=True) | Q(end__gt=today))
    held = RoleGrant.objects.filter(covering, member_id=member_id).select_related("role")
    return [grant.role for grant in held.order_by("role__position")]
