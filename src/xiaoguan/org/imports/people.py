"""What the rows of a list of members mean, and what is wrong with them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext_noop

from xiaoguan.org.models import Member

TWICE = gettext_noop("this name stands in line %(line)d already")
TWICE_HINT = gettext_noop("if they are two people, give each an employee number; else delete one of the lines")
WHICH = gettext_noop("more than one member has this name")
WHICH_HINT = gettext_noop("add a column with employee numbers to say who is meant")
TWO_NUMBERS = gettext_noop("the employee number stands in line %(line)d already")
TWO_NUMBERS_HINT = gettext_noop("an employee number is one person's; correct one of the two")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A row that makes sense. ``fields`` are those of the member that the file speaks of."""

    line: int
    name: str
    manager: str | None
    region: str | None
    team: str | None
    fields: Mapping[str, Any]

    @property
    def employee_no(self) -> str | None:
        return self.fields.get("employee_no")

    @property
    def hired_on(self) -> date | None:
        return self.fields.get("hired_on")

    @property
    def key(self) -> str:
        """By what the same person is known in the next file."""
        return f"#{self.employee_no}" if self.employee_no else bare(self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Why a row is left out."""

    line: int
    field: str
    reason: str
    hint: str
    first_line: int = 0


@dataclass(slots=True)
class Read:
    """Rows that can be written, with the member each is already (or None), and rows that cannot."""

    people: list[tuple[Person, int | None]] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)


class Directory:
    """Members already there, by employee number and by name."""

    def __init__(self) -> None:
        self._by_number: dict[str, int] = {}
        self._by_name: dict[str, list[tuple[int, str | None]]] = {}
        rows = Member.objects.filter(removed=False).values_list("pk", "name", "employee_no").order_by("pk")
        for member_id, name, number in rows:
            self.add(member_id, name, number)

    def add(self, member_id: int, name: str, number: str | None) -> None:
        if number:
            self._by_number[number] = member_id
        self._by_name.setdefault(bare(name), []).append((member_id, number))

    def named(self, name: str) -> list[int]:
        return [member_id for member_id, _number in self._by_name.get(bare(name), [])]

    def find(self, person: Person) -> list[int]:
        """Who may be meant: the owner of the number, else those of that name whose number says nothing
        else."""
        if person.employee_no:
            if person.employee_no in self._by_number:
                return [self._by_number[person.employee_no]]
            return [one for one, number in self._by_name.get(bare(person.name), []) if number is None][:1]
        return self.named(person.name)


def bare(name: str) -> str:
    """A name without regard to case and to how wide its spaces are."""
    return " ".join(name.split()).casefold()


def note(values: Mapping[str, Any], line: int, memory: dict[str, Any]) -> None:
    """Remember where each name and number stands first, and who manages somebody."""
    name, number, manager = values.get("name"), values.get("employee_no"), values.get("manager")
    if name:
        memory.setdefault("names", {}).setdefault(bare(name), line)
    if number:
        memory.setdefault("numbers", {}).setdefault(number, line)
    if manager and bare(manager) not in memory.setdefault("managers", {}):
        memory["managers"][bare(manager)] = manager


def managers_without_a_row(memory: Mapping[str, Any]) -> list[str]:
    """Names of managers who have no row of their own."""
    names = memory.get("names", {})
    return [name for key, name in memory.get("managers", {}).items() if key not in names]


def read(rows: Iterable[tuple[int, Mapping[str, Any]]], memory: Mapping[str, Any]) -> Read:
    """Sort rows into people and troubles."""
    directory, result = Directory(), Read()
    for line, values in rows:
        person = _person(line, values)
        trouble = _trouble(person, memory, directory)
        if trouble is not None:
            result.troubles.append(trouble)
        else:
            found = directory.find(person)
            result.people.append((person, found[0] if found else None))
    return result


_FIELDS = ("name", "employee_no", "hired_on", "email", "phone", "username")


def _person(line: int, values: Mapping[str, Any]) -> Person:
    return Person(
        line=line,
        name=values["name"],
        manager=values.get("manager"),
        region=values.get("region"),
        team=values.get("team"),
        fields={name: values[name] for name in _FIELDS if values.get(name) is not None},
    )


def _trouble(person: Person, memory: Mapping[str, Any], directory: Directory) -> Trouble | None:
    number = person.employee_no
    if number:
        first = memory.get("numbers", {}).get(number, person.line)
        if first != person.line:
            return _at(person, "employee_no", TWO_NUMBERS, TWO_NUMBERS_HINT, first)
        return None
    first = memory.get("names", {}).get(bare(person.name), person.line)
    if first != person.line:
        return _at(person, "name", TWICE, TWICE_HINT, first)
    if len(directory.find(person)) > 1:
        return _at(person, "name", WHICH, WHICH_HINT)
    return None


def _at(person: Person, name: str, reason: str, hint: str, first: int = 0) -> Trouble:
    return Trouble(line=person.line, field=name, reason=reason, hint=hint, first_line=first)


def usernames(people: Sequence[tuple[str, str | None]]) -> list[str]:
    """A free username for each (name, wanted one or None): “Ann Lee” signs in as ann.lee, 张伟 as 张伟."""
    wanted = [(given or ".".join(name.split())).lower() for name, given in people]
    taken = set(Member.objects.filter(username__in=wanted).values_list("username", flat=True))
    result = []
    for base in wanted:
        free, number = base, 2
        while free in taken or (free != base and Member.objects.filter(username=free).exists()):
            free, number = f"{base}.{number}", number + 1
        taken.add(free)
        result.append(free)
    return result
