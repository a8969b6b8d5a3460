"""Posting rules as SQL of DuckDB over entries: the rows of ``posting.own_rows``, for all entries of a kind at once.

A subquery ``e`` holds the entries with their payload as the struct ``p`` and their stamp as the struct ``s``.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from types import NoneType, UnionType
from typing import Any, Final, get_args, get_origin, get_type_hints

from xiaoguan.journal.facts.base import Fact
from xiaoguan.ledger.accounts import UNKNOWN_SUFFIX, WHY, Unit, account
from xiaoguan.ledger.posting import Row
from xiaoguan.ledger.rules import DIMENSIONS, Rule
from xiaoguan.ledger.segments.books import LEDGER
from xiaoguan.ledger.segments.files import literal
from xiaoguan.lib.money import RATE_SCALE, SCALE

STAMP: Final = '{"open_from": "DATE", "new": "BOOLEAN", "units": "MAP(VARCHAR, BIGINT)"}'
COLUMNS: Final = tuple(name for name in Row._fields if name != "generation")
_TYPES: Final[Mapping[Any, str]] = {
    int: "BIGINT", bool: "BOOLEAN", str: "VARCHAR", date: "DATE", Decimal: "DECIMAL(38, 4)",
}  # fmt: skip


def rows_of_kind(fact: type[Fact], rules: Sequence[Rule], entries: str) -> str:
    """The SELECT of all rows that entries of a fact's kind, in its present version, post."""
    parsed = (
        f"(SELECT *, from_json(payload, {literal(_structure(fact))}) AS p, from_json(stamp, {literal(STAMP)}) AS s "
        f"FROM {entries} WHERE kind = {fact.code} AND version = {fact.version}) AS e"
    )
    before: list[str] = []
    parts = []
    for rule in rules:
        for values, condition in _lines(fact, rule):
            number = " + ".join(f"coalesce(({item})::INT, 0)" for item in before) or "0"
            chosen = {**values, "line": number}
            columns = ", ".join(f"({chosen[name]})::{LEDGER.columns[name]} AS {name}" for name in COLUMNS)
            parts.append(f"SELECT {columns} FROM {parsed} WHERE {condition}")
            before.append(condition)
    return " UNION ALL BY NAME ".join(parts)


def _structure(fact: type[Fact]) -> str:
    hints = get_type_hints(fact)
    known = {name: sort for name, _write, _read in fact._fields if (sort := _type(hints[name]))}
    return "{" + ", ".join(f'"{name}": "{sort}"' for name, sort in known.items()) + "}"


def _type(hint: Any) -> str | None:
    if isinstance(hint, UnionType):
        hint = next(part for part in get_args(hint) if part is not NoneType)
    return None if get_origin(hint) is tuple else _TYPES.get(hint)


def _lines(fact: type[Fact], rule: Rule) -> Iterator[tuple[dict[str, str], str]]:
    """The line of a rule and the one that counts its unknown amount, each with the condition under which it stands."""
    quantity, unknown = _valued(rule)
    units = f"coalesce(p.{rule.units_of}, 0)" if rule.units_of else str(rule.units)
    present = f"p.{rule.unless_none} IS NOT NULL" if rule.unless_none else "TRUE"
    yield _values(fact, rule, rule.account, quantity, units), f"({quantity} <> 0 OR {units} <> 0) AND {present}"
    if rule.value is not None:
        counted = f"({unknown}) * {rule.sign}"
        condition = f"({unknown}) <> 0 AND {present}"
        yield _values(fact, rule, rule.account + UNKNOWN_SUFFIX, "0::BIGINT", counted), condition


def _valued(rule: Rule) -> tuple[str, str]:
    """As ``rules._valued``: the stored quantity, and how many values became unknown."""
    if rule.value is None:
        return "0::BIGINT", "0"
    quantity, unknown = _stored(rule.value), f"(p.{rule.value} IS NULL)::INT"
    if rule.minus is not None:
        quantity = f"({quantity} - {_stored(rule.minus)})"
        unknown = f"{unknown} - (p.{rule.minus} IS NULL)::INT"
    return f"({quantity} * {rule.sign})", unknown


def _stored(name: str) -> str:
    return f"coalesce((p.{name} * {SCALE})::BIGINT, 0)"


def _values(fact: type[Fact], rule: Rule, key: str, quantity: str, units: str) -> dict[str, str]:
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
        "quantity": _converted(quantity, rate),
        "original_quantity": quantity if is_money else "NULL",
        "rate": rate,
        "unit_id": "NULL" if person == "NULL" else f"s.units[{person}::VARCHAR]",
        "object_key": "e.subject_key",
        "account": str(kind.code),
        "units": units,
        "why": str(WHY[rule.why]) if rule.why else "NULL",
        "tax": dimensions["tax"] if is_money else "NULL",
        "is_new": "NULL" if rule.new is None else f"p.{rule.new}" if rule.new in names else f"s.{rule.new}",
        "currency": dimensions["currency"] if is_money else "NULL",
    }


def _converted(quantity: str, rate: str) -> str:
    """As ``posting.converted``: rounded half up away from zero, once."""
    if rate == "NULL":
        return quantity
    product = f"(abs({quantity})::HUGEINT * {rate} + {RATE_SCALE // 2}) // {RATE_SCALE}"
    rounded = f"sign({quantity})::HUGEINT * ({product})"
    return f"CASE WHEN {rate} IS NULL OR {rate} = {RATE_SCALE} THEN {quantity} ELSE {rounded} END"
