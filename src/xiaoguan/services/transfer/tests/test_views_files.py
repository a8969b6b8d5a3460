"""Every bad file and bad cell of real life, sent through the browser: it simply works, or it is said what, where and
what to do, and nothing is half-written."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.cast import LONG_AGO, hire
from xiaoguan.ledger.accounts import account
from xiaoguan.ledger.models import Posting
from xiaoguan.org.actions import Leaving, NewMember, Transfer, assign_members, create_members, leave
from xiaoguan.services.transfer.models import ImportRun, StagedRow
from xiaoguan.services.transfer.tests import files
from xiaoguan.services.transfer.tests.wizard import HEADER, Wizard, counts, csv_text, deal, deals, the_server

State = ImportRun.State
Write = Callable[[Path], Path]


@pytest.fixture
def wizard(db: None, settings: Any, tmp_path: Path) -> Wizard:
    settings.DATA = tmp_path / "data"
    cast = hire(password=None)
    return Wizard(cast.he, cast)


@pytest.mark.parametrize("encoding", ["gb18030", "gbk", "utf-16", "utf-8-sig", "utf-8"])
def test_any_encoding_simply_works(wizard: Wizard, encoding: str) -> None:
    wizard.upload(csv_text([deal("S-1", 客户="苏州联德精工")]).encode(encoding))
    assert (wizard.run.state, counts(wizard.run)) == (State.CHECKED, (1, 0, 0, 0))
    wizard.start()
    the_server()
    assert deals().get().customer.name == "苏州联德精工"


def _broken(path: Path) -> Path:
    path.write_bytes(b"PK\x03\x04 this was a workbook once")
    return path


def _cut(path: Path) -> Path:
    whole = files.workbook(path, [HEADER, deal("S-1")]).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    return path


def _written(content: bytes) -> Write:
    def write(path: Path) -> Path:
        path.write_bytes(content)
        return path

    return write


@pytest.mark.parametrize(
    ("write", "said"),
    [
        (_broken, "The workbook is damaged"),
        (_cut, "The workbook is damaged"),
        (lambda path: files.bomb(path, 401), "The workbook unpacks to more than 400 MB"),
        (lambda path: files.bomb(path, 40), "as in files made to exhaust a computer"),
        (lambda path: files.lying_bomb(path, 401), "The workbook"),
        (files.far_corner, "The workbook is damaged"),
        (_written(b""), "The submitted file is empty"),
        (_written(b" \r\n"), "The file is empty"),
        (_written(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old"), "old XLS file"),
        (_written(b"%PDF-1.7"), "This is a PDF"),
        (_written(b"<html><table>"), "This is a web page"),
        (_written(csv_text([]).encode()), "no rows below it"),
        (_written(b"1,2\n3,4\n"), "No header line was found"),
        (_written('编号,负责人\n"S-1,林\n'.encode()), "quotation mark"),
    ],
)
def test_a_file_that_cannot_be_read_is_answered_beside_its_field(
    wizard: Wizard, tmp_path: Path, write: Write, said: str
) -> None:
    answer = wizard.upload(write(tmp_path / "file.xlsx"), kind="deals")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert page.index('name="file"') < page.index(said)
    assert 'value="deals" class="form-check-input" required id="id_kind_4" checked' in " ".join(page.split())
    assert not ImportRun.objects.exists()
    assert not StagedRow.objects.exists()


def test_a_merged_header_is_told(wizard: Wizard, tmp_path: Path) -> None:
    rows = [["商机编号", "负责人", "阶段", "开始日期", "金额", None], ["S-1", "林晓雯", "洽谈", "2026-03-01", 5, 7]]
    wizard.upload(files.workbook(tmp_path / "merged.xlsx", rows, merged=["E1:F1"]))
    page = wizard.page()
    assert "“金额” is merged over 2 columns" in page
    assert "Column F has no header; it is called #F here." in page
    assert counts(wizard.run) == (1, 0, 0, 0)


def test_a_header_that_stands_twice_is_left_for_a_person_to_choose(wizard: Wizard) -> None:
    header = ["商机编号", "负责人", "负责人", "阶段"]
    run = wizard.upload_rows(["S-1", "王浩然", "林晓雯", "洽谈"], header=header)
    page = wizard.page()
    assert run.state == State.UPLOADED
    assert "Columns B, C share the header “负责人”" in page
    assert "Choose the columns for: Owner" in page
    wizard.choose(run, {"商机编号": "external_id", "负责人 (2)": "owner", "阶段": "stage"})
    wizard.start()
    the_server()
    assert deals().get().owner == wizard.cast.lin


def test_formulas_are_read_by_their_stored_result_and_never_leave_as_formulas(wizard: Wizard, tmp_path: Path) -> None:
    import xlsxwriter

    path = tmp_path / "formulas.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for row, line in enumerate([HEADER, deal("S-1"), deal("S-2", "无名氏")]):
        for column, cell in enumerate(line):
            sheet.write_string(row, column, cell)
    sheet.write_formula(1, 8, "=1000+200", None, 1200)
    sheet.write_formula(1, 1, '=HYPERLINK("http://evil.example","x")', None, "=2+5")
    sheet.write_formula(2, 2, '=CMD("x")', None, "=cmd|' /C calc'!A0")
    sheet.write_number(1, 6, 46082, day)
    book.close()
    wizard.upload(path)
    assert counts(wizard.run) == (1, 0, 0, 1)
    download = wizard.client.get(f"/imports/{wizard.run.pk}/problems.csv")
    text = b"".join(download.streaming_content).decode()  # type: ignore[attr-defined]
    assert ",'=cmd|' /C calc'!A0," in text
    wizard.start()
    the_server()
    came = deals().get()
    assert (came.amount, came.name, came.opened_on) == (1200, "=2+5", date(2026, 3, 1))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1.2万", 12_000),
        ("￥1,200.00", 1_200),
        ("１２００", 1_200),
        ("¥ 3 000", 3_000),
        ("1200元", 1_200),
        ("0.5亿", 5e7),
    ],
)
def test_amounts_as_people_write_them(wizard: Wizard, written: str, meant: float) -> None:
    wizard.bring_in(deal("S-1", 成交金额=written))
    assert deals().get().amount == meant


@pytest.mark.parametrize("written", ["2026年3月1日", "46082", "2026/3/1", "2026.03.01", "20260301", "2026-03-01 08:30"])
def test_days_as_people_write_them(wizard: Wizard, written: str) -> None:
    wizard.bring_in(deal("S-1", 开始日期=written))
    assert deals().get().opened_on == date(2026, 3, 1)


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        ({"成交日期": "2026-02-30"}, "成交日期", "a day that does not exist"),
        ({"成交日期": "2026-02-28"}, "成交日期", "before it was opened on 2026-03-01"),
        ({"成交日期": "2199-01-01"}, "成交日期", "lies in the future"),
        ({"成交金额": "-500"}, "成交金额", "below zero"),
        ({"成交金额": "约五百"}, "成交金额", "not a number"),
        ({"成交金额": "$12"}, "成交金额", "the cell says USD, the import says CNY"),
        ({"负责人": "无名氏"}, "负责人", "Nobody here is called “无名氏”."),
        ({"负责人": ""}, "负责人", "empty, but every row needs it"),
        ({"商机编号": "S-0"}, "商机编号", "“S-0” stands in line 2 already"),
    ],
)
def test_a_bad_cell_is_told_by_line_column_and_what_to_do(
    wizard: Wizard, cells: dict[str, str], column: str, reason: str
) -> None:
    run = wizard.upload_rows(deal("S-0"), deal("S-1", **cells))
    assert counts(run) == (1, 0, 0, 1)
    page = " ".join(wizard.page().split())
    table = page[page.index('id="problems"') :]
    assert "Line 3" in table
    assert f"<td>{column}</td>" in table
    assert reason.replace("“", "“") in table
    wizard.start()
    the_server()
    assert list(deals().values_list("external_id", flat=True)) == ["S-0"]
    assert reason in wizard.page()


def test_a_person_who_left_is_told_from_the_day_on(wizard: Wizard) -> None:
    cast = wizard.cast
    leave([Leaving(member_id=cast.wang.pk, last_day=date(2026, 2, 28))], by=cast.admin, at=LONG_AGO)
    run = wizard.upload_rows(deal("S-1", "王浩然"), deal("S-2", "王浩然", 开始日期="2026-02-28"))
    assert counts(run) == (1, 0, 0, 1)
    assert "“王浩然” left on 2026-03-01, before this deal was opened." in wizard.page()
    assert "Give the deal to the person who took over." in wizard.page()


def test_of_two_people_of_one_name_the_number_tells_which(wizard: Wizard) -> None:
    unit = wizard.cast.units["south_one"].pk
    new = NewMember(name="林晓雯", username="lin2", unit_id=unit, start=date(2025, 2, 1), employee_no="1002")
    (second,) = create_members([new], by=wizard.cast.admin, at=LONG_AGO)
    run = wizard.bring_in(deal("S-1"), deal("S-2", "1002"), deal("S-3", "lin"))
    assert counts(run) == (2, 0, 0, 1)
    assert "2 people are called “林晓雯”." in wizard.page()
    owners = dict(deals().values_list("external_id", "owner_id"))
    assert owners == {"S-2": second.pk, "S-3": wizard.cast.lin.pk}


def test_an_owner_who_changed_the_unit_counts_for_each_where_he_was(wizard: Wizard) -> None:
    east, south = wizard.cast.units["east_one"].pk, wizard.cast.units["south_one"].pk
    move = Transfer(member_id=wizard.cast.lin.pk, unit_id=south, start=date(2026, 3, 10))
    assign_members([move], by=wizard.cast.admin, at=LONG_AGO)
    wizard.bring_in(deal("S-1", 成交日期="2026-03-09"), deal("S-2", 成交日期="2026-03-10"))
    won = Posting.objects.filter(account=account("won").code).order_by("on_date")
    assert list(won.values_list("unit_id", flat=True)) == [east, south]
