"""For what units and persons count, and when: thousands of stretches that travel as one value of a question.

Spelled out as cases they would be a text of thousands of values, built and read anew with each question, and the engine
would go through them for each posting. It joins them instead, and the tail is placed here. Only where the database
answers alone, in small companies, they are spelled out.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from xiaoguan.ledger.measures.sql import (
    AMONG,
    NULL,
    PLACED,
    PLACED_THEN,
    Node,
    Params,
    all_of,
    any_of,
    case,
    column,
    is_in,
    value,
    within_days,
)


class Stretch(NamedTuple):
    """That ``key`` (a person or a unit) counts for ``value`` from ``start`` until before ``end``."""

    key: int
    value: int
    start: date | None
    end: date | None


@dataclass(frozen=True, slots=True)
class Placement:
    """Stretches of which no two of a key share a day."""

    stretches: tuple[Stretch, ...]
    _hash: int = field(init=False, repr=False, compare=False)
    _of_key: dict[int, list[Stretch]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        of_key: dict[int, list[Stretch]] = defaultdict(list)
        for item in self.stretches:
            of_key[item.key].append(item)
        object.__setattr__(self, "_hash", hash(self.stretches))
        object.__setattr__(self, "_of_key", of_key)

    def __hash__(self) -> int:
        return self._hash

    def at(self, key: int | None, day: date | None) -> int | None:
        """For what a key counts on a day; no day where none of its stretches ends."""
        stretches = self._of_key.get(key, ()) if key is not None else ()
        return next((item.value for item in stretches if covers(item.start, item.end, day)), None)

    def lists(self) -> dict[str, list[Any]]:
        """The stretches by their columns, open ends as the first and the last day there is."""
        return {
            "keys": [item.key for item in self.stretches],
            "counted": [item.value for item in self.stretches],
            "starts": [item.start or date.min for item in self.stretches],
            "ends": [item.end or date.max for item in self.stretches],
        }

    def conditions(self, name: str) -> Mapping[int, list[Node]]:
        """For each value the conditions of which one holds where a column counts for it."""
        found: dict[int, list[Node]] = defaultdict(list)
        for (counted, start, end), keys in _together(self.stretches).items():
            found[counted].append(_holds(name, keys, start, end))
        return found


def placed(name: str, stretches: Iterable[Stretch]) -> Node:
    """For what a posting counts by one of its columns and its day."""
    found = tuple(stretches)
    if not found:
        return NULL
    op = PLACED_THEN if any(item.start or item.end for item in found) else PLACED
    return Node(op, (name, Params((Placement(found),))))


def is_placed(node: Node) -> bool:
    return node.op in (PLACED, PLACED_THEN)


def placed_in(node: Node, values: Iterable[Any]) -> Node:
    """That a posting counts for one of these values. Of many people those alone are named who do."""
    wanted = set(values)
    name, placement = placement_of(node)
    if None in wanted:  # who counts for nothing is found among all
        return is_in(node, wanted)
    conditions = placement.conditions(name)
    return any_of(part for item in sorted(wanted) for part in conditions.get(item, ()))


def placement_of(node: Node) -> tuple[str, Placement]:
    """The column and the stretches of a placed node."""
    name, params = node.args
    assert isinstance(params, Params)
    return str(name), params.values[0]


def stretch_holds(name: str, stretches: Iterable[Stretch]) -> Node:
    """That a column counts for anything on the posting's day."""
    return any_of(_holds(name, keys, start, end) for (_value, start, end), keys in _together(stretches).items())


def for_database(item: Any, vendor: str) -> Any:
    """The same as this database can be asked it: with cases in place of placements, and lists spelled out where it
    takes none."""
    if isinstance(item, Node):
        if is_placed(item):
            return _as_cases(item)
        if item.op == AMONG and vendor == "sqlite":
            return _spelled_out(item)
        return Node(item.op, for_database(item.args, vendor))
    return tuple(for_database(part, vendor) for part in item) if type(item) is tuple else item


def in_lists(item: Any) -> Any:
    """The same with numbers that are compared one by one as lists: for a thousand people, who joined on a hundred days,
    a text is read a hundred times as fast."""
    if isinstance(item, Node):
        if item.op == "in" and _are_some_numbers(item.args[1]):
            what, params = item.args
            assert isinstance(params, Params)
            return Node(AMONG, (what, Params((params.values,))))
        return Node(item.op, in_lists(item.args))
    return tuple(in_lists(part) for part in item) if type(item) is tuple else item


def _are_some_numbers(params: Any) -> bool:
    return len(params.values) > 1 and all(type(value) is int for value in params.values)


def _as_cases(node: Node) -> Node:
    name, placement = placement_of(node)
    conditions = placement.conditions(name)
    return case((part, value(counted)) for counted, parts in conditions.items() for part in parts)


def _spelled_out(node: Node) -> Node:
    what, params = node.args
    assert isinstance(params, Params)
    return Node("in", (what, Params(params.values[0])))


def _holds(name: str, keys: list[int], start: date | None, end: date | None) -> Node:
    return all_of([is_in(column(name), keys), within_days(column("on_date"), start, end)])


def _together(stretches: Iterable[Stretch]) -> dict[tuple[int, date | None, date | None], list[int]]:
    """Keys that counted for the same in the same days, so that one condition covers them."""
    together: dict[tuple[int, date | None, date | None], list[int]] = defaultdict(list)
    for item in stretches:
        together[item.value, item.start, item.end].append(item.key)
    return together


def covers(start: date | None, end: date | None, day: date | None) -> bool:
    """Whether a stretch holds on a day; without a day, whether it holds for ever."""
    if day is None:
        return start is None and end is None
    return (start is None or start <= day) and (end is None or day < end)
