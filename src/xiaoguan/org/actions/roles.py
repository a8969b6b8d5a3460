"""Give and take roles; amend what a role allows; set passwords."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from axes.utils import reset as unlock
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from xiaoguan.journal.facts.org import PasswordChanged, RoleAmended, RoleGranted, RoleRevoked
from xiaoguan.journal.models import Origin
from xiaoguan.journal.recording import Happening, record
from xiaoguan.lib.refusal import Refusal
from xiaoguan.org import rules
from xiaoguan.org.actions.base import actor, person_of, writing
from xiaoguan.org.company import today
from xiaoguan.org.models import Member, Role, RoleGrant
from xiaoguan.org.permissions import BY_KEY, LEVELS


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A member holds a role from a day on (``start`` None: since ever)."""

    member_id: int
    role: str
    start: date | None


def grant_roles(
    items: Sequence[Grant], *, by: Member | None, at: datetime, origin: int = Origin.LIVE, batch_id: int | None = None
) -> None:
    """Give roles to members."""
    with writing():
        members = Member.objects.in_bulk([item.member_id for item in items])
        triples = [(members[item.member_id], item.role, item.start) for item in items]
        record(grant_roles_unlocked(triples, at), by=actor(by), at=at, origin=origin, batch_id=batch_id)


def grant_roles_unlocked(items: Sequence[tuple[Member, str, date | None]], at: datetime) -> list[Happening]:
    """Write grants inside another action's transaction and return what is to be recorded."""
    roles = {role.key: role for role in Role.objects.all()} if items else {}
    happenings = []
    for member, key, start in items:
        if key not in roles:
            raise Refusal(_("There is no role “%(role)s”.") % {"role": key}, field="role", code="no_role")
        rules.check_present(person_of(member), start)
        held = RoleGrant.objects.filter(member=member, role=roles[key])
        if held.filter(Q(end=None) | Q(end__gt=start or date.min)).exists():
            named = {"name": member.name, "role": roles[key]}
            raise Refusal(_("%(name)s has the role “%(role)s” already.") % named, field="role", code="held")
        RoleGrant.objects.create(member=member, role=roles[key], start=start, end=member.left_on)
        told = RoleGranted(member_id=member.pk, role_id=roles[key].pk, end=member.left_on)
        happenings.append(Happening(fact=told, on=start or today(at)))
    return happenings


def revoke_role(member_id: int, role: str, start: date, *, by: Member | None, at: datetime) -> None:
    """Take a role away; ``start`` is the first day without it."""
    with writing(), roles_stay_managed(start):
        member, kind = Member.objects.get(pk=member_id), Role.objects.get(key=role)
        open_ended = Q(end=None) | Q(end__gt=start)
        grant = RoleGrant.objects.filter(open_ended, member=member, role=kind).order_by("start").last()
        if grant is None:
            named = {"name": member.name, "role": kind}
            raise Refusal(_("%(name)s does not have the role “%(role)s”.") % named, field="role", code="not_held")
        if grant.start is not None and grant.start >= start:
            grant.delete()
        else:
            RoleGrant.objects.filter(pk=grant.pk).update(end=start)
        told = RoleRevoked(member_id=member_id, role_id=kind.pk)
        record([Happening(fact=told, on=start)], by=actor(by), at=at)


def amend_role(role: str, permission: str, level: str | None, *, by: Member | None, at: datetime) -> None:
    """Say at which level a role has a permission (None: not at all)."""
    if permission not in BY_KEY or level not in (None, *LEVELS):
        raise ValueError(f"no such permission or level: {permission} {level}")
    with writing(), roles_stay_managed(today(at)):
        kind = Role.objects.select_for_update().get(key=role)
        former = kind.grants.get(permission)
        if former == level:
            return
        kind.grants = {key: value for key, value in kind.grants.items() if key != permission}
        if level is not None:
            kind.grants[permission] = level
        kind.save(update_fields=["grants"])
        told = RoleAmended(role_id=kind.pk, permission=permission, level=level, former_level=former)
        record([Happening(fact=told, on=today(at))], by=actor(by), at=at)


def set_password(member: Member, password: str, *, by: Member | None, at: datetime) -> None:
    """Set a member's password; a new one ends a lock-out and a demo sign-in's restriction to this machine."""
    check_password_strength(password, member)
    hashed = make_password(password)
    with writing():
        Member.objects.filter(pk=member.pk).update(password=hashed, demo=False)
        record([Happening(fact=PasswordChanged(member_id=member.pk), on=today(at))], by=actor(by), at=at)
    member.password, member.demo = hashed, False
    unlock(username=member.username)


def check_password_strength(password: str, member: Member) -> None:
    """Refuse a password that could be guessed, saying why."""
    try:
        validate_password(password, member)
    except ValidationError as error:
        raise Refusal(" ".join(error.messages), field="password", code="weak") from error


@contextmanager
def roles_stay_managed(day: date) -> Iterator[None]:
    """Once somebody may change roles, somebody must be able to from the day on for good."""
    before = _managers_of_roles(day)
    yield
    if before:
        rules.check_keeps_a_manager_of_roles(_managers_of_roles(day))


def _managers_of_roles(day: date) -> int:
    lasting = RoleGrant.objects.filter(Q(start=None) | Q(start__lte=day), end=None)
    able = lasting.filter(role__grants__has_key="roles.manage", member__is_active=True, member__left_on=None)
    return able.count()
