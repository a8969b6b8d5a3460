"""Whose a posting is: units stamped then, the assignment at a day, or the assignments of each posting's day."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import partial

from xiaoguan.ledger.measures.asking import Ask, Organisation
from xiaoguan.ledger.measures.dimensions import Dimension
from xiaoguan.ledger.measures.placing import Stretch, covers, placed, stretch_holds
from xiaoguan.ledger.measures.sql import EVERYTHING, NOTHING, Node, all_of, any_of, column, is_in
from xiaoguan.org.scope import Scope
from xiaoguan.org.tree import UnitTree


class Mode(StrEnum):
    """How a measure's postings are read."""

    FLOW = "flow"  # postings of the period; the unit is the one stamped on them
    BALANCE = "balance"  # all postings up to the period's end; units by the assignments of that day
    MOVED = "moved"  # postings of the period of a balance; units by the assignments of each posting's day


@dataclass(slots=True)
class Attribution:
    """Turns units into conditions on postings for one question and one way of reading. ``day`` fixes the assignments:
    the asked day of a balance, today for ``org=now``; None leaves each posting its own day."""

    ask: Ask
    mode: Mode
    _tree: UnitTree | None = None

    @property
    def tree(self) -> UnitTree:
        # Loaded where it is needed only: a question about everything costs no query for the organisation.
        if self._tree is None:
            self._tree = UnitTree.load()
        return self._tree

    @property
    def day(self) -> date | None:
        if self.ask.org is Organisation.NOW:
            return self.ask.today
        return self.ask.period.end if self.mode is Mode.BALANCE else None

    def inside(self) -> Node:
        """The condition that keeps what the viewer's scope and the asked units contain."""
        return all_of([self._in_scope(), self._in_units_asked()])

    def place(self, dimension: Dimension) -> Node:
        """The unit (or the unit of a kind above it) for which a posting counts."""
        above = self._above(dimension.unit_kind)
        if self.day is None and self.mode is Mode.FLOW:
            if dimension.unit_kind is None:
                return column("unit_id")
            key: Hashable = ("units by kind", dimension.unit_kind)
            return self.tree.kept(key, lambda: placed("unit_id", unit_stretches(self.tree, above)))
        if self.day is None:
            placed_then = partial(person_stretches, self.tree, through_unit(self.tree, above))
            key = ("units of persons", dimension.unit_kind)
            return self.tree.kept(key, lambda: placed("person_id", placed_then()))
        key = ("units of persons on", dimension.unit_kind, self.day)
        return self.tree.kept(key, partial(_placed_on, self.tree, self.day, above))

    def membership(self) -> list[Stretch]:
        """When each person belonged to what the question is about, by the assignments of then."""
        scope, today = self.ask.scope, self.ask.today
        seen = through_unit(self.tree, _membership(scope_spans(self.tree, scope, today)))
        asked = through_unit(self.tree, _membership(self._spans_asked()))

        def belongs(person: int, day: date) -> int | None:
            may_see = scope.everything or person in scope.person_ids or seen(person, day)
            return 1 if may_see and (not self.ask.within or asked(person, day)) else None

        key = ("membership", scope, today, self.ask.within)
        return self.tree.kept(key, lambda: person_stretches(self.tree, belongs))

    def _spans_asked(self) -> list[tuple[int, date | None, date | None]]:
        return [span for unit in self.ask.within for span in self.tree.subtree_spans(unit)]

    def _above(self, unit_kind: str | None) -> Callable[[int, date], int | None]:
        if unit_kind is None:
            return lambda unit, _day: unit
        return lambda unit, day: self.tree.ancestor(unit, unit_kind, day)

    def _in_scope(self) -> Node:
        scope = self.ask.scope
        if scope.everything:
            return EVERYTHING
        own = is_in(column("person_id"), scope.person_ids) if scope.person_ids else NOTHING
        return any_of([self._in_spans(scope_spans(self.tree, scope, self.ask.today)), own])

    def _in_units_asked(self) -> Node:
        if not self.ask.within:
            return EVERYTHING
        return self._in_spans(self._spans_asked())

    def _in_spans(self, spans: list[tuple[int, date | None, date | None]]) -> Node:
        """Postings of units that stood there then."""
        if self.day is None and self.mode is Mode.FLOW:
            return stretch_holds("unit_id", [Stretch(unit, 1, start, end) for unit, start, end in spans])
        if self.day is None:
            inside = partial(person_stretches, self.tree, through_unit(self.tree, _membership(spans)))
            return self.tree.kept(("persons inside", tuple(spans)), lambda: stretch_holds("person_id", inside()))
        standing = partial(persons_on, self.tree, spans, self.day)
        key = ("persons inside on", tuple(spans), self.day)
        return self.tree.kept(key, lambda: is_in(column("person_id"), standing()))


def _placed_on(tree: UnitTree, day: date, above: Callable[[int, date], int | None]) -> Node:
    units = ((person, above(unit, day)) for person, unit in tree.units_on(day).items())
    return placed("person_id", [Stretch(person, unit, None, None) for person, unit in units if unit is not None])


def scope_spans(tree: UnitTree, scope: Scope, today: date) -> list[tuple[int, date | None, date | None]]:
    """The units a scope contains: each for ever, and where all that is below one today is contained, also what was
    below it at other times."""
    return tree.kept(("scope", scope, today), lambda: _scope_spans(tree, scope, today))


def _scope_spans(tree: UnitTree, scope: Scope, today: date) -> list[tuple[int, date | None, date | None]]:
    spans: list[tuple[int, date | None, date | None]] = []
    for unit in scope.unit_ids:
        spans.append((unit, None, None))
        if tree.subtree(unit, today) <= scope.unit_ids:
            spans.extend(tree.subtree_spans(unit))
    return spans


def persons_on(tree: UnitTree, spans: Iterable[tuple[int, date | None, date | None]], day: date) -> set[int]:
    """Who belongs on a day to one of the units that stood there on that day."""
    return tree.persons_of((unit for unit, start, end in spans if covers(start, end, day)), day)


def unit_stretches(tree: UnitTree, above: Callable[[int, date], int | None]) -> list[Stretch]:
    """For what each unit counted, and when."""
    turns = _turns_of_tree(tree)
    return [part for unit in tree.kinds for part in _stretches(unit, turns, partial(above, unit))]


def person_stretches(tree: UnitTree, value_on: Callable[[int, date], int | None]) -> list[Stretch]:
    """For what each person counted, and when. ``value_on`` may change on a day of the tree or of his assignments."""
    turns = _turns_of_tree(tree)
    own: dict[int, set[date]] = defaultdict(set)
    for span in tree.assignments:
        own[span.key] |= {day for day in (span.start, span.end) if day}
    return [
        part for person, days in own.items() for part in _stretches(person, turns | days, partial(value_on, person))
    ]


def through_unit(tree: UnitTree, above: Callable[[int, date], int | None]) -> Callable[[int, date], int | None]:
    """What a person counts for by the unit he belongs to on a day."""

    def value_on(person: int, day: date) -> int | None:
        unit = tree.unit_of(person, day)
        return None if unit is None else above(unit, day)

    return value_on


def _turns_of_tree(tree: UnitTree) -> set[date]:
    return {day for span in tree.placements for day in (span.start, span.end) if day}


def _stretches(key: int, turns: set[date], value_on: Callable[[date], int | None]) -> list[Stretch]:
    """The values between the days on which something may have changed, equal neighbours joined."""
    result: list[Stretch] = []
    days = sorted(turns)
    for start, end in zip([None, *days], [*days, None], strict=True):
        found = value_on(start or date.min)
        if found is None:
            continue
        last = result[-1] if result else None
        if last and last.end == start and last.value == found:
            result[-1] = last._replace(end=end)
        else:
            result.append(Stretch(key, found, start, end))
    return result


def _membership(spans: list[tuple[int, date | None, date | None]]) -> Callable[[int, date], int | None]:
    by_unit: dict[int, list[tuple[date | None, date | None]]] = defaultdict(list)
    for unit, start, end in spans:
        by_unit[unit].append((start, end))
    return lambda unit, day: 1 if any(covers(start, end, day) for start, end in by_unit.get(unit, ())) else None
