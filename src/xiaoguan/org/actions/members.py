"""Members come, change unit, leave; entries made by mistake are removed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext as _

from xiaoguan.journal.facts.org import (
    LeadAppointed,
    MemberAssigned,
    MemberJoined,
    MemberLeft,
    MemberRemoved,
)
from xiaoguan.journal.models import Origin
from xiaoguan.journal.recording import Happening, record
from xiaoguan.org import rules
from xiaoguan.org.actions.base import actor, cut, person_of, writing
from xiaoguan.org.actions.data import PERSONAL, check_unique, private_value
from xiaoguan.org.actions.roles import check_password_strength, grant_roles_unlocked, roles_stay_managed
from xiaoguan.org.company import today
from xiaoguan.org.models import Assignment, Member, RoleGrant, Unit, UnitLead, normal_username
from xiaoguan.org.tree import UnitTree, touch


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMember:
    """Somebody who joins. ``start`` is since when he belongs to the unit (None: since ever). Without a
    password he cannot sign in. ``roles`` are role keys, held from ``start`` on."""

    name: str
    username: str
    unit_id: int | None = None
    start: date | None = None
    start_assumed: bool = False
    hired_on: date | None = None
    employee_no: str | None = None
    email: str = ""
    phone: str = ""
    password: str | None = None
    language: str = ""
    demo: bool = False
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """A member belongs to a unit from a day on (None: since ever), until what was planned for a later day."""

    member_id: int
    unit_id: int
    start: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """The last day on which somebody is with the company."""

    member_id: int
    last_day: date


def create_members(
    items: Sequence[NewMember],
    *,
    by: Member | None,
    at: datetime,
    origin: int = Origin.LIVE,
    batch_id: int | None = None,
) -> list[Member]:
    """Enter members with their first unit and roles."""
    with writing():
        tree, units = UnitTree.load(), dict(Unit.objects.values_list("id", "name"))
        for item in items:
            rules.check_present(rules.Person(item.name, item.hired_on, None), item.start)
            if item.unit_id is not None:
                rules.check_standing(tree, item.unit_id, units.get(item.unit_id, ""), item.start)
        members = [_new(item, at) for item in items]
        check_unique(members)
        for member, item in zip(members, items, strict=True):
            if item.password is not None:
                check_password_strength(item.password, member)
        Member.objects.bulk_create(members)
        pairs = list(zip(members, items, strict=True))
        Assignment.objects.bulk_create([
            Assignment(member=member, unit_id=item.unit_id, start=item.start, start_assumed=item.start_assumed)
            for member, item in pairs
            if item.unit_id is not None
        ])  # fmt: skip
        touch()
        happenings = [_joined(member, item, at) for member, item in pairs]
        grants = [(member, key, item.start) for member, item in pairs for key in item.roles]
        happenings += grant_roles_unlocked(grants, at)
        record(happenings, by=actor(by), at=at, origin=origin, batch_id=batch_id)
        return members


def assign_members(
    items: Sequence[Transfer],
    *,
    by: Member | None,
    at: datetime,
    origin: int = Origin.LIVE,
    batch_id: int | None = None,
) -> None:
    """Transfer members to units, each on its day: today, a day to come, or one gone by.

    Balances follow by themselves; flows of days gone by keep the unit under which they were recorded.
    """
    with writing():
        rules.check_one_each([item.member_id for item in items], _("A person cannot move twice in one step."))
        tree, units = UnitTree.load(), dict(Unit.objects.values_list("id", "name"))
        members = Member.objects.in_bulk([item.member_id for item in items])
        histories: dict[int, list[rules.Stay]] = {}
        for row in Assignment.objects.filter(member_id__in=members):
            histories.setdefault(row.member_id, []).append(rules.Stay(row.pk, row.unit_id, row.start, row.end))
        happenings = []
        for item in items:
            rules.check_present(person_of(members[item.member_id]), item.start)
            rules.check_standing(tree, item.unit_id, units.get(item.unit_id, ""), item.start)
            edit = _assign(item, histories.get(item.member_id, []), members[item.member_id].left_on)
            told = MemberAssigned(
                member_id=item.member_id, unit_id=item.unit_id, former_unit_id=edit.former, end=edit.end
            )
            happenings.append(Happening(fact=told, on=item.start or today(at)))
        touch()
        record(happenings, by=actor(by), at=at, origin=origin, batch_id=batch_id)


def leave(
    items: Sequence[Leaving],
    *,
    by: Member | None,
    at: datetime,
    origin: int = Origin.LIVE,
    batch_id: int | None = None,
) -> None:
    """Members leave: unit, leads and roles end with the last day. Their records stay with their last unit."""
    with writing(), roles_stay_managed(today(at)):
        members = Member.objects.in_bulk([item.member_id for item in items])
        happenings = []
        for item in items:
            member, away = members[item.member_id], item.last_day + timedelta(days=1)
            rules.check_leave(person_of(member), away)
            member.left_on = away
            member.save(update_fields=["left_on"])
            cut(Assignment.objects.filter(member=member), away)
            cut(RoleGrant.objects.filter(member=member), away)
            happenings.append(Happening(fact=MemberLeft(member_id=member.pk), on=away))
            happenings += _leads_ended(member, away)
        touch()
        record(happenings, by=actor(by), at=at, origin=origin, batch_id=batch_id)


def remove_members(
    member_ids: Sequence[int],
    *,
    by: Member | None,
    at: datetime,
    origin: int = Origin.LIVE,
    batch_id: int | None = None,
) -> None:
    """Take members out who were entered by mistake: no unit, no role, no sign-in; the row stays for what
    names it."""
    with writing(), roles_stay_managed(today(at)):
        happenings = []
        for member in Member.objects.filter(pk__in=member_ids, removed=False):
            first = Assignment.objects.filter(member=member).first()
            Assignment.objects.filter(member=member).delete()
            UnitLead.objects.filter(member=member).delete()
            RoleGrant.objects.filter(member=member).delete()
            member.removed, member.is_active = True, False
            member.username, member.employee_no = f"removed-{member.pk}", None
            member.set_unusable_password()
            member.save()
            told = MemberRemoved(member_id=member.pk, unit_id=first.unit_id if first else None)
            happenings.append(Happening(fact=told, on=today(at)))
        touch()
        record(happenings, by=actor(by), at=at, origin=origin, batch_id=batch_id)


def _new(item: NewMember, at: datetime) -> Member:
    return Member(
        name=item.name.strip(),
        username=normal_username(item.username),
        email=item.email,
        phone=item.phone,
        employee_no=item.employee_no or None,
        hired_on=item.hired_on,
        language=item.language,
        demo=item.demo,
        joined_at=at,
        password=make_password(item.password),
    )


def _joined(member: Member, item: NewMember, at: datetime) -> Happening:
    told = MemberJoined(
        member_id=member.pk,
        unit_id=item.unit_id,
        hired_on=item.hired_on,
        start=item.start,
        start_assumed=item.start_assumed,
    )
    values = ((field, getattr(member, field)) for field in PERSONAL)
    private = tuple(private_value(member, field, None, value) for field, value in values if value)
    return Happening(fact=told, on=item.start or today(at), private=private)


def _assign(item: Transfer, history: list[rules.Stay], left_on: date | None) -> rules.Edit:
    edit = rules.set_from(history, item.unit_id, item.start)
    rows = Assignment.objects.filter(member_id=item.member_id)
    if edit.replaced:
        rows.filter(pk=edit.replaced).update(unit_id=item.unit_id, start_assumed=False)
        return edit
    if edit.shortened:
        rows.filter(pk=edit.shortened).update(end=item.start)
    Assignment.objects.create(member_id=item.member_id, unit_id=item.unit_id, start=item.start, end=edit.end or left_on)
    return edit


def _leads_ended(member: Member, away: date) -> list[Happening]:
    leads = UnitLead.objects.filter(member=member)
    units = sorted({row.unit_id for row in leads if row.end is None or row.end > away})
    cut(leads, away)
    return [
        Happening(fact=LeadAppointed(unit_id=unit_id, member_id=None, former_id=member.pk, start=away), on=away)
        for unit_id in units
    ]
