"""What the whole file tells about its columns: how many are filled, which values, from which day to which."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from xiaoguan.services.transfer.contract import Column, ColumnKind, Row

_MOST_VALUES = 20_000
"""distinct values kept of a column: beyond it nobody proposes corrections"""


@dataclass(slots=True)
class ColumnFacts:
    """``values`` has the distinct values of a CHOICE or REF column with their number of rows."""

    filled: int = 0
    values: dict[str, int] | None = None
    first_day: date | None = None
    last_day: date | None = None


@dataclass(slots=True)
class Survey:
    """Facts of every mapped column; ``rows`` counts those without a problem."""

    rows: int = 0
    columns: dict[str, ColumnFacts] = field(default_factory=dict)

    @classmethod
    def of(cls, columns: Sequence[Column]) -> "Survey":
        listed = (ColumnKind.CHOICE, ColumnKind.REF)
        return cls(0, {c.field: ColumnFacts(values={} if c.kind in listed else None) for c in columns})

    def last_day(self) -> date | None:
        """The latest day in any date column of the file."""
        return max((facts.last_day for facts in self.columns.values() if facts.last_day), default=None)

    def add(self, rows: Sequence[Row]) -> None:
        self.rows += len(rows)
        for name, facts in self.columns.items():
            filled = [value for row in rows if (value := row.values.get(name)) is not None]
            facts.filled += len(filled)
            if facts.values is not None and len(facts.values) < _MOST_VALUES:
                for value, count in Counter(filled).items():
                    facts.values[value] = facts.values.get(value, 0) + count
            elif filled and type(filled[0]) is date:
                first, last = min(filled), max(filled)
                facts.first_day = min(first, facts.first_day or first)
                facts.last_day = max(last, facts.last_day or last)

    def as_json(self) -> dict[str, Any]:
        return {
            "rows": self.rows,
            "columns": {
                name: {
                    "filled": facts.filled,
                    "values": facts.values,
                    "first_day": facts.first_day and facts.first_day.isoformat(),
                    "last_day": facts.last_day and facts.last_day.isoformat(),
                }
                for name, facts in self.columns.items()
            },
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Survey":
        def day(text: str | None) -> date | None:
            return date.fromisoformat(text) if text else None

        return cls(
            stored.get("rows", 0),
            {
                name: ColumnFacts(facts["filled"], facts["values"], day(facts["first_day"]), day(facts["last_day"]))
                for name, facts in stored.get("columns", {}).items()
            },
        )
