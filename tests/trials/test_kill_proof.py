"""Proofs of the books under fire: asked for by several at one moment, and killed in the middle."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from tests.infrastructure.databases import Database, run_command

pytestmark = pytest.mark.both_databases

_SLOW = """
import time
from xiaoguan.config import database
database.ready()
from xiaoguan.ledger import proofs
def endless():
    print("at it", flush=True)
    time.sleep(600)
proofs.reconcile = endless
proofs.work_off()
"""


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settings, "DATA", tmp_path)
    return tmp_path


def test_all_who_ask_at_one_moment_get_the_same_proof(fresh_db: Database) -> None:
    from xiaoguan.ledger.models import Proof
    from xiaoguan.ledger.proofs import ask_for_proof

    start, asked = threading.Barrier(4), []

    def ask() -> None:
        from django.db import connection

        start.wait()
        asked.append(ask_for_proof(by=1, at=timezone.now()).pk)
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert asked == [Proof.objects.get().pk] * 4


def test_a_killed_proof_is_begun_again(fresh_db: Database, data: Path) -> None:
    from xiaoguan.ledger.proofs import ask_for_proof, last_proof, waiting

    ask_for_proof(by=1, at=timezone.now())
    with subprocess.Popen(
        [sys.executable, "-c", _SLOW], env=fresh_db.environment(data), stdout=subprocess.PIPE, text=True
    ) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "at it\n"
        assert not waiting()
        worker.kill()
    assert waiting()
    done = run_command(fresh_db, data, "reconcile", "--asked")
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    proof = last_proof()
    assert proof is not None
    assert (proof.differing, proof.tries) == (0, 2)
