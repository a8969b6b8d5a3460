"""Reads one sheet of a workbook in a process of its own and prints it as JSON lines.

A sheet with a single cell in the last corner makes the reader reserve gigabytes and the process die; a
crafted one may crash it. Here only this process dies, within its limits of memory and time. Started by
``xlsx_reader``; formulas are never executed: what the spreadsheet stored as their result is read.
"""

import json
import re
import resource
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from xml.etree import ElementTree

from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

NO_RESULT = "#FORMULA!"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_ERROR_CELL = re.compile(
    rb'<c\b(?=[^>]*\bt="e")[^>]*?\br="([A-Z]{1,3})(\d+)"[^>]*>(?:<f\b[^>]*/>|<f\b[^>]*>[^<]*</f>)?\s*<v>([^<]*)</v>'
)
_EMPTY_FORMULA = re.compile(
    rb'<c\b[^>]*?\br="([A-Z]{1,3})(\d+)"[^>]*>\s*(?:<f\b[^>]*/>|<f\b[^>]*>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>'
)


UNREADABLE = 3
"""exit code: the workbook cannot be read; 1 is a fault of this program"""


def main() -> int:
    try:
        return _read()
    except BaseException:  # noqa: BLE001  the reader's own panics are no Exception; all of them mean the same
        return UNREADABLE


def _read() -> int:
    path, wanted, memory, seconds, columns = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:6])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    workbook = CalamineWorkbook.from_path(path)
    chosen, others = _choose(workbook, wanted)
    if chosen is None:
        _say({"missing": True, "sheets": others})
        return 0
    width = chosen.end[1] + 1 if chosen.end else 0
    _say({
        "sheet": chosen.name,
        "others": others,
        "choices": [] if wanted else _filled(workbook),
        "merged": chosen.merged_cell_ranges or [],
        "width": width,
        "height": chosen.end[0] + 1 if chosen.end else 0,
    })  # fmt: skip
    if width <= columns:
        for line, cells in _rows(chosen, _unreadable(path, chosen.name)):
            _say([line, cells])
    return 0


def _choose(workbook: CalamineWorkbook, wanted: str) -> tuple[CalamineSheet | None, list[str]]:
    """The named sheet, or the first visible one with cells; and the names of the others."""
    names = [sheet.name for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    if wanted:
        candidates = [name for name in names if name == wanted]
    else:
        visible = {s.name for s in workbook.sheets_metadata if s.visible == SheetVisibleEnum.Visible}
        candidates = [name for name in names if name in visible]
    for name in candidates:
        sheet = workbook.get_sheet_by_name(name)
        if sheet.end is not None and (sheet.height or sheet.width):
            return sheet, [other for other in names if other != name]
    return None, names


def _filled(workbook: CalamineWorkbook) -> list[str]:
    """Visible sheets with cells: where there are several, somebody has to say which is meant."""
    visible = [
        sheet.name
        for sheet in workbook.sheets_metadata
        if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
    ]
    if len(visible) < 2:
        return visible
    return [name for name in visible if (sheet := workbook.get_sheet_by_name(name)).end and sheet.height]


def _rows(sheet: CalamineSheet, unreadable: dict[tuple[int, int], str]) -> Iterator[tuple[int, list[str]]]:
    top, left = sheet.start or (0, 0)
    marked = {line for line, _column in unreadable}
    for line, values in enumerate(sheet.iter_rows(), start=top + 1):
        cells = [""] * left + [text_of(value) for value in values]
        if line in marked:
            for (at, column), word in unreadable.items():
                if at == line and column < len(cells):
                    cells[column] = word
        if any(cells):
            yield line, cells


def text_of(value: Any) -> str:
    """A cell as a person would type it: ISO days, numbers with at most 15 digits, as a spreadsheet keeps
    them.
    """
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else format(value, ".15g")
    if isinstance(value, datetime):
        return value.isoformat(sep=" ") if value.time() != time() else value.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(value)


def _unreadable(path: str, sheet: str) -> dict[tuple[int, int], str]:
    """Cells that hold an error or a formula without a stored result: the reader would call them empty."""
    xml = _sheet_xml(path, sheet)
    found: dict[tuple[int, int], str] = {}
    if b't="e"' in xml:
        for letters, line, word in _ERROR_CELL.findall(xml):
            found[int(line), _index(letters)] = word.decode("ascii", "replace")
    if b"<f" in xml:
        for letters, line in _EMPTY_FORMULA.findall(xml):
            found[int(line), _index(letters)] = NO_RESULT
    return found


def _sheet_xml(path: str, sheet: str) -> bytes:
    with zipfile.ZipFile(path) as archive:
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
        relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
        targets = {relation.get("Id"): relation.get("Target") or "" for relation in relations}
        for element in book.iter():
            if element.tag.endswith("}sheet") and element.get("name") == sheet:
                target = targets.get(element.get(_RELATION), "")
                return archive.read(target.lstrip("/") if target.startswith("/") else f"xl/{target}")
    return b""


def _index(letters: bytes) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + letter - 64
    return index - 1


def _say(message: Any) -> None:
    sys.stdout.write(json.dumps(message, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]  # a real text stream
    sys.exit(main())
