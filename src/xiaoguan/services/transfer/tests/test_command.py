"""The console command: what it prints, what it answers, and that it asks nothing."""

import argparse
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from xiaoguan.services.transfer import command, kinds, lease
from xiaoguan.services.transfer.arguments import add_arguments
from xiaoguan.services.transfer.contract import Options
from xiaoguan.services.transfer.models import AcceptedCorrection, ImportRun, Lease, StagedRow
from xiaoguan.services.transfer.runs import prepare_file
from xiaoguan.services.transfer.tests import toy
from xiaoguan.services.transfer.tests.conftest import thing

Sheet = Callable[..., Path]
pytestmark = pytest.mark.usefixtures("deals_are_things")


@pytest.fixture
def deals_are_things(things: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command knows the product's kinds only; the toy stands in for one of them."""
    monkeypatch.setitem(kinds._importables, "deals", toy.toy(kind="deals"))


def call(*words: str | Path) -> int:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return command.run(parser.parse_args([str(word) for word in words]))


def call_json(capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[int, dict[str, Any]]:
    code = call(*words, "--json")
    return code, json.loads(capsys.readouterr().out)


def test_it_writes_and_counts(sheet: Sheet, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = call_json(capsys, "deals", sheet(thing("S-1"), thing("S-2")))
    assert (code, said["created"], said["skipped"], said["errors"]) == (0, 2, 0, [])
    assert [a["code"] for a in said["assumed"]] == ["currency"]
    assert said["columns"]["code"] == "编号"
    assert list(toy.things()) == ["S-1", "S-2"]


def test_left_out_rows_are_told_by_line_and_column(sheet: Sheet, capsys: pytest.CaptureFixture[str]) -> None:
    path = sheet(thing("S-1"), thing("S-2", "约五百"))
    code, said = call_json(capsys, "deals", path)
    assert (code, said["skipped"]) == (1, 1)
    assert said["errors"] == [
        {
            "line": 3, "column": "金额", "field": "value", "value": "约五百", "reason": "not a number",
            "hint": "write 500 if that is meant, or leave the cell empty if it is not known",
        }
    ]  # fmt: skip
    assert call("deals", path) == 1
    assert "line 3, column 金额: “约五百”: not a number" in capsys.readouterr().out


def test_a_dry_run_leaves_no_trace(sheet: Sheet, capsys: pytest.CaptureFixture[str]) -> None:
    path = sheet(thing("S-1", product="GTXPro"), thing("S-2", "x"))
    code, said = call_json(capsys, "deals", path, "--dry-run", "--accept-corrections")
    assert (code, said["created"], said["skipped"], len(said["errors"]), said["run"]) == (1, 1, 1, 1, None)
    assert [c["written"] for c in said["corrections"]] == ["GTXPro"]
    assert (toy.things(), toy.ALIASES) == ({}, [])
    assert not ImportRun.objects.exists()
    assert not StagedRow.objects.exists()
    assert not AcceptedCorrection.objects.exists()


def test_corrections_wait_for_a_yes(sheet: Sheet, capsys: pytest.CaptureFixture[str]) -> None:
    path = sheet(thing("S-1", product="GTXPro"))
    assert call("deals", path) == 0
    assert "编号" not in (out := capsys.readouterr().out)
    assert "产品: GTXPro → GTX Pro (1)" in out
    assert toy.ALIASES == []
    code, said = call_json(capsys, "deals", path, "--accept-corrections")
    assert (code, [c["meant"] for c in said["accepted"]], said["corrections"]) == (0, ["GTX Pro"], [])
    assert toy.ALIASES == [("GTXPro", "GTX Pro")]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--map", "value"], "bad_map"),
        (["--map", "price=金额"], "unknown_field"),
        (["--map", "value=x"], "unknown_column"),
    ],
)
def test_a_refused_file_is_exit_code_two(
    sheet: Sheet, capsys: pytest.CaptureFixture[str], words: list[str], code: str
) -> None:
    answer, said = call_json(capsys, "deals", sheet(thing("S-1")), *words)
    assert (answer, said["code"]) == (2, code)
    assert call("deals", "/nowhere.csv") == 2
    assert "nowhere.csv" in capsys.readouterr().err
    assert toy.things() == {}


def test_options_reach_the_rows(sheet: Sheet, capsys: pytest.CaptureFixture[str]) -> None:
    header = ["编号", "谁", "产品", "城市", "日期", "多少"]
    path = sheet(thing("S-1", "$12"), header=header)
    words = ["--map", "owner=谁", "value=多少", "--currency", "usd", "--tax", "in", "--snapshot-day", "2026-01-31"]
    code, said = call_json(capsys, "deals", path, *words)
    assert (code, said["errors"], said["assumed"]) == (0, [], [])
    run = ImportRun.objects.get()
    assert run.options["snapshot_day"] == "2026-01-31"
    assert (run.options["currency"], run.options["tax"]) == ("USD", "in")


def test_it_waits_for_its_turn_and_says_so(
    sheet: Sheet, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def let_go(seconds: float) -> None:
        Lease.objects.update(holder="")

    monkeypatch.setattr(command, "sleep", let_go)
    Lease.objects.create(pk=1, holder=lease.holder(), until=timezone.now() + timedelta(minutes=5))
    assert call("deals", sheet(thing("S-1"))) == 0
    assert "Another import is being written" in capsys.readouterr().err
    assert list(toy.things()) == ["S-1"]


def test_it_gives_up_waiting_without_a_trace(
    sheet: Sheet, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "_WAIT_SECONDS", -1.0)
    Lease.objects.create(pk=1, holder=lease.holder(), until=timezone.now() + timedelta(minutes=5))
    assert call("deals", sheet(thing("S-1"))) == 2
    assert not ImportRun.objects.exists()


def test_it_finishes_an_interrupted_import_first(
    sheet: Sheet, capsys: pytest.CaptureFixture[str], clock: Callable[[], datetime]
) -> None:
    run = prepare_file("deals", sheet(thing("S-1"), name="old.csv"), by=None, at=clock(), options=Options())
    ImportRun.objects.filter(pk=run.pk).update(state=ImportRun.State.APPLYING)
    assert call("deals", sheet(thing("S-2"))) == 0
    assert "old.csv" in capsys.readouterr().err
    assert list(toy.things()) == ["S-1", "S-2"]
