"""An import that is killed in the middle goes on by itself at the next start and ends complete, nothing doubled."""

import csv
import random
import subprocess
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.infrastructure.databases import Database, command, connected
from tests.infrastructure.sites import Site
from tests.trials.client import Client
from tests.trials.ports import steady_port

pytestmark = pytest.mark.both_databases

ROWS, MANY_ROWS = 8_000, 50_000
_PATIENCE = 120
_OWNERS = ("林晓雯", "王浩然", "周子昂")


def test_the_command_killed_in_the_middle_is_finished_by_the_server(
    demo_original: Database, tmp_path: Path, django_db_blocker: Any
) -> None:
    """Killed as a command; then killed again as the server that went on with it; then left alone."""
    file = _deals(tmp_path, ROWS)
    database = demo_original.copy()
    site = Site(database, tmp_path / "data", port=steady_port())
    try:
        with connected(database, django_db_blocker):
            importing = _command(database, site.data, file)
            _when(lambda: _done() > ROWS // 10)
            _kill(importing)
            killed_at = _done()
            assert killed_at < ROWS, "it was finished before it could be killed: give it more rows"
            site.start()
            _when(lambda: _done() > killed_at)
            site.kill()
            site.start()
            _prove(ROWS)
    finally:
        site.kill()
        database.drop()


def test_an_import_in_the_browser_goes_on_after_the_server_was_killed(
    demo_original: Database, tmp_path: Path, django_db_blocker: Any
) -> None:
    from xiaoguan.config.demo import DEMO_PASSWORD

    file = _deals(tmp_path, ROWS)
    database = demo_original.copy()
    site = Site(database, tmp_path / "data", port=steady_port())
    try:
        site.start()
        client = Client(site.url)
        client.sign_in("admin", DEMO_PASSWORD)
        with connected(database, django_db_blocker):
            run = client.upload("/imports/new", {"kind": "deals"}, file)
            site.kill()  # while it is read and checked
            site.start()
            _when(lambda: 'name="revision"' in client.get(run))
            client.send_form(run, "start")
            _when(lambda: _done() > ROWS // 10)
            site.kill()
            assert _done() < ROWS, "it was finished before it could be killed: give it more rows"
            site.start()
            _when(lambda: 'id="progress"' in client.get(run) or _is_done())
            _prove(ROWS)
            assert f"{ROWS:,}" in client.get(run)
    finally:
        site.kill()
        database.drop()


@pytest.mark.trial
def test_fifty_thousand_rows_killed_again_and_again(
    demo_original: Database, tmp_path: Path, django_db_blocker: Any
) -> None:
    chance = random.Random(time.time_ns())
    file = _deals(tmp_path, MANY_ROWS)
    database = demo_original.copy()
    site = Site(database, tmp_path / "data", port=steady_port())
    try:
        with connected(database, django_db_blocker):
            importing = _command(database, site.data, file)
            _when(lambda: _done() > 0)
            _kill(importing)
            while _done() < MANY_ROWS * 3 // 4:
                site.start()
                time.sleep(chance.uniform(0, 3))
                site.kill()
            site.start()
            _prove(MANY_ROWS)
    finally:
        site.kill()
        database.drop()


def _deals(folder: Path, rows: int) -> Path:
    """Deals of three sellers: every third won, every third lost, the rest open."""
    path = folder / "deals.csv"
    with path.open("w", newline="") as file:
        sheet = csv.writer(file)
        sheet.writerow(["商机编号", "负责人", "客户", "阶段", "开始日期", "成交日期", "金额"])
        for number in range(rows):
            opened = date(2024, 1, 1) + timedelta(days=number % 300)
            stage = ("赢单", "输单", "商务谈判")[number % 3]
            closed = (opened + timedelta(days=40)).isoformat() if number % 3 < 2 else ""
            amount = 1000 + number % 977 if number % 3 == 0 else ""
            customer = f"客户{number % 200}"
            sheet.writerow([f"K{number}", _OWNERS[number % 3], customer, stage, opened.isoformat(), closed, amount])
    return path


def _command(database: Database, data: Path, file: Path) -> "subprocess.Popen[bytes]":
    with (data / "import.log").open("wb") as log:
        return subprocess.Popen(
            command("import", "deals", str(file)), env=database.environment(data), stdout=log, stderr=log, cwd=data
        )


def _kill(process: "subprocess.Popen[bytes]") -> None:
    process.kill()
    process.wait()


def _done() -> int:
    """Rows that are written for good."""
    from xiaoguan.services.transfer.models import ImportRow

    return ImportRow.objects.count()


def _is_done() -> bool:
    from xiaoguan.services.transfer.models import ImportRun

    return ImportRun.objects.get().state == ImportRun.State.DONE


def _when(happened: Callable[[], bool]) -> None:
    from django.db import OperationalError

    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        try:
            if happened():
                return
        except (OSError, OperationalError):
            pass  # the server is just coming up
        time.sleep(0.02)
    pytest.fail(f"it did not happen within {_PATIENCE} s")


def _prove(rows: int) -> None:
    """Every row is in, once; the sums are those of the file; table, journal and ledger agree."""
    from django.db.models import Sum

    from xiaoguan.deals.models import Deal
    from xiaoguan.journal.models import Entry, Origin
    from xiaoguan.ledger.reconcile import reconcile
    from xiaoguan.services.jobs.models import Delivery
    from xiaoguan.services.transfer.models import ImportRun, StagedRow

    _when(_is_done)
    run = ImportRun.objects.get()
    assert (run.created, run.updated, run.unchanged, run.skipped) == (rows, 0, 0, 0)
    assert StagedRow.objects.count() == 0
    imported = Deal.objects.filter(external_id__startswith="K").exclude(state=Deal.State.REMOVED)
    assert imported.count() == rows
    won = imported.filter(state=Deal.State.WON)
    assert won.aggregate(sum=Sum("amount"))["sum"] == sum(1000 + number % 977 for number in range(0, rows, 3))
    entries = Entry.objects.filter(batch_id=run.pk, origin=Origin.IMPORT)
    assert not Delivery.objects.filter(entry_id__in=entries.values("id")).exists()
    report = reconcile()
    assert report.clean, report.differences
