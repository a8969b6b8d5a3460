"""Killed at any moment, nothing that was acknowledged is lost and nothing is half there.

The real server on a real database, all its processes ended at once by SIGKILL; a separate client whose log is the
list of promises; at the end each promise is in the table, in the journal and in the ledger, and the books agree.
"""

import json
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.infrastructure.databases import Database, connected
from tests.infrastructure.plugin import ROOT
from tests.infrastructure.sites import Site
from tests.trials.ports import steady_port

pytestmark = pytest.mark.both_databases


@pytest.fixture(autouse=True)
def _two_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine with two cores: the workers die together, in the middle of one another's writes."""
    monkeypatch.setenv("XIAOGUAN_WORKERS", "2")


KILLS, MANY_KILLS = 10, 100
_LONGEST_LIFE = 0.7
_PATIENCE = 60


def test_each_acknowledged_write_survives_ten_kills(
    demo_original: Database, tmp_path: Path, django_db_blocker: Any
) -> None:
    _killed_and_proved(demo_original, tmp_path, django_db_blocker, KILLS)


@pytest.mark.trial
def test_each_acknowledged_write_survives_a_hundred_kills(
    demo_original: Database, tmp_path: Path, django_db_blocker: Any
) -> None:
    _killed_and_proved(demo_original, tmp_path, django_db_blocker, MANY_KILLS)


def _killed_and_proved(original: Database, folder: Path, blocker: Any, kills: int) -> None:
    database = original.copy()
    site = Site(database, folder / "data", port=steady_port())
    try:
        promised = _promises(site, folder / "client.log", kills)
        assert len(promised) > 2 * kills, "the client hardly wrote anything: the trial proves nothing"
        with connected(database, blocker):
            _prove(promised)
    finally:
        site.kill()
        database.drop()


def _promises(site: Site, log: Path, kills: int) -> list[dict[str, Any]]:
    """Kill and restart while the client writes; what it was told to be saved."""
    chance = random.Random(time.time_ns())
    site.start()
    client = _client(site, log)
    try:
        for _ in range(kills):
            _wait_for_a_promise(client, log)
            time.sleep(chance.uniform(0, _LONGEST_LIFE))
            site.kill()
            site.start()
        _wait_for_a_promise(client, log)
    finally:
        client.send_signal(signal.SIGKILL)
        client.wait()
        site.stop()
    whole = [line for line in log.read_text().splitlines(keepends=True) if line.endswith("\n")]
    return [json.loads(line) for line in whole]


def _client(site: Site, log: Path) -> "subprocess.Popen[bytes]":
    from xiaoguan.config.demo import DEMO_PASSWORD

    command = [sys.executable, "-m", "tests.trials.client", site.url, "rep", DEMO_PASSWORD, str(log)]
    with log.with_suffix(".err").open("wb") as said:
        return subprocess.Popen(command, stdout=said, stderr=said, cwd=ROOT)


def _wait_for_a_promise(client: "subprocess.Popen[bytes]", log: Path) -> None:
    """Wait until the client has written something since now: the server that runs now answered it."""
    before, end = _lines(log), time.monotonic() + _PATIENCE
    while _lines(log) <= before:
        assert client.poll() is None, f"the client ended:\n{log.with_suffix('.err').read_text(errors='replace')}"
        assert time.monotonic() < end, "nothing was acknowledged for a minute"
        time.sleep(0.01)


def _lines(log: Path) -> int:
    return log.read_bytes().count(b"\n") if log.exists() else 0


def _prove(promised: list[dict[str, Any]]) -> None:
    """Table, journal and ledger hold each promise once, and the books are clean."""
    from xiaoguan.deals.models import Deal
    from xiaoguan.journal.facts.deals import DealCreated, DealWon
    from xiaoguan.ledger.reconcile import reconcile

    created = {line["created"]: line["name"] for line in promised if "created" in line}
    won = {line["won"] for line in promised if "won" in line}
    assert _missing(set(created), set(Deal.objects.values_list("pk", flat=True))) == set()
    assert _missing(won, set(Deal.objects.filter(state=Deal.State.WON).values_list("pk", flat=True))) == set()
    for code, deals, account in ((DealCreated.code, set(created), "new_deals"), (DealWon.code, won, "won")):
        in_journal, in_ledger = _in_books(code, account)
        assert {deal: in_journal[deal] for deal in deals} == dict.fromkeys(deals, 1)
        assert {deal: in_ledger[deal] for deal in deals} == dict.fromkeys(deals, 1)
    names = Counter(Deal.objects.filter(name__startswith="trial ").values_list("name", flat=True))
    assert [name for name, times in names.items() if times > 1] == [], "a deal sent twice was opened twice"
    report = reconcile()
    assert report.clean, report.differences


def _in_books(code: int, account_key: str) -> tuple[Counter[int], Counter[int]]:
    """How many entries of a kind, and how many postings of them to an account, each deal has."""
    from xiaoguan.journal.kinds import split_key
    from xiaoguan.journal.models import Entry
    from xiaoguan.ledger.accounts import account
    from xiaoguan.ledger.models import Posting

    entries = {pk: split_key(key)[1] for pk, key in Entry.objects.filter(kind=code).values_list("pk", "subject_key")}
    posted = Posting.objects.filter(account=account(account_key).code).values_list("entry_id", flat=True)
    return Counter(entries.values()), Counter(entries[entry_id] for entry_id in posted if entry_id in entries)


def _missing(promised: set[int], found: set[int]) -> set[int]:
    return promised - found
