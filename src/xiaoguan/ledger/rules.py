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
    "due_on", "person_id", "customer_id", "product_id", "product_line_id", "source_id", "stage_id", "currency", "rate",
    "tax",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One posting of a fact.

    ``value`` names the field that is the quantity (None: only units count), ``minus`` a field to subtract from it (a
    change of an amount posts the difference), ``sign`` turns it round, ``units`` says how many (``units_of``: the field
    that says it). ``of`` names other fields for dimensions, e.g. ``{"stage_id": "stage_from"}``. ``unless_none`` leaves
    the line out where that field is None. ``new`` says where new/existing customer comes from: the stamp's key, or a
    field of the fact.
    """

    account: str
    value: str | None = None
    minus: str | None = None
    sign: int = 1
    units: int = 0
    units_of: str | None = None
    why: str | None = None
    of: Mapping[str, str] = field(default_factory=dict)
    unless_none: str | None = None
    new: str | None = None
    # The field of each dimension, worked out once: this is read for every line of every import.
    fields: tuple[str, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "fields", tuple(self.of.get(name, name) for name in DIMENSIONS))


def lines(rules: Iterable[Rule], fact: Fact, stamp: Mapping[str, Any]) -> list[Line]:
    """What a fact posts under its rules, in the order in which they are written."""
    result: list[Line] = []
    key, values = fact.subject_key(), vars(fact)
    for rule in rules:
        if rule.unless_none and values[rule.unless_none] is None:
            continue
        due_on, person, customer, product, line, source, stage, currency, rate, tax = map(values.get, rule.fields)
        is_new = values.get(rule.new, stamp.get(rule.new)) if rule.new else None
        quantity, unknown = _valued(rule, values)
        how_many = values[rule.units_of] if rule.units_of else rule.units
        posted = []
        if quantity or how_many:
            posted.append((rule.account, quantity, how_many))
        if unknown:
            posted.append((rule.account + UNKNOWN_SUFFIX, 0, unknown * rule.sign))
        for account, amount, units in posted:
            result.append(Line(
                account, amount, units, None, due_on, rule.why, person, customer, key, product, line, source, stage,
                is_new, currency, rate, tax,
            ))  # fmt: skip
    return result


def _valued(rule: Rule, values: Mapping[str, Any]) -> tuple[int, int]:
    """The stored quantity of a rule, and how many values became unknown by it (−1: one became known)."""
    if rule.value is None:
        return 0, 0
    value = values[rule.value]
    quantity = 0 if value is None else to_stored(value)
    unknown = int(value is None)
    if rule.minus is not None:
        base = values[rule.minus]
        quantity -= 0 if base is None else to_stored(base)
        unknown -= int(base is None)
    return quantity * rule.sign, unknown
