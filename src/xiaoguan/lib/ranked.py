"""Where a list goes on: behind a number it is ranked by, and of equal ones behind an id; or at a row."""

from math import isfinite
from typing import NamedTuple


class Place(NamedTuple):
    """A row of such a list."""

    number: float
    id: int

    def __str__(self) -> str:
        """As an address carries it; read back it is the same number."""
        return f"{self.number!r}|{self.id}"


def read_row(text: str) -> int:
    """The number of the row that an address names, from 0; 0 for anything that is no such number."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0


def read_place(text: str) -> Place | None:
    """The place that an address names; None where it names none."""
    number, _bar, pk = text.partition("|")
    if not (pk.isascii() and pk.isdigit() and len(pk) < 19):
        return None
    try:
        found = Place(float(number), int(pk))
    except ValueError:
        return None
    return found if isfinite(found.number) else None
