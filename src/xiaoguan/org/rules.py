"""What may be done to the organisation: pure functions that answer with a change or refuse with a
sentence."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from xiaoguan.lib.refusal import Refusal
from xiaoguan.org.tree import UnitTree

_RANK = {"company": 0, "region": 1, "team": 2}


@dataclass(frozen=True, slots=True)
class Stay:
    """A dated row: ``value`` is the unit, the parent or the lead."""

    row_id: int
    value: int | None
    start: date | None
    end: date | None

    def covers(self, day: date) -> bool:
        return (self.start or date.min) <= day and (self.end is None or day < self.end)


@dataclass(frozen=True, slots=True)
class Edit:
    """How a history changes so that a value holds from a day on, until what was planned later."""

    former: int | None
    end: date | None
    shortened: int | None = None
    replaced: int | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """What the rules need to know of a member."""

    name: str
    hired_on: date | None
    left_on: date | None
    removed: bool = False


def set_from(history: Sequence[Stay], value: int | None, day: date | None) -> Edit:
    """Let a value hold from a day on (None: since ever). Later rows stay: a late entry does not undo a
    planned one."""
    first = day or date.min
    covering = next((stay for stay in history if stay.covers(first)), None)
    later = [stay.start for stay in history if stay.start is not None and stay.start > first]
    if covering is None:
        return Edit(former=None, end=min(later, default=None))
    if covering.value == value:
        raise Refusal(_("Nothing to change: it is so on that day already."), field="unit", code="unchanged")
    if covering.start == day:
        return Edit(former=covering.value, end=covering.end, replaced=covering.row_id)
    return Edit(former=covering.value, end=covering.end, shortened=covering.row_id)


def check_present(person: Person, day: date | None) -> None:
    """Somebody must be with the company on the day (None: since ever) on which something begins for him."""
    named = {"name": person.name, "day": day}
    if person.removed:
        raise Refusal(_("%(name)s was removed from the list of members.") % named, code="removed")
    if day is not None and person.hired_on and day < person.hired_on:
        named["hired"] = person.hired_on
        sentence = _("%(name)s was hired on %(hired)s; %(day)s is before that.")
        raise Refusal(sentence % named, field="start", code="before_hire")
    if person.left_on and (day is None or day >= person.left_on):
        named["last"] = person.left_on - timedelta(days=1)
        sentence = _("The last day of %(name)s was %(last)s. Choose a day up to then.")
        raise Refusal(sentence % named, field="start", code="has_left")


def check_leave(person: Person, first_day_away: date) -> None:
    """One leaves once, and not before one came."""
    if person.left_on is not None:
        named = {"name": person.name, "last": person.left_on - timedelta(days=1)}
        raise Refusal(_("%(name)s has left already; the last day was %(last)s.") % named, code="has_left")
    if person.hired_on and first_day_away <= person.hired_on:
        named = {"name": person.name, "hired": person.hired_on}
        sentence = _("%(name)s was hired on %(hired)s. The last day cannot be before that.")
        raise Refusal(sentence % named, field="last_day", code="before_hire")


def check_hire_date(person: Person) -> None:
    """One is hired before one leaves."""
    if person.hired_on and person.left_on and person.hired_on >= person.left_on:
        named = {"name": person.name, "last": person.left_on - timedelta(days=1)}
        sentence = _("The last day of %(name)s was %(last)s. The day of hiring must be before that.")
        raise Refusal(sentence % named, field="hired_on", code="hired_after_left")


def check_standing(tree: UnitTree, unit_id: int, unit_name: str, day: date | None) -> None:
    """A unit must stand on the day on which somebody joins it or a unit is placed below it."""
    if unit_id not in tree.kinds:
        raise Refusal(_("There is no such unit."), field="unit", code="no_unit")
    if tree.exists(unit_id, day or date.min):
        return
    if day is None:
        founded = min((span.start for span in tree.placements if span.key == unit_id and span.start), default=None)
        sentence = _("%(unit)s stands only since %(day)s. Say since when this holds.")
        raise Refusal(sentence % {"unit": unit_name, "day": founded}, field="start", code="unit_not_there")
    sentence = _("%(unit)s does not stand on %(day)s: it was founded later or is dissolved.")
    raise Refusal(sentence % {"unit": unit_name, "day": day}, field="unit", code="unit_not_there")


def check_kind(kind: str, parent_kind: str | None) -> None:
    """The company stands on top; a region below the company or a region; a team below anything."""
    if (kind == "company") != (parent_kind is None):
        sentence = _("Only the company itself stands on top; every other unit needs a unit above it.")
        raise Refusal(sentence, field="parent", code="top")
    if parent_kind is not None and _RANK[parent_kind] > _RANK[kind]:
        raise Refusal(_("A region cannot stand below a team."), field="parent", code="order")


def check_move(tree: UnitTree, unit_id: int, parent_id: int, day: date) -> None:
    """A unit may not come to stand below itself, on that day or on any later one as planned."""
    check_kind(tree.kinds[unit_id], tree.kinds[parent_id])
    days = {day} | {span.start for span in tree.placements if span.start and span.start > day}
    if any(parent_id in tree.subtree(unit_id, when) for when in days):
        sentence = _("A unit cannot stand below itself or below one of its own units. Choose another unit above.")
        raise Refusal(sentence, field="parent", code="circle")


def check_dissolve(tree: UnitTree, unit_id: int, day: date) -> None:
    """The company stays; a unit that has units below it, then or later, is not dissolved."""
    if tree.kinds[unit_id] == "company":
        raise Refusal(_("The company itself cannot be dissolved."), field="unit", code="top")
    if not tree.exists(unit_id, day):
        sentence = _("The unit does not stand on %(day)s.") % {"day": day}
        raise Refusal(sentence, field="start", code="unit_not_there")
    days = {day} | {span.start for span in tree.placements if span.start and span.start > day}
    if any(tree.exists(child, when) for when in days for child in tree.children(unit_id, when)):
        sentence = _("There are units below this one. Move or dissolve them first.")
        raise Refusal(sentence, field="unit", code="has_units")


def check_name_free(name: str, taken: Iterable[str]) -> None:
    """Two units side by side may not bear one name."""
    if name.strip().casefold() in {other.strip().casefold() for other in taken}:
        sentence = _("There is already a unit “%(name)s” in the same place.") % {"name": name}
        raise Refusal(sentence, field="name", code="name_taken")


def check_one_each(keys: Sequence[int], sentence: str) -> None:
    """One action may name each person or unit once."""
    if len(set(keys)) != len(keys):
        raise Refusal(sentence, code="twice")


def check_keeps_a_manager_of_roles(left_over: int) -> None:
    """Somebody must be able to change roles, else nobody ever could again."""
    if left_over == 0:
        sentence = _("This is the last person who may change roles and settings. Give somebody else that role first.")
        raise Refusal(sentence, field="role", code="last_administrator")
