"""Postings as they are stored, and the one small pure function by which rules turn a fact into them.

Unknown is not zero: where the value is None the row carries quantity 0 and a second row counts on
``<account>_unknown`` (settled, point 6).
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from xiaoguan.journal.recording import Recorded
from xiaoguan.ledger.accounts import UNKNOWN_SUFFIX, WHY, Unit, account, all_accounts
from xiaoguan.ledger.rules import Rule
from xiaoguan.lib.money import MAX_AMOUNT, RATE_SCALE, SCALE, to_stored
from xiaoguan.lib.refusal import Refusal

_NOBODY: Mapping[str, int] = {}


class Row(NamedTuple):
    """A posting as it is stored, without id: the unit in which replay and ledger are compared.

    ``quantity`` is an exact integer in 1/10,000 (of company currency, of days), ``original_quantity`` the same in the
    currency of the deal, ``rate`` turns the one into the other in 1/10^8; ``units`` says how many.
    """

    on_date: date
    due_on: date | None
    recorded_at: datetime
    known_at: datetime
    entry_id: int
    quantity: int
    original_quantity: int | None
    rate: int | None
    person_id: int | None
    unit_id: int | None
    customer_id: int | None
    object_key: int | None
    product_id: int | None
    product_line_id: int | None
    source_id: int | None
    stage_id: int | None
    generation: int
    line: int
    account: int
    units: int
    why: int | None
    tax: int | None
    is_new: bool | None
    currency: str | None


# ``Row(…)`` would name 24 arguments one by one.
_row: Callable[[tuple[Any, ...]], Row] = partial(tuple.__new__, Row)


class Reading:
    """A rule with the accounts it names looked up: what is read for every entry of every import."""

    __slots__ = ("code", "is_money", "rule", "unknown_code", "unknown_is_money", "why")

    def __init__(self, rule: Rule) -> None:
        kind = account(rule.account)
        unknown = {item.key: item for item in all_accounts()}.get(rule.account + UNKNOWN_SUFFIX)
        self.rule = rule
        self.code, self.is_money = kind.code, kind.unit is Unit.MONEY
        self.unknown_code = unknown.code if unknown else None
        self.unknown_is_money = unknown is not None and unknown.unit is Unit.MONEY
        self.why = WHY[rule.why] if rule.why else None


def rows_by_rules(readings: Sequence[Reading], entry: Recorded, generation: int) -> list[Row]:
    """What an entry's fact posts under its rules, in the order in which it is written."""
    rows: list[Row] = []
    fact, stamp = entry.fact, entry.stamp
    key, values, units_of = fact.subject_key(), vars(fact), stamp.get("units", _NOBODY)
    on, recorded_at, known_at, entry_id = open_day(entry.on_date, stamp), entry.recorded_at, entry.known_at, entry.id
    for reading in readings:
        rule = reading.rule
        if rule.unless_none and values[rule.unless_none] is None:
            continue
        due_on, person, customer, product, line, source, stage, currency, rate, tax = map(values.get, rule.fields)
        is_new = values.get(rule.new, stamp.get(rule.new)) if rule.new else None
        unit = units_of.get(str(person)) if person else None
        quantity, unknown = _valued(rule, values[rule.value], values) if rule.value else (0, 0)
        units = values[rule.units_of] if rule.units_of else rule.units
        told = []
        if quantity or units:
            told.append((reading.code, reading.is_money, quantity, units))
        if unknown:
            told.append((_known(reading), reading.unknown_is_money, 0, unknown * rule.sign))
        for code, is_money, amount, how_many in told:
            # By position and in one go: this runs for every posting of every import.
            rows.append(_row((
                on, due_on, recorded_at, known_at, entry_id,
                converted(amount, rate) if is_money else amount, amount if is_money else None,
                rate if is_money else None, person, unit, customer, key, product, line, source, stage, generation,
                len(rows), code, how_many, reading.why, tax if is_money else None, is_new,
                currency if is_money else None,
            )))  # fmt: skip
    return rows


def _known(reading: Reading) -> int:
    if reading.unknown_code is None:
        raise KeyError(reading.rule.account + UNKNOWN_SUFFIX)
    return reading.unknown_code


def _valued(rule: Rule, value: Any, values: Mapping[str, Any]) -> tuple[int, int]:
    """The stored quantity of a rule, and how many values became unknown by it (−1: one became known)."""
    quantity = 0 if value is None else to_stored(value)
    unknown = int(value is None)
    if rule.minus is not None:
        base = values[rule.minus]
        quantity -= 0 if base is None else to_stored(base)
        unknown -= int(base is None)
    return quantity * rule.sign, unknown


def converted(quantity: int, rate: int | None) -> int:
    """A quantity in company currency: times the rate in 1/10^8, rounded half up away from zero, once. Refusal where
    it becomes larger than any amount that can be kept."""
    if rate is None or rate == RATE_SCALE:
        return quantity
    product = abs(quantity) * rate
    rounded = (product + RATE_SCALE // 2) // RATE_SCALE
    if rounded > MAX_AMOUNT * SCALE:
        sentence = _("In the currency of the books this amount is too large to be kept. Check the amount and the rate.")
        raise Refusal(sentence, field="amount", code="too_large")
    return -rounded if quantity < 0 else rounded


def open_day(day: date, stamp: Mapping[str, Any]) -> date:
    """The day on which a posting falls: the entry's own, or the first that was open when it was recorded."""
    open_from = stamp.get("open_from")
    return max(day, date.fromisoformat(open_from)) if open_from else day
