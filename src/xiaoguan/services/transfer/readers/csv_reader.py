"""Text tables, read as a stream: a million rows never stand in memory."""

import csv
import io
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import TextIO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xiaoguan.lib.refusal import Refusal
from xiaoguan.services.transfer.readers.encodings import recognise
from xiaoguan.services.transfer.readers.headers import find_header, name_columns
from xiaoguan.services.transfer.readers.table import HeaderScore, Limits, Table
from xiaoguan.services.transfer.words import Words

_DELIMITERS = ",;\t|"
_PEEKED = 60
_SAMPLE_CHARACTERS = 256 * 1024


def open_csv(path: Path, limits: Limits, score: HeaderScore | None) -> Table:
    """Open a CSV or TSV file; encoding and delimiter are recognised and named in the table."""
    codec, encoding = recognise(path)
    stream = path.open("r", encoding=codec, newline="")
    try:
        delimiter = _delimiter(stream)
        return _table(stream, delimiter, encoding, limits, score)
    except BaseException:
        stream.close()
        raise


def _delimiter(stream: TextIO) -> str:
    """The delimiter that cuts the first lines into the most, and the most even, columns."""
    sample = stream.read(_SAMPLE_CHARACTERS)
    stream.seek(0)
    first, _sep, _rest = sample.partition("\n")
    if first.lower().startswith("sep=") and len(first.strip()) == 5:
        return first.strip()[4]
    return max(_DELIMITERS, key=lambda delimiter: _evenness(sample, delimiter))


def _evenness(sample: str, delimiter: str) -> tuple[float, int]:
    widths: dict[int, int] = {}
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    try:
        for _index, line in zip(range(_PEEKED), reader, strict=False):
            if line:
                widths[len(line)] = widths.get(len(line), 0) + 1
    except csv.Error:
        return 0.0, 0
    width, lines = max(widths.items(), key=lambda item: (item[1], item[0]), default=(1, 0))
    return (lines / sum(widths.values()) if width > 1 else 0.0), width


def _table(stream: TextIO, delimiter: str, encoding: str, limits: Limits, score: HeaderScore | None) -> Table:
    records = _records(stream, delimiter, limits)
    peeked = [record for _index, record in zip(range(_PEEKED), records, strict=False)]
    lines = [cells for _line, cells in peeked]
    at = find_header(lines, score)
    names, repeated, notes = name_columns(lines[at], lines[at + 1 :], limits)
    header_line = peeked[at][0]
    if header_line > 1 and any(any(cells) for cells in lines[:at]):
        notes.append(Words(HEADER_AT, {"line": header_line}))
    rows = padded(chain(peeked[at + 1 :], records), len(names), limits)
    return Table(
        headers=names, rows=rows, header_line=header_line, notes=notes, encoding=encoding,
        delimiter=delimiter,
        repeated=repeated, close=stream.close,
    )  # fmt: skip


def _records(stream: TextIO, delimiter: str, limits: Limits) -> Iterator[tuple[int, list[str]]]:
    """(spreadsheet row, cells) of every line that is not empty; a quoted line break stays in its row."""
    csv.field_size_limit(limits.cell_characters)
    reader = csv.reader(stream, delimiter=delimiter, strict=True)
    line = 0
    try:
        for line, cells in enumerate(reader, start=1):
            if line == 1 and len(cells) <= 2 and cells and cells[0].lower().startswith("sep="):
                continue
            stripped = [cell.strip() for cell in cells]
            if any(stripped):
                yield line, stripped
    except csv.Error as error:
        raise Refusal(_sentence(error, line + 1, limits), code="broken_csv") from error
    finally:
        stream.close()


def _sentence(error: csv.Error, line: int, limits: Limits) -> str:
    said = str(error)
    if "field limit" in said:
        return _(
            "A cell in line %(line)d has more than %(limit)d characters. Probably a quotation mark "
            "was opened there "
            "and never closed."
        ) % {"line": line, "limit": limits.cell_characters}
    if "NUL" in said:
        return _("Line %(line)d contains a zero byte. Save the file again as CSV UTF-8.") % {"line": line}
    return _(
        "The quotation marks from line %(line)d on do not match. Write a quotation mark inside "
        "a quoted cell twice "
        "or save the table as XLSX."
    ) % {"line": line}


def padded(records: Iterator[tuple[int, list[str]]], width: int, limits: Limits) -> Iterator[tuple[int, list[str]]]:
    for count, (line, cells) in enumerate(records, start=1):
        if count > limits.rows:
            raise too_many_rows(limits)
        missing = width - len(cells)
        if missing > 0:
            cells.extend([""] * missing)
        elif missing < 0 and not any(cells[width:]):
            del cells[width:]
        yield line, cells


def too_many_rows(limits: Limits) -> Refusal:
    return Refusal(
        _("The table has more than %(limit)d rows. Split it and import the parts one after the other.")
        % {"limit": limits.rows},
        code="too_many_rows",
    )


HEADER_AT = gettext_noop("The header was found in line %(line)d; the lines above it are left out.")
