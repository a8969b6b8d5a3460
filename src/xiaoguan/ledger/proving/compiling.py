"""Posting rules as SQL over entries: the rows of ``posting.own_rows``, for all entries at once.

An entry is ``e``, the fields of its payload ``p`` and those of its stamp ``s``. Each posting is told as its cell
(account and day, one number) and a hash of all its values.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from types import NoneType, UnionType
from typing import Any, Final, get_args, get_origin, get_type_hints

from xiaoguan.journal.facts.base import Fact
from xiaoguan.journal.facts.ledger import UnitsCorrected
from xiaoguan.ledger.accounts import UNKNOWN_SUFFIX, WHY, Unit, account
from xiaoguan.ledger.posting import PostingRules
from xiaoguan.ledger.rows import Row
from xiaoguan.ledger.rules import DIMENSIONS, Rule
from xiaoguan.ledger.segments.books import LEDGER
from xiaoguan.lib.money import RATE_SCALE, SCALE

COLUMNS: Final = tuple(name for name in Row._fields if name != "generation")
_DAYS_A_CELL: Final = 10_000_000
_FIRST_DAY: Final = date(2000, 1, 1)
_TYPES: Final[Mapping[Any, str]] = {
    int: "bigint", bool: "boolean", str: "varchar", date: "date", Decimal: "decimal(38, 4)",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """What the two engines write differently. ``moment`` is the type of moments, ``wide`` an integer that holds an
    amount times a rate, ``divided`` and ``unit_of`` and ``hashed`` are forms to fill."""

    moment: str
    wide: str
    divided: str
    unit_of: str
    hashed: str

    def typed(self, name: str, value: str) -> str:
        """A value as the column of a posting holds it."""
        sort = LEDGER.columns[name]
        return f"({value})::{self.moment if sort == 'TIMESTAMP' else sort}"

    def hash(self, values: Mapping[str, str]) -> str:
        """The hash of a posting's values, in the order of its columns."""
        return self.hashed.format(", ".join(self.typed(name, values[name]) for name in COLUMNS))


def cell(account_code: str, day: str) -> str:
    """Account and day as one number."""
    middle = _DAYS_A_CELL // 2
    return f"({account_code})::bigint * {_DAYS_A_CELL} + ({day} - DATE '{_FIRST_DAY}') + {middle}"


def account_and_day(number: int) -> tuple[int, date]:
    code, days = divmod(number, _DAYS_A_CELL)
    return code, _FIRST_DAY + timedelta(days=days - _DAYS_A_CELL // 2)


def special(rules: PostingRules) -> str:
    """The condition of entries of which the rules do not say all: what takes others back, what a late move corrects,
    and facts of an older version."""
    versions = ", ".join(f"({fact.code}, {fact.version})" for fact in rules)
    return (
        f"(e.reverses IS NOT NULL OR e.kind = {UnitsCorrected.code} "
        f"OR (e.kind IN ({codes(rules)}) AND (e.kind, e.version) NOT IN ({versions})))"
    )


def codes(rules: PostingRules) -> str:
    """The kinds of facts that post anything."""
    return ", ".join(str(fact.code) for fact in rules)


def fields_read(fact: type[Fact], rules: Sequence[Rule]) -> dict[str, str]:
    """The fields of a payload that rules read, with their types."""
    hints = get_type_hints(fact)
    own = [name for name, _write, _read in fact._fields]
    read = {name for rule in rules for name in _read(rule)}
    return {name: sort for name in own if name in read and (sort := _type(hints[name]))}


def _read(rule: Rule) -> set[str | None]:
    return {rule.value, rule.minus, rule.units_of, rule.unless_none, rule.new, *rule.fields}


def _type(hint: Any) -> str | None:
    if isinstance(hint, UnionType):
        hint = next(part for part in get_args(hint) if part is not NoneType)
    return None if get_origin(hint) is tuple else _TYPES.get(hint)


def postings(dialect: Dialect, fact: type[Fact], rules: Sequence[Rule]) -> tuple[list[str], list[str]]:
    """The cells and the hashes of all that an entry of this fact posts; NULL where it does not."""
    before: list[str] = []
    cells, hashes = [], []
    for rule in rules:
        for values, condition in _lines(dialect, fact, rule):
            number = " + ".join(f"coalesce(({item})::int, 0)" for item in before) or "0"
            cells.append(f"CASE WHEN {condition} THEN {cell(values['account'], values['on_date'])} END")
            hashes.append(f"CASE WHEN {condition} THEN {dialect.hash({**values, 'line': number})} END")
            before.append(condition)
    return cells, hashes


def _lines(dialect: Dialect, fact: type[Fact], rule: Rule) -> Iterator[tuple[dict[str, str], str]]:
    """The line of a rule and the one that counts its unknown amount, each with the condition under which it stands."""
    quantity, unknown = _valued(rule)
    units = f"coalesce(p.{rule.units_of}, 0)" if rule.units_of else str(rule.units)
    present = f"p.{rule.unless_none} IS NOT NULL" if rule.unless_none else "TRUE"
    yield (
        _values(dialect, fact, rule, rule.account, quantity, units),
        f"({quantity} <> 0 OR {units} <> 0) AND {present}",
    )
    if _can_be_unknown(fact, rule):
        counted = f"({unknown}) * {rule.sign}"
        yield (
            _values(dialect, fact, rule, rule.account + UNKNOWN_SUFFIX, "0::bigint", counted),
            f"({unknown}) <> 0 AND {present}",
        )


def _can_be_unknown(fact: type[Fact], rule: Rule) -> bool:
    """Not where a value is always told, nor where the line is left out for want of it."""
    hints = get_type_hints(fact)
    values = {name for name in (rule.value, rule.minus) if name and name != rule.unless_none}
    return any(NoneType in get_args(hints[name]) for name in values)


def _valued(rule: Rule) -> tuple[str, str]:
    """As ``rules._valued``: the stored quantity, and how many values became unknown."""
    if rule.value is None:
        return "0::bigint", "0"
    quantity, unknown = _stored(rule.value), f"(p.{rule.value} IS NULL)::int"
    if rule.minus is not None:
        quantity = f"({quantity} - {_stored(rule.minus)})"
        unknown = f"{unknown} - (p.{rule.minus} IS NULL)::int"
    return f"({quantity} * {rule.sign})", unknown


def _stored(name: str) -> str:
    return f"coalesce((p.{name} * {SCALE})::bigint, 0)"


def _values(dialect: Dialect, fact: type[Fact], rule: Rule, key: str, quantity: str, units: str) -> dict[str, str]:
    kind = account(key)
    is_money = kind.unit is Unit.MONEY
    names = {item for item, _write, _read in fact._fields}

    def field(name: str) -> str:
        source = rule.of.get(name, name)
        return f"p.{source}" if source in names else "NULL"

    dimensions = {name: field(name) for name in DIMENSIONS}
    person = dimensions["person_id"]
    rate = dimensions["rate"] if is_money else "NULL"
    return {
        **dimensions,
        # greatest() leaves NULL out: where nothing is closed the entry's own day remains.
        "on_date": "greatest(e.on_date, s.open_from)",
        "recorded_at": "e.recorded_at",
        "known_at": "e.known_at",
        "entry_id": "e.id",
        "quantity": _converted(dialect, quantity, rate),
        "original_quantity": quantity if is_money else "NULL",
        "rate": rate,
        "unit_id": "NULL" if person == "NULL" else dialect.unit_of.format(person),
        "object_key": "e.subject_key",
        "account": str(kind.code),
        "units": units,
        "why": str(WHY[rule.why]) if rule.why else "NULL",
        "tax": dimensions["tax"] if is_money else "NULL",
        "is_new": "NULL" if rule.new is None else f"p.{rule.new}" if rule.new in names else f"s.{rule.new}",
        "currency": dimensions["currency"] if is_money else "NULL",
    }


def _converted(dialect: Dialect, quantity: str, rate: str) -> str:
    """As ``posting.converted``: rounded half up away from zero, once."""
    if rate == "NULL":
        return quantity
    product = f"(abs({quantity})::{dialect.wide} * {rate} + {RATE_SCALE // 2})"
    rounded = f"sign({quantity})::{dialect.wide} * {dialect.divided.format(product, RATE_SCALE)}"
    return f"CASE WHEN {rate} IS NULL OR {rate} = {RATE_SCALE} THEN {quantity} ELSE {rounded} END"
