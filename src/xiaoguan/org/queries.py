"""What the pages of the organisation read."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Final, TypeVar

from django.db.models import Prefetch, Q, QuerySet

from xiaoguan.journal.kinds import MEMBER
from xiaoguan.journal.models import Entry
from xiaoguan.journal.reading import entries_about
from xiaoguan.lib.addresses import address_of
from xiaoguan.org import memo, policy
from xiaoguan.org.models import Assignment, Dated, ExchangeRate, Holiday, Member, Role, RoleGrant, Unit, UnitLead
from xiaoguan.org.tree import UnitTree

D = TypeVar("D", bound=Dated)
AT_ONCE: Final = 100
"""People shown at once where they could be thousands."""


@dataclass(slots=True)
class MemberRow:
    """A member as a row of the team page."""

    member: Member
    roles: list[Role]


@dataclass(slots=True)
class UnitNode:
    """A unit as it stands on a day, with those below it; ``people`` counts its members and theirs, ``own`` its own.
    ``members`` are the own ones, where it is open."""

    unit: Unit
    depth: int
    own: int = 0
    people: int = 0
    lead: Member | None = None
    open: bool = False
    members: list[MemberRow] = field(default_factory=list)


def team_on(member: Member, day: date, *, of: Collection[int] | None = None) -> list[UnitNode]:
    """The units that stand on a day, from the top down, as far as the viewer sees, with the people of that day: of
    these units (None: of all) one by one, of the others how many they are."""
    seen = people_seen(member, day)
    by_unit = _by_unit(seen, day)
    nodes = _nodes(_units_seen(member, day), by_unit, day)
    _open([node for node in nodes if of is None or node.unit.pk in of], by_unit, day)
    _name_leads(nodes, seen, day)
    return nodes


def found_in_team(member: Member, day: date, typed: str) -> list[UnitNode]:
    """The first ``AT_ONCE`` whose name contains what was typed or whose username begins with it, in their units."""
    seen = present(policy.visible_members(member), day)
    fitting = seen.filter(Q(name__icontains=typed) | Q(username__istartswith=typed)).order_by("name", "pk")
    by_unit = _by_unit(fitting.values_list("pk", flat=True)[:AT_ONCE], day)
    way = {above for unit in by_unit for above in UnitTree.load().path(unit, day)}
    nodes = _nodes([unit for unit in _units_seen(member, day) if unit.pk in way], by_unit, day)
    _open(nodes, by_unit, day)
    _name_leads(nodes, people_seen(member, day), day)
    return nodes


def people_seen(member: Member, day: date) -> Collection[int]:
    """Whom the viewer sees of those with the company on a day. Do not change the answer: a request keeps it."""
    seen = present(policy.visible_members(member), day).values_list("pk", flat=True)
    return memo.remember(("people seen", member.pk, day), lambda: set(seen))


def _units_seen(member: Member, day: date) -> list[Unit]:
    tree = UnitTree.load()
    return [unit for unit in policy.visible_units(member).order_by("pk") if tree.exists(unit.pk, day)]


def _by_unit(persons: Iterable[int], day: date) -> dict[int, list[int]]:
    placed, result = UnitTree.load().units_on(day), defaultdict(list)
    for person in persons:
        if person in placed:
            result[placed[person]].append(person)
    return result


def _nodes(units: list[Unit], by_unit: dict[int, list[int]], day: date) -> list[UnitNode]:
    """The units from the top down, each counted."""
    tree, known = UnitTree.load(), {unit.pk for unit in units}
    below: dict[int | None, list[Unit]] = defaultdict(list)
    for unit in units:
        parent = tree.parent_of(unit.pk, day)
        below[parent if parent in known else None].append(unit)
    nodes: list[UnitNode] = []

    def descend(unit: Unit, depth: int) -> int:
        node = UnitNode(unit, depth, own=len(by_unit.get(unit.pk, ())))
        nodes.append(node)
        node.people = node.own + sum(descend(child, depth + 1) for child in below.get(unit.pk, ()))
        return node.people

    for top in below[None]:
        descend(top, 0)
    return nodes


def _open(nodes: list[UnitNode], by_unit: dict[int, list[int]], day: date) -> None:
    """The people of these units one by one."""
    persons = {person for node in nodes for person in by_unit.get(node.unit.pk, ())}
    known, roles = Member.objects.in_bulk(persons), roles_on(persons, day)
    for node in nodes:
        rows = (MemberRow(known[person], roles.get(person, [])) for person in by_unit.get(node.unit.pk, ()))
        node.members = sorted(rows, key=lambda row: row.member.name)
        node.open = True


def _name_leads(nodes: list[UnitNode], seen: Collection[int], day: date) -> None:
    """Who leads each unit, where the viewer sees him."""
    tree = UnitTree.load()
    leads = {node.unit.pk: tree.lead_of(node.unit.pk, day) for node in nodes}
    known = Member.objects.in_bulk({lead for lead in leads.values() if lead is not None and lead in seen})
    for node in nodes:
        node.lead = known.get(leads[node.unit.pk] or 0)


def present(members: QuerySet[Member], day: date) -> QuerySet[Member]:
    """Those with the company on a day."""
    return members.filter(Q(left_on=None) | Q(left_on__gt=day), Q(hired_on=None) | Q(hired_on__lte=day))


def leavers(member: Member, day: date) -> QuerySet[Member]:
    """Those who had left by a day, the last one first."""
    return policy.visible_members(member).filter(left_on__lte=day).order_by("-left_on", "name")


def without_unit(member: Member, day: date) -> list[Member]:
    """The first ``AT_ONCE`` with the company on a day who belong to no unit yet."""
    nowhere = set(people_seen(member, day)) - UnitTree.load().units_on(day).keys()
    return list(Member.objects.filter(pk__in=nowhere).order_by("name", "pk")[:AT_ONCE]) if nowhere else []


def roles_on(member_ids: Iterable[int], day: date) -> dict[int, list[Role]]:
    """The roles that members hold on a day."""
    covering = Q(start=None) | Q(start__lte=day), Q(end=None) | Q(end__gt=day)
    result: dict[int, list[Role]] = defaultdict(list)
    grants = RoleGrant.objects.filter(*covering, member_id__in=list(member_ids)).select_related("role")
    for grant in grants.order_by("role__position"):
        result[grant.member_id].append(grant.role)
    return result


@dataclass(frozen=True, slots=True)
class MemberStory:
    """What the page of a member shows of his place in the company."""

    unit: Unit | None
    superior: Member | None
    assignments: list[Assignment]
    grants: list[RoleGrant]
    leads: list[UnitLead]


def story_of(target: Member, day: date) -> MemberStory:
    """Unit and superior on a day, and the dated history, the latest first."""
    tree = UnitTree.load()
    unit_id, superior_id = tree.unit_of(target.pk, day), tree.superior_of(target.pk, day)
    return MemberStory(
        unit=Unit.objects.get(pk=unit_id) if unit_id else None,
        superior=Member.objects.get(pk=superior_id) if superior_id else None,
        assignments=_latest_first(Assignment.objects.filter(member=target).select_related("unit")),
        grants=_latest_first(RoleGrant.objects.filter(member=target).select_related("role")),
        leads=_latest_first(UnitLead.objects.filter(member=target).select_related("unit")),
    )


def _latest_first(rows: Iterable[D]) -> list[D]:
    return sorted(rows, key=lambda row: row.start or date.min, reverse=True)


def entries_about_member(target: Member, limit: int = 50) -> list[Entry]:
    """What is recorded about a member: his data, places, roles and sign-ins; the latest first."""
    return list(entries_about(MEMBER, target.pk)[:limit])


def standing_units(member: Member, day: date) -> QuerySet[Unit]:
    """Units that the viewer sees and that stand on a day, for choosing one."""
    return policy.visible_units(member).filter(pk__in=UnitTree.load().units_existing(day)).order_by("pk")


def present_members(member: Member, day: date) -> QuerySet[Member]:
    """Members whom the viewer sees and who are with the company, for choosing one."""
    return present(policy.visible_members(member), day)


def grantable_roles(member: Member) -> QuerySet[Role]:
    """Roles that the viewer may give."""
    may = [role.pk for role in Role.objects.all() if policy.may_grant(member, role)]
    return Role.objects.filter(pk__in=may)


def demo_sign_ins() -> list[tuple[Member, Role | None]]:
    """Demo members with their role, in the order of the roles."""
    grants = Prefetch("role_grants", RoleGrant.objects.select_related("role"))
    members = Member.objects.filter(demo=True, is_active=True, removed=False).prefetch_related(grants)
    found = [(member, next((grant.role for grant in member.role_grants.all()), None)) for member in members]
    return sorted(found, key=lambda pair: pair[1].position if pair[1] else 99)


# --- what other rooms ask (org.records.RecordKind) ----------------------------------------------------------


def members_seen(member: Member, ids: Iterable[int]) -> dict[int, str]:
    """The names of those members whom the viewer may open."""
    return dict(policy.visible_members(member).filter(pk__in=list(ids)).values_list("pk", "name"))


def member_labels(ids: Iterable[int]) -> dict[int, str]:
    """Names of members, leavers and removed ones included: history speaks of them."""
    known = UnitTree.load().kept("names of members", lambda: dict(Member.objects.values_list("pk", "name")))
    return {pk: known[pk] for pk in ids if pk in known}


def member_url(member_id: int) -> str:
    return address_of("org:member", member_id)


def units_seen(member: Member, ids: Iterable[int]) -> dict[int, str]:
    """The names of those units that the viewer may open."""
    return dict(policy.visible_units(member).filter(pk__in=list(ids)).values_list("pk", "name"))


def unit_labels(ids: Iterable[int]) -> dict[int, str]:
    """Names of units, dissolved ones included."""
    known = UnitTree.load().kept("names of units", lambda: dict(Unit.objects.values_list("pk", "name")))
    return {pk: known[pk] for pk in ids if pk in known}


def unit_url(unit_id: int) -> str:
    return address_of("org:unit", unit_id)


def role_labels(ids: Iterable[int]) -> dict[int, str]:
    """Names of roles in the reader's language."""
    return {role.pk: str(role) for role in Role.objects.filter(pk__in=list(ids))}


def declared_days() -> QuerySet[Holiday]:
    """Days that the company declared off or working, latest first."""
    return Holiday.objects.order_by("-day")


def known_rates() -> QuerySet[ExchangeRate]:
    return ExchangeRate.objects.all()


def all_roles() -> list[Role]:
    return list(Role.objects.all())


def as_saved(member: Member) -> Member:
    """The member as the database has him now."""
    return Member.objects.get(pk=member.pk)
