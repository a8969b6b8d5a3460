"""What is compared: for each account and day how many postings there are and the sum of their hashes."""

from collections.abc import Iterable
from typing import Any

Found = dict[int, tuple[int, int]]


def add(total: Found, rows: Iterable[tuple[Any, ...]]) -> None:
    """Add rows of (cell, count, sum of hashes)."""
    for number, count, hashes in rows:
        known = total.get(number, (0, 0))
        total[number] = (known[0] + count, known[1] + int(hashes))


def differing(one: Found, other: Found) -> list[int]:
    return sorted(number for number in one.keys() | other.keys() if one.get(number) != other.get(number))
