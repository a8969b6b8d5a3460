"""What of a fact stands in a log: its objects with their role, its attributes with their type. Pure.

``docs/export.md`` says the same to people. A shape is worked out once for each fact, from the fact's own declaration.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from types import NoneType, UnionType
from typing import Any, Final, NamedTuple, get_args, get_origin, get_type_hints

from xiaoguan.journal.facts import audit, general, jobs, org
from xiaoguan.journal.facts.base import FACTS, Fact
from xiaoguan.journal.kinds import CUSTOMER, MEMBER, NAMES, PRODUCT, PRODUCT_LINE, ROLE, SOURCE, STAGE

# About the program and who signed in to it, not about how the company sells.
LEFT_OUT: Final[tuple[type[Fact], ...]] = (
    audit.SignedIn, audit.SignInFailed, audit.LockedOut, audit.SignedOut, audit.EventLogExported, org.PasswordChanged,
    jobs.DeliveryRetried,
)  # fmt: skip
TAKING_BACK: Final = general.EntriesReversed
# Lists that the company keeps, the same few in nearly every event: values of an event, not things it happened to.
LISTS: Final = frozenset({STAGE, PRODUCT_LINE, SOURCE, ROLE})
# Ids that a fact declares neither as objects nor as persons; their names are kept the same in every fact.
_KINDS: Final = {
    "stage_id": STAGE, "stage_from": STAGE, "product_line_id": PRODUCT_LINE, "product_line_from": PRODUCT_LINE,
    "source_id": SOURCE, "source_from": SOURCE, "product_from": PRODUCT, "customer_from": CUSTOMER,
    "winner_id": MEMBER, "loser_id": MEMBER, "owner_id": MEMBER, "owner_from": MEMBER, "member_id": MEMBER,
}  # fmt: skip

STRING, TIME, INTEGER, FLOAT, BOOLEAN = "string", "time", "integer", "float", "boolean"
Value = str | int | float | bool
Converter = Callable[[Any], Value]


class Attribute(NamedTuple):
    """A value of an event: its name and type in the log, the field it is from and how it is written."""

    name: str
    type: str
    field: str
    write: Converter | None = None


class Relation(NamedTuple):
    """An object of an event: the field with its id, its kind (None: the fact has ``about_kind``), its role."""

    field: str
    kind: int | None
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What of one fact stands in a log. ``lists``: fields whose ids stand as values, with their kinds."""

    name: str
    relations: tuple[Relation, ...]
    attributes: tuple[Attribute, ...]
    lists: tuple[tuple[str, int], ...]

    @property
    def types(self) -> dict[str, str]:
        """Type of each attribute, in order."""
        return {item.name: item.type for item in self.attributes}


def logged_facts(*, with_reversed: bool) -> list[type[Fact]]:
    """The facts of a log; that entries were taken back is one of them only where these are kept."""
    out = LEFT_OUT if with_reversed else (*LEFT_OUT, TAKING_BACK)
    return [fact for fact in FACTS.values() if fact not in out]


# What a log calls an object of each kind, before its number.
PREFIXES: Final = {kind: f"{name}:" for kind, name in NAMES.items()}


def object_id(kind: int, number: int) -> str:
    """What a log calls an object: deal:17."""
    return f"{PREFIXES[kind]}{number}"


def shape_of(fact: type[Fact]) -> Shape:
    """How entries of a fact stand in a log."""
    return _shape(fact.code)


@cache
def _shape(code: int) -> Shape:
    fact = FACTS[code]
    relations, attributes, lists = [], [], []
    hints = get_type_hints(fact)
    for name, _write, _read in fact._fields:
        if name == fact.subject or name in _SILENT:
            continue
        if name == "about_id":
            relations.append(Relation(field=name, kind=None, role="about"))
            continue
        kind = _kind_of(fact, name)
        if kind is not None and kind not in LISTS:
            relations.append(Relation(field=name, kind=kind, role=_without_id(name)))
            continue
        if kind is not None:
            lists.append((name, kind))
        attributes.append(_attribute(name, kind, _plain_type(hints[name])))
    return Shape(
        name=fact.__name__,
        relations=tuple(relations),
        attributes=tuple(attributes),
        lists=tuple(lists),
    )


# The kinds of objects that the ids beside them are of.
_SILENT: Final = frozenset({"kind", "about_kind"})


def _kind_of(fact: type[Fact], name: str) -> int | None:
    if name == fact.customer:
        return CUSTOMER
    if name in fact.objects:
        return fact.objects[name]
    return MEMBER if name in fact.persons else _KINDS.get(name)


def _attribute(name: str, kind: int | None, hint: Any) -> Attribute:
    if kind is not None:
        # Bound here: a function made in a loop would see the last kind.
        word = NAMES[kind]
        return Attribute(name=_without_id(name), type=STRING, field=name, write=lambda number: f"{word}:{number}")
    if get_origin(hint) is tuple:
        return Attribute(name=name, type=STRING, field=name, write=lambda items: json.dumps(items, ensure_ascii=False))
    kind_of_value, write = _VALUES[hint]
    return Attribute(name=name, type=kind_of_value, field=name, write=write)


# Amounts of the books have at most 15 digits (``lib.money``): so many a float gives back as they were.
_VALUES: Final[dict[Any, tuple[str, Converter | None]]] = {
    Decimal: (FLOAT, float), int: (INTEGER, None), bool: (BOOLEAN, None), str: (STRING, None), date: (STRING, None),
    datetime: (TIME, None),
}  # fmt: skip


def _plain_type(hint: Any) -> Any:
    if isinstance(hint, UnionType):
        return next(part for part in get_args(hint) if part is not NoneType)
    return hint


def _without_id(name: str) -> str:
    return name.removesuffix("_id")
