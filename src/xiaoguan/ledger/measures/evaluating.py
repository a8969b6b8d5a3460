"""Expressions over postings worked out here, as a database works them out.

What is unknown (None) fulfils no condition. There is no "not" among the operators, so this is all that the third truth
value of SQL comes to.
"""

from collections.abc import Callable, Mapping, Sequence
from operator import ge, gt, itemgetter, le, lt
from typing import Any, Final

from xiaoguan.ledger.measures.sql import AMONG, PLACED, PLACED_THEN, Node

Read = Callable[[Sequence[Any]], Any]
"""What a node comes to for a row."""

_COMPARED: Final = {"ge": ge, "gt": gt, "le": le, "lt": lt}


def reader(node: Node, places: Mapping[str, int]) -> Read:
    """Reads a node from rows whose columns stand in these places."""
    return _READ[node.op](node.args, places)


def _column(args: tuple[Any, ...], places: Mapping[str, int]) -> Read:
    return itemgetter(places[args[0]])


def _value(args: tuple[Any, ...], _places: Mapping[str, int]) -> Read:
    found = args[0].values[0]
    return lambda _row: found


def _constant(found: Any) -> Callable[[tuple[Any, ...], Mapping[str, int]], Read]:
    return lambda _args, _places: lambda _row: found


def _in(args: tuple[Any, ...], places: Mapping[str, int]) -> Read:
    read, wanted = reader(args[0], places), frozenset(args[1].values)
    return lambda row: read(row) in wanted


def _among(args: tuple[Any, ...], places: Mapping[str, int]) -> Read:
    read, wanted = reader(args[0], places), frozenset(args[1].values[0])
    return lambda row: read(row) in wanted


def _is_null(args: tuple[Any, ...], places: Mapping[str, int]) -> Read:
    read = reader(args[0], places)
    return lambda row: read(row) is None


def _comparison(op: str) -> Callable[[tuple[Any, ...], Mapping[str, int]], Read]:
    holds = _COMPARED[op]

    def read_comparison(args: tuple[Any, ...], places: Mapping[str, int]) -> Read:
        read, bound = reader(args[0], places), args[1].values[0]

        def compared(row: Sequence[Any]) -> bool:
            found = read(row)
            return found is not None and bound is not None and holds(found, bound)

        return compared

    return read_comparison


def _all(args: tuple[Any, ...], places: Mapping[str, int]) -> Read:
    parts = [reader(item, places) for item in args]
    return lambda row: all(part(row) for part in parts)


def _any(args: tuple[Any, ...], places: Mapping[str, int]) -> Read:
    parts = [reader(item, places) for item in args]
    return lambda row: any(part(row) for part in parts)


def _negative(args: tuple[Any, ...], places: Mapping[str, int]) -> Read:
    read = reader(args[0], places)

    def negated(row: Sequence[Any]) -> Any:
        found = read(row)
        return None if found is None else -found

    return negated


def _case(args: tuple[Any, ...], places: Mapping[str, int]) -> Read:
    parts = [
        (reader(condition, places), reader(then, places))
        for condition, then in zip(args[:-1:2], args[1:-1:2], strict=True)
    ]
    otherwise = reader(args[-1], places)
    return lambda row: next((then(row) for holds, then in parts if holds(row)), otherwise(row))


def _placed(args: tuple[Any, ...], places: Mapping[str, int]) -> Read:
    at, key = args[1].values[0].at, itemgetter(places[args[0]])
    return lambda row: at(key(row), None)


def _placed_then(args: tuple[Any, ...], places: Mapping[str, int]) -> Read:
    at, key, day = args[1].values[0].at, itemgetter(places[args[0]]), itemgetter(places["on_date"])
    return lambda row: at(key(row), day(row))


_READ: Final[Mapping[str, Callable[[tuple[Any, ...], Mapping[str, int]], Read]]] = {
    "true": _constant(True),
    "false": _constant(False),
    "null": _constant(None),
    "column": _column,
    "value": _value,
    "in": _in,
    AMONG: _among,
    "is_null": _is_null,
    **{op: _comparison(op) for op in _COMPARED},
    "and": _all,
    "or": _any,
    "negative": _negative,
    "case": _case,
    PLACED: _placed,
    PLACED_THEN: _placed_then,
}
