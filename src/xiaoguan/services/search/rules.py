"""What is alike, and the pairs by which it is found. Pure."""

import unicodedata
from functools import lru_cache
from itertools import pairwise, repeat
from typing import Final

LEAST: Final = 2
_CHARACTER_BITS: Final = 21


def normal(text: str) -> str:
    """Text as it is compared: case, width (ＡＢＣ) and runs of spaces do not matter."""
    return " ".join(unicodedata.normalize("NFKC", text).replace("\x00", "").split()).casefold()


def joined(parts: tuple[str, ...]) -> str:
    """Several names of a record as one text; what is typed holds no line break, so it never reaches across two."""
    return "\n".join(normal(part) for part in parts if part)[:400]


def pairs(kind: int, text: str) -> list[int]:
    """One number for each two neighbouring characters of a kind's normalised text, in order."""
    return [
        (kind << 2 * _CHARACTER_BITS) | (ord(first) << _CHARACTER_BITS) | ord(second)
        for first, second in pairwise(text)
    ]


def words(kind: int, text: str) -> str:
    """The pairs as words of SQLite's full-text table, in the order of the text: a phrase of them is a part of it."""
    return " ".join(map(_word, repeat(kind), text, text[1:]))


@lru_cache(maxsize=65_536)
def _word(kind: int, first: str, second: str) -> str:
    """Remembered: names repeat one another's pairs, and an import makes millions of them."""
    return f"{pairs(kind, first + second)[0]:x}"
