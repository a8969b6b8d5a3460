"""Sums of postings by group, as scans bring them, keep them and add them up."""

from collections.abc import Iterable, Mapping
from typing import Any

from xiaoguan.ledger.measures.dimensions import Value
from xiaoguan.ledger.measures.figures import Sums

Key = tuple[Value, ...]
Column = Mapping[Key, Sums]
Totals = Mapping[Any, Mapping[tuple[Any, ...], Sums]]
"""By the first group of a query (mostly the account), then by the others, as the database says them."""


def totals_of(rows: Iterable[tuple[Any, ...]]) -> Totals:
    """Rows of groups and their two sums; a sum over nothing is 0. Groups may come more than once."""
    found: dict[Any, dict[Key, Sums]] = {}
    for row in rows:
        column = found.get(row[0])
        if column is None:
            column = found[row[0]] = {}
        key, sums = row[1:-2], Sums(int(row[-2] or 0), int(row[-1] or 0))
        known = column.get(key)
        column[key] = sums if known is None else known.plus(sums)
    return found


def added_up(one: Totals, other: Totals) -> Totals:
    """Both together. What stands in one alone is shared with it: of many groups few are new."""
    result = dict(one)
    for first, column in other.items():
        known = dict(result.get(first, {}))
        for key, sums in column.items():
            known[key] = known[key].plus(sums) if key in known else sums
        result[first] = known
    return result
