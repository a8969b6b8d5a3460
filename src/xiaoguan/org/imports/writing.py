"""Write imported members: their regions and teams, their managers, then themselves; and take them back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from xiaoguan.journal.facts.org import UnitCreated
from xiaoguan.journal.kinds import split_key
from xiaoguan.journal.models import Entry
from xiaoguan.org.actions import (
    Lead,
    MemberChange,
    NewMember,
    NewUnit,
    Transfer,
    appoint_leads,
    assign_members,
    create_members,
    create_units,
    ensure_company_unit,
    remove_members,
    remove_units,
    update_members,
)
from xiaoguan.org.company import today
from xiaoguan.org.imports.people import Directory, Person, bare, usernames
from xiaoguan.org.models import Assignment, Member, Unit
from xiaoguan.org.tree import UnitTree

SELLER, MANAGER = "representative", "manager"


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a row; ``before`` is what taking it back needs."""

    line: int
    member_id: int
    did: str
    before: dict[str, Any] | None


@dataclass(slots=True, kw_only=True)
class Writing:
    """One step of an import: who writes when, for which run. ``managers`` are the bare names of all
    managers."""

    by: Member | None
    at: datetime
    origin: int
    batch_id: int
    managers: frozenset[str] = frozenset()

    @property
    def doing(self) -> dict[str, Any]:
        return {"by": self.by, "at": self.at, "origin": self.origin, "batch_id": self.batch_id}


def write(people: Sequence[Person], known: Mapping[int, int], writing: Writing) -> list[Written]:
    """Write rows. ``known`` names members that the import engine remembers, by line."""
    units = _Units(writing)
    places = {person.line: units.place(person) for person in people}
    directory = Directory()
    made = _managers(people, places, directory, writing)
    new: list[Person] = []
    old: list[tuple[Person, int]] = []
    for person in people:
        found = known.get(person.line) or next(iter(directory.find(person)), None)
        if found:
            old.append((person, found))
        else:
            new.append(person)
    written = _create(new, places, writing)
    written += [_change(person, member_id, places[person.line], writing) for person, member_id in old]
    for person, result in zip(new, written, strict=False):
        directory.add(result.member_id, person.name, person.employee_no)
    _lead(people, places, directory, writing)
    return [_with_made(result, made.get(result.line, [])) for result in written]


def take_back(rows: Sequence[Written], writing: Writing) -> None:
    """Remove created members with the managers made for them, restore changed ones, remove units that are
    empty now."""
    gone = [row.member_id for row in rows if row.did == "created"]
    gone += [member for row in rows for member in (row.before or {}).get("made", [])]
    for row in rows:
        if row.did == "updated" and row.before:
            _restore(row.member_id, row.before, writing)
    remove_members(gone, **writing.doing)
    founded = Entry.objects.filter(kind=UnitCreated.code, batch_id=writing.batch_id)
    remove_units([split_key(entry.subject_key)[1] for entry in founded], **writing.doing)


class _Units:
    """Finds or founds the region and the team that a row names, since the unit above stands."""

    def __init__(self, writing: Writing) -> None:
        self._writing = writing
        self._company = ensure_company_unit(**writing.doing).pk
        tree = UnitTree.load()
        names = dict(Unit.objects.values_list("id", "name"))
        day = today(writing.at)
        self._found = {
            (tree.kinds[unit], tree.parent_of(unit, day), bare(names[unit])): unit for unit in tree.units_existing(day)
        }

    def place(self, person: Person) -> int:
        """The unit of a row: its team, named after its manager where the file has no team; else region or
        company."""
        above = self._unit(Unit.Kind.REGION, self._company, person.region) if person.region else self._company
        team = person.team or person.manager or _own_team(person, self._writing)
        return self._unit(Unit.Kind.TEAM, above, team) if team else above

    def _unit(self, kind: str, parent_id: int, name: str) -> int:
        key = (str(kind), parent_id, bare(name))
        if key not in self._found:
            new = NewUnit(name=" ".join(name.split()), kind=kind, parent_id=parent_id, start=_since(parent_id))
            self._found[key] = create_units([new], **self._writing.doing)[0].pk
        return self._found[key]


def _since(unit_id: int, day: date | None = None) -> date | None:
    """The first day on which something can hold in a unit: the day given or since ever, but not before it stands."""
    founded = UnitTree.load().founded(unit_id)
    return day if founded is None else max(day or founded, founded)


def _own_team(person: Person, writing: Writing) -> str | None:
    """Somebody without a manager who manages others belongs to the team that he leads."""
    return person.name if bare(person.name) in writing.managers else None


def _managers(
    people: Sequence[Person], places: Mapping[int, int], directory: Directory, writing: Writing
) -> dict[int, list[int]]:
    """Make members of managers who are none yet, in the team they lead; by the line that named them first."""
    missing: dict[str, Person] = {}
    own_rows = {bare(person.name) for person in people}
    for person in people:
        manager = person.manager
        if manager and bare(manager) not in own_rows and not directory.named(manager):
            missing.setdefault(bare(manager), person)
    names = [" ".join((person.manager or "").split()) for person in missing.values()]
    items = [
        NewMember(
            name=name, username=username, unit_id=places[person.line], start=_since(places[person.line]),
            start_assumed=True, roles=(MANAGER,),
        )
        for name, username, person in zip(
            names, usernames([(name, None) for name in names]), missing.values(), strict=True
        )
    ]  # fmt: skip
    made: dict[int, list[int]] = {}
    created = create_members(items, **writing.doing) if items else []
    for person, member in zip(missing.values(), created, strict=True):
        directory.add(member.pk, member.name, None)
        made.setdefault(person.line, []).append(member.pk)
    return made


def _create(people: Sequence[Person], places: Mapping[int, int], writing: Writing) -> list[Written]:
    signs = usernames([(person.name, person.fields.get("username")) for person in people])
    items = [
        NewMember(
            name=" ".join(person.name.split()),
            username=username,
            unit_id=places[person.line],
            start=_since(places[person.line], person.hired_on),
            start_assumed=person.hired_on is None,
            hired_on=person.hired_on,
            employee_no=person.employee_no,
            email=person.fields.get("email", ""),
            phone=person.fields.get("phone", ""),
            roles=(MANAGER if bare(person.name) in writing.managers else SELLER,),
        )
        for person, username in zip(people, signs, strict=True)
    ]
    members = create_members(items, **writing.doing) if items else []
    return [Written(person.line, one.pk, "created", None) for person, one in zip(people, members, strict=True)]


def _change(person: Person, member_id: int, unit_id: int, writing: Writing) -> Written:
    member = Member.objects.get(pk=member_id)
    values = {name: value for name, value in person.fields.items() if getattr(member, name) != value}
    if bare(person.name) == bare(member.name):
        values.pop("name", None)  # the same name with other spaces or capitals
    before: dict[str, Any] = {"values": {name: _plain(getattr(member, name)) for name in values}}
    if values:
        update_members([MemberChange(member_id=member_id, values=values)], **writing.doing)
    moved = _move(member_id, unit_id, writing) if _names_a_unit(person) else None
    if moved is not None:
        before["unit"] = moved
    did = "updated" if values or moved else "unchanged"
    return Written(person.line, member_id, did, before if did == "updated" else None)


def _names_a_unit(person: Person) -> bool:
    return bool(person.team or person.manager or person.region)


def _move(member_id: int, unit_id: int, writing: Writing) -> list[Any] | None:
    """Into the unit of the file: a membership that was assumed is corrected in place, any other ends
    today."""
    now = UnitTree.load().unit_of(member_id, today(writing.at))
    if now == unit_id:
        return None
    assumed = Assignment.objects.filter(member_id=member_id, start=None, end=None, start_assumed=True).exists()
    start = _since(unit_id) if assumed or now is None else today(writing.at)
    assign_members([Transfer(member_id=member_id, unit_id=unit_id, start=start)], **writing.doing)
    return [now, start.isoformat() if start else None]


def _restore(member_id: int, before: Mapping[str, Any], writing: Writing) -> None:
    values = dict(before.get("values", {}))
    if values.get("hired_on"):
        values["hired_on"] = date.fromisoformat(values["hired_on"])
    if values:
        update_members([MemberChange(member_id=member_id, values=values)], **writing.doing)
    former, start = before.get("unit") or (None, None)
    if former is not None:
        day = date.fromisoformat(start) if start else None
        assign_members([Transfer(member_id=member_id, unit_id=former, start=day)], **writing.doing)


def _lead(people: Sequence[Person], places: Mapping[int, int], directory: Directory, writing: Writing) -> None:
    """Managers lead the teams of their people, where nobody leads them yet."""
    tree, day = UnitTree.load(), today(writing.at)
    leads: dict[int, int] = {}
    for person in people:
        team = places[person.line]
        if person.manager and tree.lead_of(team, day) is None and team not in leads:
            found = directory.named(person.manager)
            if len(found) == 1:
                leads[team] = found[0]
    items = [Lead(unit_id=unit, member_id=member, start=_since(unit)) for unit, member in leads.items()]
    if items:
        appoint_leads(items, **writing.doing)


def _with_made(result: Written, made: list[int]) -> Written:
    if not made:
        return result
    return Written(result.line, result.member_id, result.did, {**(result.before or {}), "made": made})


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
