"""Found, move, rename and dissolve units; appoint their leads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from xiaoguan.journal.facts.base import Fact
from xiaoguan.journal.facts.general import FieldsChanged
from xiaoguan.journal.facts.org import LeadAppointed, UnitCreated, UnitDissolved, UnitMoved, UnitRemoved
from xiaoguan.journal.kinds import UNIT
from xiaoguan.journal.models import Origin
from xiaoguan.journal.recording import Happening, Private, record
from xiaoguan.lib.refusal import Refusal
from xiaoguan.org import rules
from xiaoguan.org.actions.base import actor, cut, person_of, writing
from xiaoguan.org.company import company, today
from xiaoguan.org.models import Assignment, Member, Unit, UnitLead, UnitPlacement
from xiaoguan.org.tree import UnitTree, touch


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUnit:
    """A unit to found below ``parent_id`` (None: the company itself), since ``start`` (None: since ever)."""

    name: str
    kind: str
    parent_id: int | None
    start: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """Who leads a unit from a day on (``start`` None: since ever; ``member_id`` None: nobody)."""

    unit_id: int
    member_id: int | None
    start: date | None


def create_units(
    items: Sequence[NewUnit],
    *,
    by: Member | None,
    at: datetime,
    origin: int = Origin.LIVE,
    batch_id: int | None = None,
) -> list[Unit]:
    """Found units, in the order given (a unit may stand below one founded before it in another call)."""
    with writing():
        tree = UnitTree.load()
        names = dict(Unit.objects.values_list("id", "name"))
        founded: dict[int | None, list[str]] = {}
        for item in items:
            parent_kind = tree.kinds.get(item.parent_id) if item.parent_id is not None else None
            rules.check_kind(item.kind, parent_kind)
            first = item.start or date.min
            if item.parent_id is None:
                _check_no_company_yet(tree)
                beside: list[str] = []
            else:
                rules.check_standing(tree, item.parent_id, names.get(item.parent_id, ""), item.start)
                beside = [names[other] for other in tree.children(item.parent_id, first) if tree.exists(other, first)]
            new_beside = founded.setdefault(item.parent_id, [])
            rules.check_name_free(item.name, [*beside, *new_beside])
            new_beside.append(item.name)
        units = Unit.objects.bulk_create([Unit(name=item.name.strip(), kind=item.kind) for item in items])
        UnitPlacement.objects.bulk_create([
            UnitPlacement(unit=unit, parent_id=item.parent_id, start=item.start)
            for unit, item in zip(units, items, strict=True)
        ])  # fmt: skip
        touch()
        happenings = [
            Happening(
                fact=UnitCreated(unit_id=unit.pk, unit_kind=item.kind, parent_id=item.parent_id, start=item.start),
                on=item.start or today(at),
                private=(Private(field="name", about_kind=UNIT, about_id=unit.pk, new=unit.name),),
            )
            for unit, item in zip(units, items, strict=True)
        ]
        record(happenings, by=actor(by), at=at, origin=origin, batch_id=batch_id)
        return units


def ensure_company_unit(
    *, by: Member | None, at: datetime, origin: int = Origin.LIVE, batch_id: int | None = None
) -> Unit:
    """The unit on top, founded (since ever) where there is none yet."""
    there = Unit.objects.filter(kind=Unit.Kind.COMPANY)
    found = there.first()
    if found is not None:
        return found
    with writing():
        found = there.first()  # another may have founded it in the meantime
        if found is not None:
            return found
        item = NewUnit(name=company().name or _("Company"), kind=Unit.Kind.COMPANY, parent_id=None)
        return create_units([item], by=by, at=at, origin=origin, batch_id=batch_id)[0]


def move_unit(unit_id: int, parent_id: int, start: date, *, by: Member | None, at: datetime) -> None:
    """Let a unit stand below another one from a day on."""
    with writing():
        tree = UnitTree.load()
        names = dict(Unit.objects.values_list("id", "name"))
        rules.check_standing(tree, unit_id, names.get(unit_id, ""), start)
        rules.check_standing(tree, parent_id, names.get(parent_id, ""), start)
        rules.check_move(tree, unit_id, parent_id, start)
        beside = [names[other] for other in tree.children(parent_id, start) if tree.exists(other, start)]
        rows = UnitPlacement.objects.filter(unit_id=unit_id)
        edit = rules.set_from([rules.Stay(row.pk, row.parent_id, row.start, row.end) for row in rows], parent_id, start)
        rules.check_name_free(names[unit_id], beside)
        if edit.replaced:
            rows.filter(pk=edit.replaced).update(parent_id=parent_id)
        else:
            if edit.shortened:
                rows.filter(pk=edit.shortened).update(end=start)
            UnitPlacement.objects.create(unit_id=unit_id, parent_id=parent_id, start=start, end=edit.end)
        touch()
        told = UnitMoved(unit_id=unit_id, parent_id=parent_id, former_parent_id=edit.former)
        record([Happening(fact=told, on=start)], by=actor(by), at=at)


def dissolve_unit(unit_id: int, start: date, *, by: Member | None, at: datetime) -> None:
    """End a unit; ``start`` is the first day without it. Its people and records fall to its parent."""
    with writing():
        tree = UnitTree.load()
        rules.check_dissolve(tree, unit_id, start)
        rows = UnitPlacement.objects.filter(unit_id=unit_id)
        rows.filter(start__gte=start).delete()
        last = max(rows, key=lambda row: row.start or date.min, default=None)
        if last is None:
            raise Refusal(_("A unit stands for at least one day."), field="start", code="too_early")
        rows.filter(pk=last.pk).update(end=start)
        cut(UnitLead.objects.filter(unit_id=unit_id), start)
        touch()
        told = UnitDissolved(unit_id=unit_id, parent_id=tree.parent_of(unit_id, start))
        record([Happening(fact=told, on=start)], by=actor(by), at=at)


def remove_units(
    unit_ids: Sequence[int], *, by: Member | None, at: datetime, origin: int = Origin.LIVE, batch_id: int | None = None
) -> list[int]:
    """Take units out of the tree that were entered by mistake and hold nobody; returns those that were empty.

    The deepest first, so that an empty region goes with its empty teams. The row stays for what names it.
    """
    with writing():
        removed = []
        for unit_id in sorted(unit_ids, reverse=True):
            in_use = (
                Assignment.objects.filter(unit_id=unit_id).exists()
                or UnitPlacement.objects.filter(parent_id=unit_id).exists()
            )
            if not in_use and UnitPlacement.objects.filter(unit_id=unit_id).delete()[0]:
                UnitLead.objects.filter(unit_id=unit_id).delete()
                removed.append(unit_id)
        touch()
        happenings = [Happening(fact=UnitRemoved(unit_id=unit_id), on=today(at)) for unit_id in removed]
        record(happenings, by=actor(by), at=at, origin=origin, batch_id=batch_id)
        return removed


def rename_unit(unit_id: int, name: str, *, by: Member | None, at: datetime) -> None:
    """Give a unit another name, for its past as well (a name is not dated)."""
    with writing():
        unit = Unit.objects.get(pk=unit_id)
        if unit.name == name.strip():
            return
        day, tree = today(at), UnitTree.load()
        parent_id = tree.parent_of(unit_id, day)
        beside = [other for other in tree.children(parent_id, day) if other != unit_id] if parent_id else []
        rules.check_name_free(name, Unit.objects.filter(pk__in=beside).values_list("name", flat=True))
        told = FieldsChanged(kind=UNIT, object_id=unit_id, fields=("name",), old=None, new=None)
        private = Private(field="name", about_kind=UNIT, about_id=unit_id, old=unit.name, new=name.strip())
        unit.name = name.strip()
        unit.save(update_fields=["name"])
        record([Happening(fact=told, on=day, private=(private,))], by=actor(by), at=at)


def appoint_leads(
    items: Sequence[Lead],
    *,
    by: Member | None,
    at: datetime,
    origin: int = Origin.LIVE,
    batch_id: int | None = None,
) -> None:
    """Say who leads units from a day on. Leading needs no assignment to the unit."""
    with writing():
        rules.check_one_each([item.unit_id for item in items], _("A unit cannot have two leads on one day."))
        tree = UnitTree.load()
        names = dict(Unit.objects.filter(pk__in=[item.unit_id for item in items]).values_list("id", "name"))
        members = Member.objects.in_bulk([item.member_id for item in items if item.member_id is not None])
        histories: dict[int, list[rules.Stay]] = {}
        for row in UnitLead.objects.filter(unit_id__in=names):
            histories.setdefault(row.unit_id, []).append(rules.Stay(row.pk, row.member_id, row.start, row.end))
        told: list[tuple[Fact, date]] = []
        for item in items:
            rules.check_standing(tree, item.unit_id, names.get(item.unit_id, ""), item.start)
            if item.member_id is not None:
                rules.check_present(person_of(members[item.member_id]), item.start)
            edit = _appoint(item, histories.get(item.unit_id, []))
            told.append((
                LeadAppointed(
                    unit_id=item.unit_id, member_id=item.member_id, former_id=edit.former, start=item.start
                ),
                item.start or today(at),
            ))  # fmt: skip
        touch()
        happenings = [Happening(fact=fact, on=day) for fact, day in told]
        record(happenings, by=actor(by), at=at, origin=origin, batch_id=batch_id)


def _appoint(item: Lead, history: list[rules.Stay]) -> rules.Edit:
    edit = rules.set_from(history, item.member_id, item.start)
    rows = UnitLead.objects.filter(unit_id=item.unit_id)
    if edit.shortened:
        rows.filter(pk=edit.shortened).update(end=item.start)
    if edit.replaced and item.member_id is None:
        rows.filter(pk=edit.replaced).delete()
    elif edit.replaced:
        rows.filter(pk=edit.replaced).update(member_id=item.member_id)
    elif item.member_id is not None:
        UnitLead.objects.create(unit_id=item.unit_id, member_id=item.member_id, start=item.start, end=edit.end)
    return edit


def _check_no_company_yet(tree: UnitTree) -> None:
    if "company" in tree.kinds.values():
        raise Refusal(_("The company is there already; found regions and teams below it."), field="kind", code="top")
