"""The one writer of CSV files: opens rightly in spreadsheet programs and carries no formula out."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

BOM = "\ufeff"
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"[-+]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?%?\Z", re.ASCII)


class _Echo:
    """Gives each written line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def csv_lines(headers: Sequence[Any], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """Lines of a CSV file (UTF-8 with BOM when encoded as UTF-8), one at a time, for a streamed answer or a
    file.
    """
    writer = csv.writer(_Echo())
    yield BOM + _line(writer, headers)
    for row in rows:
        yield _line(writer, row)


def csv_bytes(headers: Sequence[Any], rows: Iterable[Sequence[Any]]) -> bytes:
    return "".join(csv_lines(headers, rows)).encode()


def cell_text(value: Any) -> str:
    """A cell as text; one that a spreadsheet would run as a formula is led by an apostrophe, numbers stay
    numbers.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    text = str(value)
    if text.startswith(_DANGEROUS) and not _NUMBER.match(text):
        return "'" + text
    return text


def _line(writer: Any, row: Sequence[Any]) -> str:
    line: str = writer.writerow([cell_text(value) for value in row])
    return line
