"""Posting rules as data, and the one small pure function that reads them.

A module's ``postings.py`` says, fact by fact, which accounts are touched. Unknown is not zero: where the value is
None the line carries quantity 0 and a second line counts on ``<account>_unknown`` (settled, point 6).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from xiaoguan.journal.facts.base import Fact
from xiaoguan.ledger.accounts import UNKNOWN_SUFFIX
from xiaoguan.lib.lines import Line
from xiaoguan.lib.money import to_stored

DIMENSIONS = (
    "person_id", "customer_id", "product_id", "product_line_id", "source_id", "stage_id", "due_on", "currency",
    "rate", "tax",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One posting of a fact.

    ``value`` names the field that is the quantity (None: only units count), ``minus`` a field to subtract from it (a
    change of an amount posts the difference), ``sign`` turns it round, ``units`` says how many. ``of`` names other
    fields for dimensions, e.g. ``{"stage_id": "stage_from"}``. ``unless_none`` leaves the line out where that field is
    None. ``new`` says where new/existing customer comes from: the stamp's key, or a field of the fact.
    """

    account: str
    value: str | None = None
    minus: str | None = None
    sign: int = 1
    units: int = 0
    why: str | None = None
    of: Mapping[str, str] = field(default_factory=dict)
    unless_none: str | None = None
    new: str | None = None


def lines(rules: Iterable[Rule], fact: Fact, stamp: Mapping[str, Any]) -> list[Line]:
    """What a fact posts under its rules, in the order in which they are written."""
    result: list[Line] = []
    for rule in rules:
        if rule.unless_none and getattr(fact, rule.unless_none) is None:
            continue
        dims = _dimensions(rule, fact, stamp)
        result.extend(_valued(rule, fact, dims))
    return result


def _dimensions(rule: Rule, fact: Fact, stamp: Mapping[str, Any]) -> dict[str, Any]:
    dims = {name: getattr(fact, rule.of.get(name, name), None) for name in DIMENSIONS}
    dims["object_key"] = fact.subject_key()
    dims["is_new"] = getattr(fact, rule.new, stamp.get(rule.new)) if rule.new else None
    return dims


def _valued(rule: Rule, fact: Fact, dims: dict[str, Any]) -> Iterable[Line]:
    if rule.value is None:
        yield Line(account=rule.account, units=rule.units, why=rule.why, **dims)
        return
    value, base = _stored(getattr(fact, rule.value)), 0
    if rule.minus is not None:
        base_value = _stored(getattr(fact, rule.minus))
        unknown = (value is None) - (base_value is None)
        base = base_value or 0
    else:
        unknown = int(value is None)
    quantity = ((value or 0) - base) * rule.sign
    if quantity or rule.units:
        yield Line(account=rule.account, quantity=quantity, units=rule.units, why=rule.why, **dims)
    if unknown:
        yield Line(account=rule.account + UNKNOWN_SUFFIX, units=unknown * rule.sign, why=rule.why, **dims)


def _stored(value: Any) -> int | None:
    return None if value is None else to_stored(value)
