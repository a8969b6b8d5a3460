"""Files for the tests of reading: written as spreadsheet programs write them, good and bad."""

import csv
import io
import struct
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter

DEALS = [
    ["商机编号", "客户", "金额", "成交日期"],
    ["S-1", "苏州联德精工", "1.2万", "2026年3月5日"],
    ["S-2", "无锡瑞和电子", "￥1,200.00", "2026/3/6"],
]


def text_file(path: Path, lines: Sequence[Sequence[str]], encoding: str = "utf-8", delimiter: str = ",") -> Path:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(lines)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def workbook(path: Path, lines: Sequence[Sequence[Any]], merged: Sequence[str] = ()) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    for line in lines:
        sheet.append(list(line))
    for cells in merged:
        sheet.merge_cells(cells)
    book.save(path)
    return path


def calculated_workbook(path: Path) -> Path:
    """Formulas with the result that the spreadsheet program stored, one error and one 1904 date."""
    book = xlsxwriter.Workbook(str(path), {"date_1904": True})
    sheet = book.add_worksheet("数据")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for column, header in enumerate(["编号", "金额", "日期", "备注"]):
        sheet.write(0, column, header)
    sheet.write(1, 0, "S-1")
    sheet.write_formula(1, 1, "=1000+200", None, 1200)
    sheet.write_datetime(1, 2, datetime(2026, 3, 5), day)  # noqa: DTZ001  a spreadsheet's day has no zone
    sheet.write_formula(1, 3, '=HYPERLINK("http://evil.example","x")', None, "x")
    sheet.write(2, 0, "S-2")
    sheet.write_formula(2, 1, "=1/0", None, "#DIV/0!")
    book.close()
    return path


def archive(path: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return path


def bomb(path: Path, megabytes: int) -> Path:
    """A workbook whose sheet unpacks to ``megabytes`` of blanks."""
    return archive(
        path,
        {
            "[Content_Types].xml": b"<Types/>",
            "xl/workbook.xml": b"<workbook/>",
            "xl/worksheets/sheet1.xml": b" " * (megabytes * 1024 * 1024),
        },
    )


def lying_bomb(path: Path, megabytes: int) -> Path:
    """The same, but its directory claims that the sheet has ten bytes."""
    bomb(path, megabytes)
    raw = bytearray(path.read_bytes())
    real = struct.pack("<I", megabytes * 1024 * 1024)
    at = raw.find(real)
    while at >= 0:
        raw[at : at + 4] = struct.pack("<I", 10)
        at = raw.find(real, at + 4)
    path.write_bytes(bytes(raw))
    return path


def far_corner(path: Path) -> Path:
    """A sheet with cells in the first and in the very last place: a dense reader would want terabytes."""
    workbook(path, [["编号", "金额"], ["S-1", 1]])
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    last = b'<row r="1048576"><c r="XFD1048576" t="n"><v>1</v></c></row></sheetData>'
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(b"</sheetData>", last)
    return archive(path, parts)


A_DAY = date(2026, 3, 5)
