"""Cells → values: each mapped column parsed as its kind, with a memory of texts met before.

Files repeat themselves (owners, products, days), so most cells cost one dictionary look-up.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_noop

from xiaoguan.services.transfer.contract import Column, ColumnKind, Options, Problem, Row, Tax
from xiaoguan.services.transfer.mapping import ColumnMap
from xiaoguan.services.transfer.values import (
    Order,
    Unreadable,
    cell_error,
    decide_order,
    parse_amount,
    parse_bool,
    parse_choice,
    parse_date,
    parse_int,
    parse_text,
)
from xiaoguan.services.transfer.words import Words

_MEMORY = 50_000
_SHOWN = 80
Substitutions = Mapping[str, Mapping[str, str]]
"""field → value as written → value as meant"""


@dataclass(slots=True)
class _Slot:
    """A mapped column: where it stands and how its cells are read."""

    column: Column
    index: int
    header: str
    parse: Callable[[str], Any]
    memory: dict[str, Any] = field(default_factory=dict)


class RowReader:
    """Reads staged cells of one run. ``orders`` says how 03/04/2026 is meant per field, once that is known."""

    def __init__(
        self,
        columns: Sequence[Column],
        headers: Sequence[str],
        mapped: ColumnMap,
        *,
        options: Options,
        currency: str,
        orders: Mapping[str, Order],
        substitutions: Substitutions,
    ) -> None:
        self._width = len(headers)
        self._currency = options.currency or currency
        self._said = f"{options.currency or ''}\x1f{'' if options.tax is Tax.UNKNOWN else options.tax}"
        self._votes: dict[str, set[Order]] = {}
        self._undecided: set[str] = set()
        self._slots = [
            _Slot(
                column=column,
                index=headers.index(mapped.headers[column.field]),
                header=mapped.headers[column.field],
                parse=self._parser(column, mapped, orders, substitutions),
            )
            for column in columns
            if column.field in mapped.headers
        ]
        self.headers = {slot.column.field: slot.header for slot in self._slots}

    def read(self, line: int, cells: Sequence[str]) -> Row | list[Problem]:
        """The row's values, or every problem of it."""
        values: dict[str, Any] = {}
        problems: list[Problem] | None = None
        for slot in self._slots:
            text = cells[slot.index]
            try:
                value = slot.memory[text]
            except KeyError:
                value = self._remember(slot, text)
            if value.__class__ is Unreadable:
                problems = problems or []
                problems.append(_problem(line, slot, text, value))
            values[slot.column.field] = value
        if len(cells) > self._width:
            words = Words(_TOO_WIDE, {"cells": len(cells), "columns": self._width})
            return [Problem(line=line, reason=words, hint=Words(_TOO_WIDE_HINT)), *(problems or [])]
        return problems or Row(line, values)

    def decided_orders(self) -> dict[str, Order]:
        """Orders that the cells read so far prove, for columns that hold days which could be two."""
        return {
            name: next(iter(votes))
            for name, votes in self._votes.items()
            if name in self._undecided and len(votes) == 1
        }

    def fingerprint(self, row: Row) -> str:
        """Equal for rows that say the same: what was parsed counts, not how it was written."""
        said = "\x1f".join(f"{name}={value}" for name, value in row.values.items() if value is not None)
        return blake2b(f"{said}\x1f{self._said}".encode(), digest_size=16).hexdigest()

    def _remember(self, slot: _Slot, text: str) -> Any:
        value = slot.parse(text)
        if len(slot.memory) >= _MEMORY:
            slot.memory.clear()
        slot.memory[text] = value
        return value

    def _parser(
        self, column: Column, mapped: ColumnMap, orders: Mapping[str, Order], substitutions: Substitutions
    ) -> Callable[[str], Any]:
        base = self._base_parser(column, mapped.factors.get(column.field, 1), orders.get(column.field))
        meant = {} if column.alias else substitutions.get(column.field, {})

        def parse(text: str) -> Any:
            value = cell_error(text) or base(text)
            if value is None and column.filled:
                return Unreadable(Words(_EMPTY), Words(_EMPTY_HINT))
            return meant.get(value, value) if meant and isinstance(value, str) else value

        return parse

    def _base_parser(self, column: Column, factor: int, order: Order | None) -> Callable[[str], Any]:
        zone = timezone.get_default_timezone()
        match column.kind:
            case ColumnKind.AMOUNT:
                return lambda text: self._amount(column, text, factor)
            case ColumnKind.DATE:
                return lambda text: self._day(column.field, parse_date(text, order, False, zone), text)
            case ColumnKind.INT:
                return parse_int
            case ColumnKind.BOOL:
                return parse_bool
            case ColumnKind.CHOICE | ColumnKind.REF:
                return lambda text: parse_choice(text, min(column.max_length, 200))
            case _:
                return lambda text: parse_text(text, column.max_length)

    def _amount(self, column: Column, text: str, factor: int) -> Any:
        amount = parse_amount(text, factor)
        if amount is None or isinstance(amount, Unreadable):
            return amount
        if amount.negative and not column.negative:
            return Unreadable(Words(_NEGATIVE), Words(_NEGATIVE_HINT))
        if amount.currency and amount.currency != self._currency:
            params = {"cell": amount.currency, "import": self._currency}
            return Unreadable(Words(_OTHER_CURRENCY, params), Words(_OTHER_CURRENCY_HINT, params))
        return amount.value

    def _day(self, name: str, day: Any, text: str) -> Any:
        if isinstance(day, Unreadable):
            if day.ambiguous:
                self._undecided.add(name)
        elif order := decide_order((text,)):
            self._votes.setdefault(name, set()).add(order)
        return day


def _problem(line: int, slot: _Slot, text: str, why: Unreadable) -> Problem:
    return Problem(
        line=line,
        reason=why.reason,
        hint=why.hint,
        field=slot.column.field,
        column=slot.header,
        value=shown(slot.column, text),
    )


def shown(column: Column, text: str) -> str:
    """A cell as a list of problems shows it: shortened, and a personal one masked in the middle."""
    if column.private and len(text) > 4:
        return text[: len(text) // 4] + "•" * (len(text) // 2) + text[-(len(text) // 4) :]
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


_EMPTY = gettext_noop("empty, but every row needs it")
_EMPTY_HINT = gettext_noop("fill it in")
_TOO_WIDE = gettext_noop("%(cells)d cells in a table of %(columns)d columns")
_TOO_WIDE_HINT = gettext_noop(
    "a cell with the delimiter in it must stand in quotation marks; or save the table as XLSX"
)
_NEGATIVE = gettext_noop("below zero")
_NEGATIVE_HINT = gettext_noop("check the sign; a return or a discount is recorded in the program itself")
_OTHER_CURRENCY = gettext_noop("the cell says %(cell)s, the import says %(import)s")
_OTHER_CURRENCY_HINT = gettext_noop(
    "import rows of one currency at a time and state it (on the console --currency %(cell)s)"
)
