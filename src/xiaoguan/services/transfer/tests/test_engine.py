"""The engine on a toy kind: dry run, writing, repeating, refusing, resuming, two at once, taking back."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from xiaoguan.journal.facts.general import FieldsChanged
from xiaoguan.journal.facts.transfer import ImportApplied, ImportUndone
from xiaoguan.journal.kinds import IMPORT, SOURCE, object_key
from xiaoguan.journal.models import Entry
from xiaoguan.journal.reading import recorded
from xiaoguan.journal.recording import Happening, record
from xiaoguan.lib.days import company_day
from xiaoguan.lib.refusal import Refusal
from xiaoguan.services.transfer import kinds, lease, pace
from xiaoguan.services.transfer.contract import Context, Options, Outcome, Ready
from xiaoguan.services.transfer.drafts import sweep_drafts
from xiaoguan.services.transfer.models import ImportedRecord, ImportRow, ImportRun, Lease, StagedRow
from xiaoguan.services.transfer.runs import (
    accept_corrections,
    dry_run,
    prepare_file,
    resume_runs,
    write_run,
)
from xiaoguan.services.transfer.stored import corrections_of, problems_of
from xiaoguan.services.transfer.tests import toy
from xiaoguan.services.transfer.tests.conftest import thing
from xiaoguan.services.transfer.undoing import start_undo, undo_preview, undo_run

Clock = Callable[[], datetime]
Sheet = Callable[..., Path]
pytestmark = pytest.mark.usefixtures("things")


def bring_in(path: Path, clock: Clock, **options: Any) -> ImportRun:
    run = prepare_file("things", path, by=None, at=clock(), options=Options(**options))
    write_run(run, clock=clock)
    return run


def counts(run: ImportRun) -> tuple[int, int, int, int]:
    return run.created, run.updated, run.unchanged, run.skipped


def problems(run: ImportRun) -> list[tuple[int, str, str]]:
    rows = ImportRow.objects.filter(run=run, problems__isnull=False).order_by("line")
    return [(p.line, p.column, str(p.reason)) for row in rows for p in problems_of(row.line, row.problems)]


def test_rows_become_records_entries_and_results(sheet: Sheet, clock: Clock) -> None:
    run = bring_in(sheet(thing("S-1", "1.2万"), thing("S-2", "￥1,200.00", "2026年3月6日", "李伟")), clock)
    assert toy.things() == {
        "S-1": (1, "GTX Pro", "2026-03-05", 12_000),
        "S-2": (2, "GTX Pro", "2026-03-06", 1_200),
    }
    assert (run.state, counts(run), run.rows) == (ImportRun.State.DONE, (2, 0, 0, 0), 2)
    assert Entry.objects.filter(batch_id=run.pk, kind=FieldsChanged.code).count() == 2
    told = Entry.objects.get(subject_key=object_key(IMPORT, run.pk))
    assert told.kind == ImportApplied.code
    assert recorded(told).fact == ImportApplied(
        run_id=run.pk, record_kind=SOURCE, created=2, updated=0, unchanged=0, skipped=0
    )
    assert not StagedRow.objects.exists()
    assert list(ImportRow.objects.order_by("line").values_list("line", "did", "external_id")) == [
        (2, "created", "S-1"),
        (3, "created", "S-2"),
    ]


def test_a_dry_run_counts_and_writes_nothing(sheet: Sheet, clock: Clock) -> None:
    bring_in(sheet(thing("S-1"), thing("S-2")), clock)
    before = Entry.objects.count()
    path = sheet(thing("S-1"), thing("S-2", "7"), thing("S-3"), thing("S-4", owner="谁"), thing("S-5", "约五百"))
    run = prepare_file("things", path, by=None, at=clock(), options=Options())
    dry_run(run, at=clock())
    assert (run.state, counts(run)) == (ImportRun.State.CHECKED, (1, 1, 1, 2))
    assert (Entry.objects.count(), len(toy.things()), ImportRow.objects.filter(run=run).count()) == (before, 2, 0)
    staged = StagedRow.objects.filter(problems__isnull=False).order_by("line")
    found = [(row.line, problem.column) for row in staged for problem in problems_of(row.line, row.problems)]
    assert found == [(5, "负责人"), (6, "金额")]
    write_run(run, clock=clock)
    assert counts(run) == (1, 1, 1, 2)


def test_bad_rows_are_left_out_with_line_and_column(sheet: Sheet, clock: Clock) -> None:
    run = bring_in(
        sheet(
            thing("S-1", "约五百"), thing("", "5"), thing("S-3", day="2026-02-30"), thing("S-4", "-5"),
            thing("S-5", owner="无名氏"), thing("S-6", "$5"), thing("S-7"), thing("S-7", "8"),
            [*thing("S-8"), "多出", ""],
        ),
        clock,
    )  # fmt: skip
    assert list(toy.things()) == ["S-7"]
    assert [(line, column) for line, column, _reason in problems(run)] == [
        (2, "金额"), (3, "编号"), (4, "日期"), (5, "金额"), (6, "负责人"), (7, "金额"), (9, "编号"), (10, ""),
    ]  # fmt: skip
    assert "line 8" in problems(run)[6][2]
    assert problems(run)[7][2] == "8 cells in a table of 6 columns"
    assert counts(run) == (1, 0, 0, 8)


def test_the_same_file_again_changes_nothing_but_the_rows_that_differ(sheet: Sheet, clock: Clock) -> None:
    rows = [thing(f"S-{i}", str(i)) for i in range(1, 11)]
    bring_in(sheet(*rows), clock)
    entries = Entry.objects.filter(kind=FieldsChanged.code).count()
    again = bring_in(sheet(*[[*row[:4], "2026/3/5", f"{row[5]}.00"] for row in rows]), clock)
    assert counts(again) == (0, 0, 10, 0)
    assert Entry.objects.filter(kind=FieldsChanged.code).count() == entries
    for at in (0, 4, 9):
        rows[at] = thing(rows[at][0], "999")
    changed = bring_in(sheet(*rows), clock)
    assert counts(changed) == (0, 3, 7, 0)
    assert [code for code, what in toy.things().items() if what[3] == 999] == ["S-1", "S-5", "S-10"]
    assert Entry.objects.filter(batch_id=changed.pk, kind=FieldsChanged.code).count() == 3


def test_a_refusal_while_writing_costs_only_its_row(sheet: Sheet, clock: Clock) -> None:
    rows = [thing(f"S-{i}") for i in range(1, 9)]
    rows.insert(5, thing(toy.REFUSED))
    run = bring_in(sheet(*rows), clock)
    assert counts(run) == (8, 0, 0, 1)
    assert problems(run) == [(7, "编号", "this one is refused")]
    assert Entry.objects.filter(batch_id=run.pk, kind=FieldsChanged.code).count() == 8


def test_a_day_order_is_proved_by_a_later_row(sheet: Sheet, clock: Clock) -> None:
    bring_in(sheet(thing("S-1", day="03/04/2026"), thing("S-2", day="25/12/2026")), clock)
    assert {code: what[2] for code, what in toy.things().items()} == {"S-1": "2026-04-03", "S-2": "2026-12-25"}


def test_a_day_order_that_nothing_proves_is_a_problem(sheet: Sheet, clock: Clock) -> None:
    run = bring_in(sheet(thing("S-1", day="03/04/2026"), thing("S-2", day="2026-12-25")), clock)
    assert [(line, column) for line, column, _reason in problems(run)] == [(2, "日期")]


def test_assumptions_are_added_up(sheet: Sheet, clock: Clock) -> None:
    run = bring_in(sheet(thing("S-1", day=""), thing("S-2", day=""), thing("S-3")), clock)
    assert [(a["code"], a["rows"]) for a in run.assumptions] == [("currency", 0), ("day", 2)]
    assert run.memory == {"valued": 3}


def test_corrections_are_proposed_and_applied_only_after_a_yes(sheet: Sheet, clock: Clock) -> None:
    rows = [thing("S-1", product="GTXPro"), thing("S-2")]
    rows[0][3] = "Shangai"
    run = prepare_file("things", sheet(*rows), by=None, at=clock(), options=Options())
    proposed = corrections_of(run.corrections)
    assert [(c.field, c.written, c.meant, c.rows) for c in proposed] == [
        ("product", "GTXPro", "GTX Pro", 1),
        ("city", "Shangai", "Shanghai", 1),
    ]
    assert run.survey["columns"]["city"]["values"] == {"Shangai": 1, "Shanghai": 1}
    accept_corrections(run, proposed, by=None, at=clock())
    assert run.survey["columns"]["city"]["values"] == {"Shanghai": 2}
    assert toy.ALIASES == [("GTXPro", "GTX Pro")]
    assert run.corrections == []
    later = prepare_file("things", sheet(*rows), by=None, at=clock(), options=Options())
    assert later.survey["columns"]["city"]["values"] == {"Shanghai": 2}


def test_a_file_that_will_not_do_leaves_no_run(sheet: Sheet, clock: Clock) -> None:
    with pytest.raises(Refusal, match="Owner"):
        prepare_file("things", sheet(["1", "2"], header=["编号", "别的"]), by=None, at=clock(), options=Options())
    with pytest.raises(Refusal, match="no rows"):
        prepare_file("things", sheet(), by=None, at=clock(), options=Options())
    with pytest.raises(Refusal, match="things"):
        prepare_file("nonsense", sheet(), by=None, at=clock(), options=Options())
    assert not ImportRun.objects.exists()
    assert not StagedRow.objects.exists()


class Killed(BaseException):
    """The process is gone in the middle of a step."""


def stop_after(chunks: int, fault: type[BaseException]) -> Callable[[Sequence[Ready], Context], Sequence[Outcome]]:
    left = [chunks]

    def apply(rows: Sequence[Ready], context: Context) -> Sequence[Outcome]:
        outcomes = toy.apply(rows, context)
        if left[0] == 0:
            raise fault
        left[0] -= 1
        return outcomes

    return apply


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "FIRST_CHUNK", 10)
    monkeypatch.setattr(pace, "LARGEST_CHUNK", 10)
    monkeypatch.setattr(pace, "SMALLEST_CHUNK", 10)


def prepared(sheet: Sheet, clock: Clock, rows: int) -> ImportRun:
    path = sheet(*[thing(f"S-{i}") for i in range(rows)])
    return prepare_file("things", path, by=None, at=clock(), options=Options())


@pytest.mark.usefixtures("small_steps")
@pytest.mark.parametrize("chunks", [0, 1, 3])
def test_a_killed_run_goes_on_by_itself(
    sheet: Sheet, clock: Clock, monkeypatch: pytest.MonkeyPatch, chunks: int
) -> None:
    run = prepared(sheet, clock, 45)
    monkeypatch.setitem(kinds._importables, "things", toy.toy(apply=stop_after(chunks, Killed)))
    with pytest.raises(Killed):
        write_run(run, clock=clock)
    run.refresh_from_db()
    assert (run.state, run.created, len(toy.things())) == (ImportRun.State.APPLYING, chunks * 10, chunks * 10)
    dead = f"{lease.holder().split(':')[0]}:999999999:1"
    Lease.objects.filter(pk=1).update(holder=dead, run=run, until=clock() + timedelta(hours=1))
    monkeypatch.setitem(kinds._importables, "things", toy.toy())
    assert [ended.pk for ended in resume_runs(clock=clock)] == [run.pk]
    run.refresh_from_db()
    assert (run.state, counts(run), len(toy.things())) == (ImportRun.State.DONE, (45, 0, 0, 0), 45)
    assert Entry.objects.filter(batch_id=run.pk, kind=FieldsChanged.code).count() == 45
    assert resume_runs(clock=clock) == []


@pytest.mark.usefixtures("small_steps")
def test_a_fault_stops_the_run_and_is_told_and_it_can_go_on(
    sheet: Sheet, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = prepared(sheet, clock, 25)
    monkeypatch.setitem(kinds._importables, "things", toy.toy(apply=stop_after(1, ZeroDivisionError)))
    with pytest.raises(ZeroDivisionError):
        write_run(run, clock=clock)
    assert (run.state, run.error, len(toy.things())) == (ImportRun.State.FAILED, "ZeroDivisionError: ", 10)
    monkeypatch.setitem(kinds._importables, "things", toy.toy())
    write_run(run, clock=clock)
    assert (run.state, run.created, len(toy.things())) == (ImportRun.State.DONE, 25, 25)


@pytest.mark.usefixtures("small_steps")
def test_a_duplicate_of_a_row_written_before_the_stop_is_still_seen(
    sheet: Sheet, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [thing(f"S-{i}") for i in range(15)] + [thing("S-0", "77")]
    run = prepare_file("things", sheet(*rows), by=None, at=clock(), options=Options())
    monkeypatch.setitem(kinds._importables, "things", toy.toy(apply=stop_after(1, Killed)))
    with pytest.raises(Killed):
        write_run(run, clock=clock)
    monkeypatch.setitem(kinds._importables, "things", toy.toy())
    resume_runs(clock=clock)
    run.refresh_from_db()
    assert counts(run) == (15, 0, 0, 1)
    assert toy.things()["S-0"][3] == 100


def test_two_imports_at_once_are_told_apart(sheet: Sheet, clock: Clock) -> None:
    first, second = prepared(sheet, clock, 3), prepared(sheet, clock, 3)
    lease.take(first, at=clock())
    with pytest.raises(lease.Busy, match=r"things\.csv.*0 of 3"):
        write_run(second, clock=clock)
    assert toy.things() == {}
    Lease.objects.update(until=clock() - timedelta(seconds=1))
    write_run(second, clock=clock)
    assert counts(second) == (3, 0, 0, 0)


def test_who_lost_the_lease_writes_nothing_more(sheet: Sheet, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    run = prepared(sheet, clock, 3)

    def rob(rows: Sequence[Any], context: Context) -> Any:
        Lease.objects.update(holder="elsewhere:1:1")
        return toy.prepare(rows, context)

    monkeypatch.setitem(kinds._importables, "things", toy.toy(prepare=rob))
    with pytest.raises(lease.LeaseLost):
        write_run(run, clock=clock)
    assert toy.things() == {}


def take_back(run: ImportRun, clock: Clock, *, keep_edited: bool = True) -> None:
    start_undo(run, by=None, keep_edited=keep_edited)
    undo_run(run, kinds.importable("things"), clock=clock)


def test_a_whole_import_is_taken_back_by_facts(sheet: Sheet, clock: Clock) -> None:
    path = sheet(thing("S-1"), thing("S-2"))
    run = bring_in(path, clock)
    written = Entry.objects.count()
    assert undo_preview(run, kinds.importable("things")).rows == 2
    take_back(run, clock)
    assert (run.state, toy.things(), ImportedRecord.objects.count()) == (ImportRun.State.UNDONE, {}, 0)
    assert Entry.objects.count() == written + 3
    told = recorded(Entry.objects.get(kind=ImportUndone.code))
    assert told.fact == ImportUndone(run_id=run.pk, record_kind=SOURCE, rows=2, kept=0)
    assert counts(bring_in(path, clock)) == (2, 0, 0, 0)
    with pytest.raises(Refusal, match="Taken back"):
        start_undo(run, by=None, keep_edited=True)


def test_an_undone_change_gives_the_earlier_values_back(sheet: Sheet, clock: Clock) -> None:
    bring_in(sheet(thing("S-1", "1"), thing("S-2", "2")), clock)
    second = bring_in(sheet(thing("S-1", "50"), thing("S-2", "2"), thing("S-3", "3")), clock)
    assert counts(second) == (1, 1, 1, 0)
    take_back(second, clock)
    assert {code: what[3] for code, what in toy.things().items()} == {"S-1": 1, "S-2": 2}
    again = bring_in(sheet(thing("S-1", "1"), thing("S-2", "2")), clock)
    assert counts(again) == (0, 0, 2, 0)


@pytest.mark.parametrize(("keep_edited", "left"), [(True, ["S-2"]), (False, [])])
def test_rows_edited_since_are_asked_about(sheet: Sheet, clock: Clock, keep_edited: bool, left: list[str]) -> None:
    run = bring_in(sheet(thing("S-1"), thing("S-2"), thing("S-3")), clock)
    edited = ImportRow.objects.get(run=run, external_id="S-2").object_id or 0
    fact = FieldsChanged(kind=SOURCE, object_id=edited, fields=("value",), old=None, new=None)
    record([Happening(fact=fact, on=company_day(clock()))], by=None, at=clock())
    preview = undo_preview(run, kinds.importable("things"))
    assert (preview.rows, preview.edited) == (3, (3,))
    take_back(run, clock, keep_edited=keep_edited)
    assert list(toy.things()) == left
    assert run.kept == len(left)


def test_drafts_are_dropped_after_a_week(sheet: Sheet, clock: Clock) -> None:
    run = prepared(sheet, clock, 3)
    assert sweep_drafts(at=clock() + timedelta(days=6)) == 0
    assert sweep_drafts(at=clock() + timedelta(days=8)) == 1
    assert not ImportRun.objects.filter(pk=run.pk).exists()
    done = bring_in(sheet(thing("S-1")), clock)
    assert sweep_drafts(at=clock() + timedelta(days=99)) == 0
    assert ImportRun.objects.filter(pk=done.pk).exists()


def test_a_row_that_a_module_passes_over_is_a_fault(
    sheet: Sheet, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(kinds._importables, "things", toy.toy(apply=lambda rows, context: []))
    with pytest.raises(RuntimeError, match="every ready row"):
        bring_in(sheet(thing("S-1")), clock)
