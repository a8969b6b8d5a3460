"""The command: refusals, whole files or none, and the fact that the journal was taken out."""

import json
import os
import signal
import subprocess
import time
from datetime import date
from pathlib import Path

import pytest

from tests.infrastructure.databases import Database, command, run_command
from xiaoguan.journal.facts.audit import EventLogExported
from xiaoguan.journal.models import Entry
from xiaoguan.journal.reading import fact_of
from xiaoguan.lib.refusal import Refusal
from xiaoguan.processes import exporting
from xiaoguan.processes.exporting import OCEL_JSON, export
from xiaoguan.processes.queries import Wanted
from xiaoguan.processes.tests.history import moment
from xiaoguan.processes.tests.reading import read_back, traces_back

OK, REFUSED = 0, 2
AT = moment(date(2026, 12, 1))


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.both_databases
def test_the_command_writes_each_form_and_says_what_it_holds(demo_original: Database, tmp_path: Path) -> None:
    database = demo_original.copy()
    try:
        counts = []
        for name in ("log.json", "log.sqlite"):
            done = run_command(database, tmp_path, "export", "ocel", str(tmp_path / name), "--json")
            assert done.returncode == OK, done.stderr
            said, log = json.loads(done.stdout), read_back(tmp_path / name)
            assert (said["events"], said["objects"]) == (len(log["events"]), len(log["objects"]))
            counts.append((said["events"], said["objects"], said["relations"]))
        assert counts[0] == counts[1]
        assert counts[0][0] > 500
        done = run_command(database, tmp_path, "export", "xes", str(tmp_path / "log.xes.gz"), "--json")
        assert json.loads(done.stdout)["traces"] == traces_back(tmp_path / "log.xes.gz").count("<trace>") > 100
    finally:
        database.drop()


def test_bad_asks_are_refused_in_a_sentence_and_write_nothing(empty_original: Database, tmp_path: Path) -> None:
    database = empty_original.copy()
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "there.json").write_text("mine")
    try:
        for arguments in (
            ["ocel", "there.json"],
            ["ocel", "log.txt"],
            ["ocel", "."],
            ["xes", "log.json"],
            ["ocel", "nowhere/log.json"],
            ["ocel", "log.json", "--from", "2026-02-01", "--to", "2026-01-01"],
        ):
            kind, file, *further = arguments
            done = run_command(database, tmp_path, "export", kind, str(folder / file), *further)
            assert done.returncode == REFUSED, arguments
            assert len(done.stderr.splitlines()) == 1, done.stderr
        assert left_in(folder) == ["there.json"]
        assert (folder / "there.json").read_text() == "mine"
        told = run_command(database, tmp_path, "export", "ocel", str(folder / "there.json"), "--force")
        assert told.returncode == OK
        assert read_back(folder / "there.json")["events"] == []
    finally:
        database.drop()


@pytest.mark.django_db
def test_an_export_is_a_fact(tmp_path: Path) -> None:
    wanted = Wanted(day_from=date(2026, 1, 1), names=True)
    export(tmp_path / "log.json", file_format=OCEL_JSON, wanted=wanted, at=AT)
    told = fact_of(Entry.objects.get(kind=EventLogExported.code))
    assert told == EventLogExported(
        company_id=1, file_format=OCEL_JSON, case_kind=None, day_from=date(2026, 1, 1), day_to=None, with_names=True,
        with_reversed=False, events=0,
    )  # fmt: skip


@pytest.mark.django_db
def test_a_failed_export_leaves_neither_file_nor_fact(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(exporting, "_write_ocel", full)
    with pytest.raises(Refusal, match="No space left on device"):
        export(tmp_path / "log.json", file_format=OCEL_JSON, wanted=Wanted(), at=AT)
    assert left_in(tmp_path) == []
    assert not Entry.objects.filter(kind=EventLogExported.code).exists()


@pytest.mark.django_db
def test_a_file_that_appeared_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    target = tmp_path / "log.json"

    def meanwhile(_events: int) -> None:
        target.write_text("mine")

    Entry.objects.create(
        occurred_at=AT, recorded_at=AT, known_at=AT, subject_key=(9 << 48) + 1, on_date=AT.date(), kind=701, version=1,
        origin=1, known_assumed=False, payload={"company_id": 1, "delivery_id": 1, "entry_id": 1}, stamp={},
    )  # fmt: skip
    with pytest.raises(Refusal) as refused:
        export(target, file_format=OCEL_JSON, wanted=Wanted(), at=AT, progress=meanwhile)
    assert refused.value.code == "exists"
    assert (left_in(tmp_path), target.read_text()) == (["log.json"], "mine")


def test_a_killed_export_leaves_the_old_file_as_it_was(demo_original: Database, tmp_path: Path) -> None:
    database = demo_original.copy()
    target = tmp_path / "out" / "log.sqlite"
    target.parent.mkdir()
    target.write_text("old")
    try:
        process = subprocess.Popen(
            command("export", "ocel", str(target), "--force"), env=database.environment(tmp_path), cwd=tmp_path,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        while process.poll() is None and left_in(target.parent) == ["log.sqlite"]:
            time.sleep(0.001)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        killed_midway = process.returncode == -signal.SIGKILL
        assert killed_midway, "it ended before it could be killed"
        assert target.read_text() == "old"
        again = run_command(database, tmp_path, "export", "ocel", str(target), "--force")
        assert again.returncode == OK, again.stderr
        assert len(read_back(target)["events"]) > 500
    finally:
        database.drop()
