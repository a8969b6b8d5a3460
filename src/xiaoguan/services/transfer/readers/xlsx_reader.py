"""Workbooks: checked as an archive, read by a process of its own, given on as text cells."""

import json
import subprocess
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xiaoguan.lib.refusal import Refusal
from xiaoguan.services.transfer.readers import xlsx_child
from xiaoguan.services.transfer.readers.csv_reader import HEADER_AT, padded, too_many_rows
from xiaoguan.services.transfer.readers.headers import SEARCHED, find_header, name_columns
from xiaoguan.services.transfer.readers.table import HeaderScore, Limits, Table
from xiaoguan.services.transfer.readers.zip_guard import broken_workbook, check_workbook
from xiaoguan.services.transfer.words import Words

_PEEKED = 60
Merged = list[tuple[tuple[int, int], tuple[int, int]]]


def open_xlsx(path: Path, limits: Limits, score: HeaderScore | None, sheet: str) -> Table:
    """Open a sheet of a workbook: the named one, or the first visible one that has cells."""
    check_workbook(path, limits)
    child = _start(path, sheet, limits)
    try:
        return _table(child, limits, score, sheet)
    except BaseException:
        _stop(child)
        raise


def _start(path: Path, sheet: str, limits: Limits) -> "subprocess.Popen[str]":
    numbers = (limits.reader_memory, limits.reader_seconds, limits.columns)
    # By path and with -P: the process needs nothing of this program but the one file.
    command = [sys.executable, "-P", xlsx_child.__file__, str(path), sheet, *map(str, numbers)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, encoding="utf-8")


def _stop(child: "subprocess.Popen[str]") -> None:
    if child.poll() is None:
        child.kill()
    if child.stdout is not None:
        child.stdout.close()
    child.wait()


def _messages(child: "subprocess.Popen[str]") -> Iterator[Any]:
    stream: IO[str] | None = child.stdout
    if stream is None:
        raise broken_workbook()
    try:
        for line in stream:
            yield json.loads(line)
        if child.wait() == 1:
            raise RuntimeError("the process that reads workbooks did not start")
        if child.returncode != 0:
            raise broken_workbook()
    finally:
        _stop(child)


def _table(child: "subprocess.Popen[str]", limits: Limits, score: HeaderScore | None, wanted: str) -> Table:
    messages = _messages(child)
    about = next(messages, None)
    if about is None:
        raise broken_workbook()
    _check(about, wanted, limits)
    records = ((line, cells) for line, cells in messages)
    peeked = [record for _index, record in zip(range(_PEEKED), records, strict=False)]
    at = find_header([cells for _line, cells in peeked], score)
    header_line, header = peeked[at]
    notes = _sheet_notes(about)
    header, above = _unmerged(header_line, header, peeked[:at], about["merged"], notes)
    names, repeated, more = name_columns(header, [cells for _line, cells in peeked[at + 1 :]], limits)
    notes += more
    if above:
        notes.append(Words(HEADER_AT, {"line": header_line}))
    rows = padded(chain(peeked[at + 1 :], records), len(names), limits)
    return Table(
        headers=names, rows=rows, header_line=header_line, notes=notes, sheet=about["sheet"],
        choices=tuple(about["choices"]), repeated=repeated,
        close=lambda: _stop(child),
    )  # fmt: skip


def _check(about: dict[str, Any], wanted: str, limits: Limits) -> None:
    if about.get("missing"):
        sheets = ", ".join(about["sheets"]) or "–"
        sentence = (
            _("The workbook has no sheet “%(sheet)s” with cells. It has: %(sheets)s.")
            if wanted
            else _("No visible sheet of the workbook has cells. It has: %(sheets)s.")
        )
        raise Refusal(sentence % {"sheet": wanted, "sheets": sheets}, code="empty_sheet")
    if about["width"] > limits.columns:
        raise Refusal(
            _(
                "The sheet “%(sheet)s” reaches to column %(count)d; at most %(limit)d can be read. "
                "Remove what is not needed."
            )
            % {"sheet": about["sheet"], "count": about["width"], "limit": limits.columns},
            code="too_many_columns",
        )
    if about["height"] > limits.rows + SEARCHED:
        raise too_many_rows(limits)


def _sheet_notes(about: dict[str, Any]) -> list[Words]:
    if not about["others"]:
        return []
    return [Words(_OTHER_SHEETS, {"sheet": about["sheet"], "others": ", ".join(about["others"])})]


def _unmerged(
    line: int, header: list[str], above: list[tuple[int, list[str]]], merged: Merged, notes: list[Words]
) -> tuple[list[str], bool]:
    """The header with merged cells resolved, and whether other lines stand above it.

    A cell merged downwards names the column below it; a cell merged over several columns of the header itself
    names none of them but the first, so the others stay without a header and are told.
    """
    header = list(header)
    texts = {(at - 1, column): cell for at, cells in above for column, cell in enumerate(cells)}
    for (top, left), (bottom, right) in merged:
        if top < line - 1 <= bottom and left < len(header) and not header[left]:
            header[left] = texts.get((top, left), "")
        if top == line - 1 and right > left:
            notes.append(
                Words(_MERGED, {"header": header[left] if left < len(header) else "", "count": right - left + 1})
            )
    return header, any(any(cells) for _at, cells in above)


_OTHER_SHEETS = gettext_noop("Sheet “%(sheet)s” is read; not read: %(others)s.")
_MERGED = gettext_noop(
    "The header “%(header)s” is merged over %(count)d columns; it names the first of them. Give each column its own."
)
