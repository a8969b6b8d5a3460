"""Opening files: whatever a spreadsheet program writes is read; whatever is unsafe or unsure is refused in
words.
"""

from pathlib import Path

import openpyxl
import pytest

from xiaoguan.lib.refusal import Refusal
from xiaoguan.services.transfer.readers import Limits, Table, open_table
from xiaoguan.services.transfer.tests import files

ROWS = [(2, files.DEALS[1]), (3, files.DEALS[2])]


def notes(table: Table) -> str:
    return " ".join(str(note) for note in table.notes)


def refused(path: Path, code: str, *, limits: Limits | None = None, sheet: str = "") -> str:
    with pytest.raises(Refusal) as caught:
        list(open_table(path, limits=limits or Limits(), sheet=sheet).rows)
    assert caught.value.code == code
    return str(caught.value)


@pytest.mark.parametrize(
    ("encoding", "recognised"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8 (BOM)"),
        ("gbk", "GB18030"),
        ("gb18030", "GB18030"),
        ("utf-16", "UTF-16 LE (BOM)"),
        ("utf-16-le", "UTF-16 LE"),
        ("utf-16-be", "UTF-16 BE"),
    ],
)
def test_every_usual_encoding_is_recognised_and_named(tmp_path: Path, encoding: str, recognised: str) -> None:
    table = open_table(files.text_file(tmp_path / "a.csv", files.DEALS, encoding))
    assert table.encoding == recognised
    assert table.headers == tuple(files.DEALS[0])
    assert list(table.rows) == ROWS


def test_utf16_big_endian_with_bom(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"\xfe\xff" + "编号,客户\n1,甲\n".encode("utf-16-be"))
    table = open_table(path)
    assert (table.encoding, table.headers, list(table.rows)) == (
        "UTF-16 BE (BOM)",
        ("编号", "客户"),
        [(2, ["1", "甲"])],
    )


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    lines = [["编号", "客户", "备注"], ["1", "甲", "a b"], ["2", "乙", "无"]]
    table = open_table(files.text_file(tmp_path / "a.txt", lines, delimiter=delimiter))
    assert (table.delimiter, list(table.rows)) == (delimiter, [(2, lines[1]), (3, lines[2])])


def test_a_semicolon_file_with_commas_in_its_amounts_keeps_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("编号;金额\n1;1,200.00\n2;3,400.00\n")
    assert list(open_table(path).rows) == [(2, ["1", "1,200.00"]), (3, ["2", "3,400.00"])]


def test_the_excel_separator_line_is_obeyed_and_left_out(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("sep=;\n编号;客户\n1;甲,乙\n")
    table = open_table(path)
    assert (table.headers, list(table.rows)) == (("编号", "客户"), [(3, ["1", "甲,乙"])])


def test_line_numbers_are_the_spreadsheets_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('编号,备注\n1,"两\n行"\n\n2,x\n')
    assert [(line, cells[0]) for line, cells in open_table(path).rows] == [(2, "1"), (4, "2")]


def test_a_title_above_the_header_is_left_out_and_told(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("2026 年商机清单,,\n\n编号,客户,金额\n1,甲,5\n")
    table = open_table(path)
    assert (table.headers, table.header_line, list(table.rows)) == (
        ("编号", "客户", "金额"),
        3,
        [(4, ["1", "甲", "5"])],
    )
    assert "line 3" in notes(table)


def test_short_lines_are_filled_and_empty_ends_cut(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("编号,客户,金额,,\n1,甲\n2,乙,5,,\n3,丙,5,,多\n")
    table = open_table(path)
    assert table.headers == ("编号", "客户", "金额", "#D", "#E")
    assert next(table.rows) == (2, ["1", "甲", "", "", ""])


def test_a_column_without_header_that_most_lines_fill_is_kept_and_told(tmp_path: Path) -> None:
    lines = [["编号", "客户"], ["1", "甲", "x"], ["2", "乙", "y"], ["3", "丙", ""]]
    table = open_table(files.text_file(tmp_path / "a.csv", lines))
    assert (table.headers, next(table.rows)) == (("编号", "客户", "#C"), (2, ["1", "甲", "x"]))
    assert "Column C" in notes(table)


def test_repeated_headers_get_names_of_their_own(tmp_path: Path) -> None:
    table = open_table(files.text_file(tmp_path / "a.csv", [["编号", "金额", "金额"], ["1", "2", "3"]]))
    assert table.headers == ("编号", "金额", "金额 (2)")
    assert table.repeated == {"金额": ("金额", "金额 (2)")}
    assert "B, C" in notes(table)


def test_only_figures_are_no_header(tmp_path: Path) -> None:
    refused(files.text_file(tmp_path / "a.csv", [["1", "2"], ["3", "4"]]), "no_header")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf\r\n", "empty"),
        ("编号,客户\n1,".encode() + b"\xff\xfe\x00\x01" * 3, "not_text"),
        (b"%PDF-1.7 ...", "not_a_table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....", "not_a_table"),
        (b"<html><table><tr><td>1</td></tr></table>", "not_a_table"),
        ("编号,客户\n1,甲\n".encode() + b"2,\xe4\xb8\n", "broken_encoding"),
        ("name,city\nJosé,Málaga\nZoë,Köln\n".encode("latin-1"), "unknown_encoding"),
        ('编号,客户\n1,"甲\n2,乙\n3,丙\n'.encode(), "broken_csv"),
        ('编号,客户\n1,"甲"乙\n'.encode(), "broken_csv"),
    ],
)
def test_what_cannot_be_read_surely_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    refused(path, code)


def test_broken_utf8_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("编号,客户\n1,甲乙丙\n".encode() + b"2,\xe4\xb8\n")
    assert "line 3" in refused(path, "broken_encoding")


def test_limits_are_told_in_their_figures(tmp_path: Path) -> None:
    path = files.text_file(tmp_path / "a.csv", [["编号", "客户"]] + [[str(i), "甲"] for i in range(20)])
    assert "10 rows" in refused(path, "too_many_rows", limits=Limits(rows=10))
    assert "at most 0 MB" in refused(path, "too_large", limits=Limits(file_bytes=50))
    refused(path, "too_many_columns", limits=Limits(columns=1))
    refused(tmp_path / "missing.csv", "no_file")


def test_a_workbook_gives_typed_cells_as_text(tmp_path: Path) -> None:
    lines: list[list[object]] = [
        ["编号", "金额", "日期", "电话", "对"],
        ["S-1", 1200.5, files.A_DAY, 13805121141, True],
    ]
    table = open_table(files.workbook(tmp_path / "a.xlsx", lines))
    assert list(table.rows) == [(2, ["S-1", "1200.5", "2026-03-05", "13805121141", "TRUE"])]
    assert (table.encoding, table.sheet) == (None, "Sheet")


def test_a_workbook_is_known_by_its_content_not_its_name(tmp_path: Path) -> None:
    path = files.workbook(tmp_path / "a.xlsx", [["编号", "客户"], ["1", "甲"]])
    assert open_table(path.rename(tmp_path / "a.csv")).sheet == "Sheet"


def test_formulas_give_their_stored_result_and_errors_are_seen(tmp_path: Path) -> None:
    table = open_table(files.calculated_workbook(tmp_path / "a.xlsx"))
    assert list(table.rows) == [(2, ["S-1", "1200", "2026-03-05", "x"]), (3, ["S-2", "#DIV/0!", "", ""])]


def test_a_formula_without_a_stored_result_is_not_taken_for_empty(tmp_path: Path) -> None:
    path = files.workbook(tmp_path / "a.xlsx", [["编号", "金额"], ["S-1", "=1000+200"], ["S-2", 5]])
    assert list(open_table(path).rows) == [(2, ["S-1", "#FORMULA!"]), (3, ["S-2", "5"])]


def test_merged_headers(tmp_path: Path) -> None:
    lines = [["商机清单", "", ""], ["编号", "客户信息", ""], ["", "名称", "电话"], ["1", "甲", "5"]]
    path = files.workbook(tmp_path / "a.xlsx", lines, merged=["A1:C1", "A2:A3", "B2:C2"])
    table = open_table(path, score=lambda line: 2 if "名称" in line else 0)
    assert (table.headers, table.header_line) == (("编号", "名称", "电话"), 3)
    assert list(table.rows) == [(4, ["1", "甲", "5"])]


def test_a_header_merged_over_two_columns_names_the_first_and_is_told(tmp_path: Path) -> None:
    lines: list[list[object]] = [["编号", "金额", "", "客户"], ["1", 5, 6, "甲"]]
    table = open_table(files.workbook(tmp_path / "a.xlsx", lines, merged=["B1:C1"]))
    assert table.headers == ("编号", "金额", "#C", "客户")
    assert "merged over 2 columns" in notes(table)


def test_hidden_and_empty_sheets_are_passed_over(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "空"
    hidden = book.create_sheet("藏")
    hidden.append(["编号", "x"])
    hidden.sheet_state = "hidden"
    book.create_sheet("数据").append(["编号", "客户"])
    book["数据"].append(["1", "甲"])
    book.save(tmp_path / "a.xlsx")
    table = open_table(tmp_path / "a.xlsx")
    assert (table.sheet, list(table.rows)) == ("数据", [(2, ["1", "甲"])])
    assert "空, 藏" in notes(table)
    assert open_table(tmp_path / "a.xlsx", sheet="藏").headers == ("编号", "x")
    assert "空, 藏, 数据" in refused(tmp_path / "a.xlsx", "empty_sheet", sheet="没有")


def test_a_bomb_is_refused_by_its_size(tmp_path: Path) -> None:
    assert "20 MB" in refused(
        files.bomb(tmp_path / "a.xlsx", 40), "too_large", limits=Limits(unpacked_bytes=20 * 1024 * 1024)
    )


def test_a_bomb_is_refused_by_its_ratio(tmp_path: Path) -> None:
    refused(files.bomb(tmp_path / "a.xlsx", 40), "zip_bomb")


def test_a_bomb_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    limits = Limits(unpacked_bytes=20 * 1024 * 1024)
    refused(files.lying_bomb(tmp_path / "a.xlsx", 40), "too_large", limits=limits)
    refused(files.lying_bomb(tmp_path / "b.xlsx", 1), "broken_workbook", limits=limits)


def test_an_archive_of_very_many_parts_is_refused(tmp_path: Path) -> None:
    parts = {"[Content_Types].xml": b"", "xl/workbook.xml": b""} | {f"xl/{i}": b"" for i in range(2_000)}
    refused(files.archive(tmp_path / "a.xlsx", parts), "zip_bomb")


def test_another_archive_is_no_workbook(tmp_path: Path) -> None:
    refused(files.archive(tmp_path / "a.xlsx", {"readme.txt": b"hello"}), "not_a_workbook")


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_a_cut_off_workbook_is_refused(tmp_path: Path, share: float) -> None:
    whole = files.workbook(tmp_path / "a.xlsx", files.DEALS).read_bytes()
    (tmp_path / "a.xlsx").write_bytes(whole[: int(len(whole) * share)])
    refused(tmp_path / "a.xlsx", "broken_workbook")


def test_a_workbook_without_sense_inside_is_refused(tmp_path: Path) -> None:
    parts = {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<not-a-book"}
    refused(files.archive(tmp_path / "a.xlsx", parts), "broken_workbook")


def test_a_cell_in_the_last_corner_does_not_exhaust_the_machine(tmp_path: Path) -> None:
    limits = Limits(reader_memory=1024 * 1024 * 1024)
    refused(files.far_corner(tmp_path / "a.xlsx"), "broken_workbook", limits=limits)
