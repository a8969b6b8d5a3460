"""Conditions and expressions over postings as small values, rendered to SQL by sqlglot.

Every value of a question travels as a parameter; the text depends on the shape alone and is kept by shape, because
building it costs a few milliseconds and a page asks the same shapes again and again.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count
from typing import Any, Final

from sqlglot import exp

Bound = int | str | bool | date | datetime | None


@dataclass(frozen=True, slots=True)
class Params:
    """Values that travel beside the text: plain ones, one list of them, or one ``placing.Placement``."""

    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """An operator over nodes, parameters and fixed words of ours (column names)."""

    op: str
    args: tuple["Node | Params | str", ...] = ()


# A column's value looked up in a placement (``placing``), by the posting's day as well.
PLACED, PLACED_THEN = "placed", "placed_then"
# One of many numbers, which travel as one list.
AMONG: Final = "among"
_MANY: Final = 50
NOTHING = Node("false")
EVERYTHING = Node("true")
NULL = Node("null")


def column(name: str) -> Node:
    return Node("column", (name,))


def value(given: Bound) -> Node:
    return NULL if given is None else Node("value", (Params((given,)),))


def is_in(what: Node, values: Iterable[Bound]) -> Node:
    """One of these values; None among them also takes rows without one. No values at all: no rows."""
    wanted = list(values)
    known = tuple(sorted({item for item in wanted if item is not None}, key=repr))
    many = len(known) > _MANY and all(type(item) is int for item in known)
    parts = [Node(AMONG, (what, Params((known,)))) if many else Node("in", (what, Params(known)))] if known else []
    if None in wanted:
        parts.append(Node("is_null", (what,)))
    return any_of(parts)


def compare(op: str, what: Node, bound: Bound) -> Node:
    """``op`` is one of ge, gt, le, lt."""
    return Node(op, (what, Params((bound,))))


def all_of(parts: Iterable[Node]) -> Node:
    kept = tuple(part for part in parts if part != EVERYTHING)
    if NOTHING in kept:
        return NOTHING
    return EVERYTHING if not kept else kept[0] if len(kept) == 1 else Node("and", kept)


def any_of(parts: Iterable[Node]) -> Node:
    kept = tuple(part for part in parts if part != NOTHING)
    if EVERYTHING in kept:
        return EVERYTHING
    return NOTHING if not kept else kept[0] if len(kept) == 1 else Node("or", kept)


def within_days(what: Node, start: date | None, end: date | None) -> Node:
    """From ``start`` until before ``end``; either may be open."""
    parts = [] if start is None else [compare("ge", what, start)]
    return all_of(parts if end is None else [*parts, compare("lt", what, end)])


def case(whens: Iterable[tuple[Node, Node]], otherwise: Node = NULL) -> Node:
    flat = tuple(part for pair in whens for part in pair)
    return Node("case", (*flat, otherwise)) if flat else otherwise


def bucket(what: Node, ends: list[date], first: int = 0) -> Node:
    """The number of the stretch in which a day lies, given each stretch's last day: a search by halves, no date
    function, so every dialect and every fiscal year agree."""
    if len(ends) == 1:
        return value(first)
    half = len(ends) // 2
    left, right = bucket(what, ends[:half], first), bucket(what, ends[half:], first + half)
    return case([(compare("le", what, ends[half - 1]), left)], right)


def shape(item: Any) -> Any:
    """The same structure with values left out: what the text depends on."""
    if isinstance(item, Params):
        return len(item.values)
    if isinstance(item, Node):
        return (item.op, *map(shape, item.args))
    if isinstance(item, tuple):
        return tuple(map(shape, item))
    return item


def values_of(item: Any) -> Iterator[Any]:
    """The values in the order in which ``build`` names them."""
    if isinstance(item, Params):
        yield from item.values
    elif isinstance(item, Node):
        for part in item.args:
            yield from values_of(part)
    elif isinstance(item, tuple):
        for part in item:
            yield from values_of(part)


def columns_in(node: Node) -> Iterator[str]:
    """The posting's columns that a node reads."""
    if node.op in ("column", PLACED, PLACED_THEN):
        yield str(node.args[0])
    if node.op == PLACED_THEN:
        yield "on_date"
    for part in node.args:
        if isinstance(part, Node):
            yield from columns_in(part)


class Builder:
    """Turns nodes into sqlglot expressions; numbers placeholders p0, p1 … in the order of ``values_of``."""

    def __init__(self) -> None:
        self._numbers = count()

    def build(self, node: Node) -> exp.Expr:
        return _BUILD[node.op](self, node.args)

    def placeholders(self, params: Params) -> list[exp.Expr]:
        return [exp.Placeholder(this=f"p{next(self._numbers)}") for _ in params.values]

    def pair(self, args: tuple[Any, ...]) -> dict[str, exp.Expr]:
        left = self.build(args[0])
        return {"this": left, "expression": self.placeholders(args[1])[0]}


def _case(builder: Builder, args: tuple[Any, ...]) -> exp.Expr:
    # Put together at once: each ``when`` of sqlglot copies all that stands before it, seconds for two hundred people.
    pairs = zip(args[:-1:2], args[1:-1:2], strict=True)
    whens = [exp.If(this=builder.build(condition), true=builder.build(then)) for condition, then in pairs]
    return exp.Case(ifs=whens, default=builder.build(args[-1]))


def _among(builder: Builder, args: tuple[Any, ...]) -> exp.Expr:
    what, values = builder.build(args[0]), builder.placeholders(args[1])[0]
    rows = exp.select(exp.Anonymous(this="unnest", expressions=[values]), copy=False)
    return exp.In(this=what, query=rows.subquery(copy=False))


def _placed(builder: Builder, args: tuple[Any, ...]) -> exp.Select:
    """Looked up in lists that travel as four values (``Placement.lists``)."""
    name = builder.placeholders(args[1])[0].this
    lists = [
        exp.Anonymous(this="unnest", expressions=[exp.Placeholder(this=f"{name}_{part}")]).as_(part)
        for part in ("keys", "counted", "starts", "ends")
    ]
    found = exp.EQ(this=exp.column("keys", "stretch"), expression=exp.column(args[0]))
    rows = exp.select(*lists, copy=False).subquery("stretch", copy=False)
    return exp.select(exp.column("counted", "stretch"), copy=False).from_(rows, copy=False).where(found, copy=False)


def _placed_then(builder: Builder, args: tuple[Any, ...]) -> exp.Select:
    day = exp.column("on_date")
    begun = exp.LTE(this=exp.column("starts", "stretch"), expression=day)
    not_ended = exp.GT(this=exp.column("ends", "stretch"), expression=day.copy())
    return _placed(builder, args).where(begun, not_ended, copy=False)


def _in(builder: Builder, args: tuple[Any, ...]) -> exp.Expr:
    what, names = builder.build(args[0]), builder.placeholders(args[1])
    return exp.EQ(this=what, expression=names[0]) if len(names) == 1 else exp.In(this=what, expressions=names)


_BUILD: dict[str, Callable[[Builder, tuple[Any, ...]], exp.Expr]] = {
    "true": lambda _builder, _args: exp.EQ(this=exp.Literal.number(1), expression=exp.Literal.number(1)),
    "false": lambda _builder, _args: exp.EQ(this=exp.Literal.number(1), expression=exp.Literal.number(0)),
    "null": lambda _builder, _args: exp.Null(),
    "column": lambda _builder, args: exp.column(args[0]),
    "value": lambda builder, args: builder.placeholders(args[0])[0],
    "in": _in,
    "is_null": lambda builder, args: exp.Is(this=builder.build(args[0]), expression=exp.Null()),
    "ge": lambda builder, args: exp.GTE(**builder.pair(args)),
    "gt": lambda builder, args: exp.GT(**builder.pair(args)),
    "le": lambda builder, args: exp.LTE(**builder.pair(args)),
    "lt": lambda builder, args: exp.LT(**builder.pair(args)),
    "and": lambda builder, args: exp.and_(*map(builder.build, args), copy=False),
    "or": lambda builder, args: exp.or_(*map(builder.build, args), copy=False),
    "negative": lambda builder, args: exp.Neg(this=builder.build(args[0])),
    "case": _case,
    AMONG: _among,
    PLACED: lambda builder, args: _placed(builder, args).subquery(copy=False),
    PLACED_THEN: lambda builder, args: _placed_then(builder, args).subquery(copy=False),
}

_COLON = re.compile(r":(p\w+)\b")
_texts: dict[tuple[str, Any], str] = {}
_KEPT = 500


def render(dialect: str, key: Any, make: Callable[[], exp.Expr]) -> str:
    """The text of a query, kept by dialect and shape. Placeholders come out as Django's cursors read them."""
    known = _texts.get((dialect, key))
    if known is None:
        known = _COLON.sub(r"%(\1)s", make().sql(dialect=dialect))
        if len(_texts) >= _KEPT:
            _texts.clear()
        _texts[dialect, key] = known
    return known
