"""Exports: a spreadsheet program shows them as text, whatever was typed into the program."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiaoguan.services.transfer.csv_export import cell_text, csv_bytes


def test_the_file_opens_rightly_in_spreadsheet_programs() -> None:
    written = csv_bytes(["客户", "金额"], [["苏州联德, 精工", Decimal("1200.5000")], [None, -3]])
    assert written == '\ufeff客户,金额\r\n"苏州联德, 精工",1200.5000\r\n,-3\r\n'.encode()


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd|'/c calc'!A1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "=HYPERLINK(\"x\")"]
)  # fmt: skip
def test_what_would_run_is_disarmed(text: str) -> None:
    assert cell_text(text) == "'" + text


@pytest.mark.parametrize("text", ["-500", "+86", "-1,200.50", "12%", "plain", "a=b", ""])
def test_numbers_and_plain_text_stay(text: str) -> None:
    assert cell_text(text) == text


def test_types_are_written_plainly() -> None:
    values = [True, date(2026, 3, 5), datetime(2026, 3, 5, 1, 2, 3, tzinfo=UTC), Decimal("1E+3"), 1.5]
    assert [cell_text(v) for v in values] == ["TRUE", "2026-03-05", "2026-03-05 01:02:03+00:00", "1000", "1.5"]


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\x00")), min_size=1, max_size=5))
def test_no_exported_text_begins_like_a_formula(cells: list[str]) -> None:
    text = csv_bytes(["h"] * len(cells), [cells]).decode("utf-8-sig")
    row = list(csv.reader(io.StringIO(text, newline="")))[1]
    for written, cell in zip(row, cells, strict=True):
        assert written.lstrip("'") == cell.lstrip("'")
        assert not written.startswith(("=", "@", "\t"))
