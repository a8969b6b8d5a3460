"""What the stamp of an entry says about people: the unit of each person of the fact, on the day it belongs
to."""

from collections.abc import Sequence
from datetime import date

from xiaoguan.journal.recording import Happening, Stamp
from xiaoguan.org.tree import UnitTree


def stamp_units(happenings: Sequence[Happening]) -> list[Stamp]:
    """``{"units": {person: unit}}`` for each happening; a person without a unit on that day is left out.

    At most five small queries whatever the number of happenings. Stamps are shared between happenings of
    equal content, so nobody may change them.
    """
    tree: UnitTree | None = None
    units: dict[tuple[int, int | None], Stamp] = {}
    nothing: Stamp = {}
    stamps = []
    for happening in happenings:
        persons = happening.fact.person_ids()
        if not persons:
            stamps.append(nothing)
            continue
        if tree is None:
            tree = UnitTree.load()
        found = [_one(tree, units, person, happening.on) for person in persons]
        stamps.append(found[0] if len(found) == 1 else _together(found))
    return stamps


def _one(tree: UnitTree, known: dict[tuple[int, int | None], Stamp], person: int, day: date) -> Stamp:
    unit = tree.unit_of(person, day)
    stamp = known.get((person, unit))
    if stamp is None:
        stamp = known[person, unit] = {"units": {str(person): unit}} if unit is not None else {}
    return stamp


def _together(stamps: list[Stamp]) -> Stamp:
    units: dict[str, int] = {}
    for stamp in stamps:
        units.update(stamp.get("units", {}))
    return {"units": units} if units else {}
