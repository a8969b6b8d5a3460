"""The four steps in the browser: upload, columns and checks, writing, result; and undo."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Sum
from django.utils import timezone

from tests.cast import hire
from xiaoguan.ledger.accounts import account
from xiaoguan.ledger.models import Posting
from xiaoguan.org.actions import NewMember, create_members
from xiaoguan.services.transfer import drafts, lease, uploads
from xiaoguan.services.transfer.models import AcceptedCorrection, ImportRun, Lease, StagedRow
from xiaoguan.services.transfer.tests import files
from xiaoguan.services.transfer.tests.wizard import Wizard, counts, csv_text, customers, deal, deals, the_server

State = ImportRun.State


@pytest.fixture
def wizard(db: None, settings: Any, tmp_path: Path) -> Wizard:
    settings.DATA = tmp_path
    cast = hire(password=None)
    return Wizard(cast.he, cast)


def won() -> Decimal:
    total = Posting.objects.filter(account=account("won").code).aggregate(all=Sum("quantity"))["all"]
    return Decimal(total or 0) / 10_000


def test_members_customers_and_deals_come_in_one_after_the_other(db: None, settings: Any, tmp_path: Path) -> None:
    """In a company that has nobody yet but the person who imports."""
    settings.DATA = tmp_path
    (first,) = create_members(
        [NewMember(name="何敏", username="he", roles=("administrator",))], by=None, at=timezone.now()
    )
    wizard = Wizard(first)
    people = wizard.bring_in(["陈晨", "王主管", "华西"], header=["姓名", "主管", "大区"], kind="members")
    companies = wizard.bring_in(["苏州联德", "制造"], header=["客户名称", "行业"], kind="customers")
    sold = wizard.bring_in(
        deal("S-1", "陈晨", 客户="苏州联德", 成交金额="1.2万"), deal("S-2", "陈晨", 阶段="洽谈", 成交金额="")
    )
    assert [counts(run) for run in (people, companies, sold)] == [(1, 0, 0, 0), (1, 0, 0, 0), (2, 0, 0, 0)]
    assert won() == 12_000
    assert set(customers().values_list("name", flat=True)) == {"苏州联德", "宁波海铭"}
    page = wizard.page()
    assert "Result and undo" in page
    assert "See what came in" in page
    rows = wizard.client.get(f"/imports/{sold.pk}/rows").content.decode()
    assert "项目 S-1" in rows
    assert "项目 S-2" in rows


def test_the_second_step_says_what_would_happen_and_writes_nothing(wizard: Wizard) -> None:
    rows = [deal(f"S-{i}") for i in range(3)] + [deal("S-9", "无名氏")]
    run = wizard.upload_rows(*rows)
    page = wizard.page()
    assert run.state == State.CHECKED
    assert counts(run) == (3, 0, 0, 1)
    assert "Import 3 rows, leave out 1" in page
    assert "nothing written yet" in page
    assert "Nobody here is called “无名氏”." in page
    assert "1 row with a problem" in page
    assert "项目 S-0｜项目 S-1" in page
    assert "It is not known whether amounts include tax." in page
    assert deals().count() == 0


def test_the_uploaded_file_is_gone_when_its_cells_are_staged(wizard: Wizard) -> None:
    wizard.upload_rows(deal("S-1"))
    assert list(uploads.folder().iterdir()) == []
    assert uploads.folder().stat().st_mode & 0o077 == 0
    wizard.upload("", name="leer.csv")
    assert list(uploads.folder().iterdir()) == []


@pytest.mark.parametrize(
    ("name", "shown"),
    [("../../etc/passwd.csv", "passwd.csv"), ("C:\\Users\\何\\表.xlsx", "表.xlsx"), ("a\u202egnp.csv\n", "agnp.csv")],
)
def test_names_of_files_are_made_harmless(name: str, shown: str) -> None:
    assert uploads.shown_name(name) == shown


def test_a_missing_column_is_asked_for_and_then_checked(wizard: Wizard) -> None:
    header = ["编号x", "谁", "阶段", "开始日期", "成交日期", "成交金额"]
    run = wizard.upload_rows(["S-1", "林晓雯", "赢单", "2026-03-01", "2026-03-05", "5"], header=header)
    assert run.state == State.UPLOADED
    page = wizard.page()
    assert "Choose the columns for: Owner" in page
    assert "leave out" not in page
    wizard.choose(run, {"编号x": "external_id", "谁": "owner", "阶段": "stage", "成交日期": "closed_on"})
    run.refresh_from_db()
    assert (run.state, counts(run)) == (State.CHECKED, (1, 0, 0, 0))
    assert run.mapping["left_out"] == ["开始日期", "成交金额"]


def test_two_columns_for_one_field_are_refused_and_the_choice_is_kept(wizard: Wizard) -> None:
    run = wizard.upload_rows(deal("S-1"))
    both = {"商机编号": "external_id", "商机名称": "external_id", "负责人": "owner", "阶段": "stage"}
    answer = wizard.choose(run, both, tax="in")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Columns “商机编号” and “商机名称” both go to “Deal number”" in page
    assert '<option value="in" selected>' in page
    assert page.count('<option value="external_id" selected>') == 2
    run.refresh_from_db()
    assert run.mapping["headers"]["name"] == "商机名称"


def test_options_change_the_dry_run(wizard: Wizard) -> None:
    run = wizard.upload_rows(deal("S-1", 阶段="初步接触", 开始日期="", 成交日期="", 成交金额=""))
    fields = {header: field for field, header in run.mapping["headers"].items()}
    assert wizard.choose(run, fields, tax="in", snapshot_day="2026-01-31").status_code == 302
    page = wizard.page()
    assert "2026-01-31, the day of the snapshot" in page
    assert "It is not known whether amounts include tax." not in page
    wizard.start()
    the_server()
    assert deals().get().opened_on.isoformat() == "2026-01-31"
    assert wizard.choose(run, fields, snapshot_day="31.01.2026").status_code == 302


def test_a_day_that_is_none_is_answered_beside_its_field(wizard: Wizard) -> None:
    run = wizard.upload_rows(deal("S-1"))
    answer = wizard.choose(run, {"负责人": "owner"}, snapshot_day="never")
    assert answer.status_code == 422
    assert "Enter a valid date" in answer.content.decode()


def test_empty_cells_clear_only_when_that_is_said(wizard: Wizard) -> None:
    header = ["客户名称", "行业"]
    wizard.bring_in(["苏州联德", "制造"], header=header, kind="customers")
    run = wizard.upload_rows(["苏州联德", ""], header=header, kind="customers")
    fields = {header: field for field, header in run.mapping["headers"].items()}
    wizard.choose(run, fields, keep_empty="on")
    assert not ImportRun.objects.get(pk=run.pk).options["clear_empty"]
    wizard.choose(run, fields)
    run.refresh_from_db()
    assert run.options["clear_empty"]
    wizard.start(run)
    the_server()
    assert not customers().get().industry


def test_a_correction_is_applied_only_on_a_yes_and_remembered(wizard: Wizard) -> None:
    wizard.bring_in(["GTX Pro"], header=["产品名称"], kind="products")
    run = wizard.upload_rows(deal("S-1", 产品="GTXPro"))
    assert "Correct to “GTX Pro”" in wizard.page()
    wizard.send("corrections", field="product", written="GTXPro", answer="no")
    assert "kept as written" in wizard.page()
    wizard.send("corrections", field="product", written="GTXPro", answer="yes")
    assert "will be corrected" in wizard.page()
    assert not AcceptedCorrection.objects.exists()
    wizard.start()
    the_server()
    assert counts(run) == (1, 0, 0, 0)
    assert AcceptedCorrection.objects.get().meant == "GTX Pro"
    assert deals().get().product.name == "GTXPro"
    assert deals().get().product.merged_into.name == "GTX Pro"


def test_all_corrections_are_accepted_at_once(wizard: Wizard) -> None:
    wizard.upload_rows(["苏州联德", "technolgy", "Philipines"], header=["客户名称", "行业", "国家"], kind="customers")
    assert "Yes to all 2" in wizard.page()
    wizard.send("corrections", all="1")
    wizard.start()
    the_server()
    company = customers().get()
    assert (company.industry, company.country) == ("technology", "Philippines")


def test_a_second_press_imports_nothing_more(wizard: Wizard) -> None:
    run = wizard.upload_rows(deal("S-1"))
    stale = run.revision
    wizard.start(run)
    answer = wizard.client.post(f"/imports/{run.pk}/start", {"revision": stale}, follow=True)
    assert "no longer a draft" in answer.content.decode()
    the_server()
    wizard.client.post(f"/imports/{run.pk}/start", {"revision": stale})
    the_server()
    assert (counts(run), deals().count()) == ((1, 0, 0, 0), 1)
    assert "no longer a draft" in wizard.client.post(f"/imports/{run.pk}/mapping", follow=True).content.decode()


def test_figures_of_an_earlier_choice_are_not_imported(wizard: Wizard) -> None:
    run = wizard.upload_rows(deal("S-1"))
    wizard.choose(run, {header: field for field, header in run.mapping["headers"].items()}, tax="in")
    answer = wizard.client.post(f"/imports/{run.pk}/start", {"revision": run.revision}, follow=True)
    assert "changed meanwhile" in answer.content.decode()
    assert ImportRun.objects.get(pk=run.pk).state == State.CHECKED


def test_progress_is_asked_for_until_there_is_something_else_to_see(wizard: Wizard) -> None:
    run = wizard.upload_rows(deal("S-1"))
    wizard.start(run)
    ask = f"/imports/{run.pk}/progress?state=applying"
    shown = wizard.client.get(ask, HTTP_HX_REQUEST="true")
    assert 'hx-trigger="every 1s"' in shown.content.decode()
    assert "0 of 1" in shown.content.decode()
    assert 'hx-trigger="every 2s"' in wizard.client.get("/imports/").content.decode()
    the_server()
    assert wizard.client.get(ask, HTTP_HX_REQUEST="true")["HX-Refresh"] == "true"
    assert wizard.client.get(ask).status_code == 302
    assert "hx-trigger" not in wizard.client.get("/imports/").content.decode()


def test_the_second_of_two_imports_waits_and_says_so(wizard: Wizard) -> None:
    first = wizard.upload_rows(deal("S-1"))
    wizard.start(first)
    lease.take(first, at=timezone.now())
    second = wizard.upload_rows(deal("S-2"))
    wizard.start(second)
    the_server()
    page = wizard.page(run=second)
    assert "Another import is being written (0 of 1 rows)" in page
    assert "Another import" not in wizard.page(run=first)
    Lease.objects.update(until=timezone.now() - timedelta(seconds=1))
    the_server()
    assert (counts(first), counts(second)) == ((1, 0, 0, 0), (1, 0, 0, 0))


def test_a_big_file_is_read_and_checked_by_the_server(wizard: Wizard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafts, "AT_ONCE_BYTES", 10)
    monkeypatch.setattr(drafts, "AT_ONCE_ROWS", 1)
    run = wizard.upload_rows(deal("S-1"), deal("S-2"))
    assert run.state == State.STAGING
    assert "Reading the file" in wizard.page()
    the_server()
    run.refresh_from_db()
    assert (run.state, counts(run), run.stored_as) == (State.CHECKED, (2, 0, 0, 0), "")
    wizard.choose(run, {header: field for field, header in run.mapping["headers"].items()}, tax="in")
    run.refresh_from_db()
    assert run.state == State.CHECKING
    assert "Looking through the rows" in wizard.page()
    the_server()
    assert "Import 2 rows" in wizard.page()


def test_a_draft_whose_process_died_is_taken_over(wizard: Wizard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafts, "AT_ONCE_BYTES", 10)
    run = wizard.upload_rows(deal("S-1"))
    StagedRow.objects.create(run=run, line=2, cells='["half"]')
    ImportRun.objects.update(beat_at=timezone.now())
    the_server()
    assert ImportRun.objects.get().state == State.STAGING
    ImportRun.objects.update(beat_at=timezone.now() - timedelta(minutes=1))
    the_server()
    assert (ImportRun.objects.get().state, counts(run)) == (State.CHECKED, (1, 0, 0, 0))


def test_a_big_file_that_will_not_do_says_why(wizard: Wizard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafts, "AT_ONCE_BYTES", 0)
    assert wizard.upload(b"PK\x03\x04 broken", name="a.xlsx").status_code == 302
    the_server()
    page = wizard.page()
    assert "The workbook is damaged" in page
    assert "Choose another file" in page
    assert list(uploads.folder().iterdir()) == []
    answer = wizard.send("drop", again="1")
    assert answer["Location"] == "/imports/new?kind=deals"
    assert not ImportRun.objects.exists()


def test_a_workbook_with_several_sheets_asks_which(wizard: Wizard, tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["notes"])
    other = book.create_sheet("二月")
    book.create_sheet("empty")
    for line in (["商机编号", "负责人", "阶段"], ["S-1", "林晓雯", "洽谈"]):
        other.append(line)
    book.save(tmp_path / "b.xlsx")
    wizard.upload(tmp_path / "b.xlsx")
    page = wizard.page()
    assert "Which sheet is meant?" in page
    assert "empty" not in page
    assert wizard.send("sheet", sheet="empty").status_code == 422
    wizard.send("sheet", sheet="二月")
    run = wizard.run
    assert (run.state, run.sheet, counts(run)) == (State.CHECKED, "二月", (1, 0, 0, 0))
    assert list(uploads.folder().iterdir()) == []


def test_problems_are_paged_filtered_and_downloaded(wizard: Wizard) -> None:
    bad = [deal(f"S-{i}", "无名氏") for i in range(25)] + [deal("=cmd|x", 成交金额="约五百")]
    run = wizard.upload_rows(*bad)
    assert run.tally["columns"] == {"负责人": 25, "成交金额": 1}
    first = wizard.page()
    assert first.count("Nobody here is called “无名氏”.") == 20
    second = wizard.page(query="?why=&after=21")
    assert second.count("Nobody here is called “无名氏”.") == 5
    assert "约五百" in second
    rare = wizard.page(query="?why=2")
    assert "约五百" in rare
    assert rare.count("Nobody here is called “无名氏”.") == 0
    download = wizard.client.get(f"/imports/{run.pk}/problems.csv")
    lines = b"".join(download.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert lines[0] == "\ufeffLine,Column,Value,Reason,What can be done"
    assert lines[26].startswith("27,成交金额,约五百,not a number,")
    assert len(lines) == 27


def test_a_run_that_a_fault_stopped_goes_on(wizard: Wizard) -> None:
    run = wizard.upload_rows(deal("S-1"))
    ImportRun.objects.update(state=State.FAILED, error="OSError: disk full", created=0)
    assert "Going on begins where it stopped" in wizard.page()
    assert "OSError: disk full" in wizard.page()
    wizard.send("onward")
    the_server()
    assert (ImportRun.objects.get().state, counts(run)) == (State.DONE, (1, 0, 0, 0))
    assert "nothing to go on with" in wizard.client.post(f"/imports/{run.pk}/onward", follow=True).content.decode()


def test_a_draft_is_dropped_with_its_cells(wizard: Wizard) -> None:
    wizard.upload_rows(deal("S-1"))
    assert wizard.send("drop").status_code == 302
    assert not ImportRun.objects.exists()
    assert not StagedRow.objects.exists()


def test_the_same_file_with_three_changed_rows_changes_three(wizard: Wizard) -> None:
    rows = [deal(f"S-{i}") for i in range(10)]
    wizard.bring_in(*rows)
    again = wizard.upload_rows(*rows)
    assert counts(again) == (0, 0, 10, 0)
    assert "There is nothing to import" in wizard.page()
    assert "/start" not in wizard.page()
    changed = [*rows[:7], *(deal(f"S-{i}", 成交金额="2000") for i in range(7, 10))]
    run = wizard.bring_in(*changed)
    assert (counts(run), won()) == ((0, 3, 7, 0), 13_000)


def test_undo_shows_first_and_asks_about_what_was_edited_since(wizard: Wizard) -> None:
    run = wizard.bring_in(deal("S-1"), deal("S-2", 阶段="洽谈", 成交日期="", 成交金额="500"))
    two = deals().get(external_id="S-2")
    wizard.client.post(f"/deals/{two.pk}/edit/name/", {"name": "改过的名字"})
    two.refresh_from_db()
    assert two.name == "改过的名字"
    page = wizard.client.get(f"/imports/{run.pk}/undo").content.decode()
    assert "Take back 2 records" in page
    assert "1 of these records was edited since" in page
    assert "改过的名字" in page
    assert wizard.client.post(f"/imports/{run.pk}/undo", {"edited": "keep"}).status_code == 302
    assert "Records taken back" in wizard.page()
    the_server()
    assert list(deals().values_list("external_id", flat=True)) == ["S-2"]
    assert won() == 0
    assert "1 records stayed because they had been edited since" in wizard.page()


def test_undo_takes_edited_records_back_too_when_told(wizard: Wizard) -> None:
    run = wizard.bring_in(deal("S-2", 阶段="洽谈", 成交日期="", 成交金额="500"))
    two = deals().get()
    wizard.client.post(f"/deals/{two.pk}/edit/name/", {"name": "改过的名字"})
    wizard.client.post(f"/imports/{run.pk}/undo", {"edited": "take"})
    the_server()
    assert deals().count() == 0
    assert "taken back as a whole" in wizard.page()
    assert wizard.client.get(f"/imports/{run.pk}/undo").status_code == 302


def test_an_undo_that_fails_stops_without_stopping_others(wizard: Wizard, monkeypatch: pytest.MonkeyPatch) -> None:
    run = wizard.bring_in(deal("S-1"))
    monkeypatch.setattr("xiaoguan.services.transfer.undoing._forget", lambda *_args: 1 / 0)
    wizard.client.post(f"/imports/{run.pk}/undo")
    with pytest.raises(ZeroDivisionError):
        the_server()
    assert "Taking the import back was stopped by a fault" in wizard.page(run=run)
    monkeypatch.undo()
    other = wizard.bring_in(deal("S-2"))
    assert counts(other) == (1, 0, 0, 0)
    wizard.send("onward", run=run)
    the_server()
    assert ImportRun.objects.get(pk=run.pk).state == State.UNDONE


def test_files_are_chosen_on_one_page_and_an_empty_choice_is_answered_there(wizard: Wizard) -> None:
    assert "Choose the file first." in wizard.client.post("/imports/new", {"kind": "deals"}).content.decode()
    page = wizard.client.get("/imports/new?kind=customers").content.decode()
    assert 'value="customers" class="form-check-input" required' in page.replace("\n", " ")
    assert wizard.client.post("/imports/new", {"kind": "salaries"}).status_code == 422
    text = csv_text([deal("S-1")]).encode()
    big = text + b"x" * (uploads.MOST_BYTES - len(text) + 1)
    answer = wizard.upload(big)
    assert answer.status_code == 422
    assert "at most 50 MB can be uploaded here" in answer.content.decode()
    assert not files.Path(uploads.folder(), "x").exists()
