"""Sealing under fire: writers that roll back and commit late, a sealer that is killed at random, merging going on, and
a reader that compares segments and tail with the table in one snapshot. Nothing missed, doubled, stale or wrong."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from django.conf import settings

from tests.infrastructure.databases import Database
from tests.infrastructure.plugin import ROOT

pytestmark = pytest.mark.both_databases
FEW, MANY = 6, 100
_PATIENCE = 60


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a trial found at its end."""

    rows: int
    sealed: int
    kills: int
    missed: int
    doubled: int
    looks: int
    wrong: int
    seen_sealed: int
    contiguous: bool

    @property
    def clean(self) -> bool:
        return self.contiguous and not (self.missed or self.doubled or self.wrong)


def _start(part: str, database: Database, data: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "tests.trials.postings", part], env=database.environment(data), cwd=ROOT,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def _told(process: Any, line: str = "") -> str:
    """What the process answers to a line."""
    process.stdin.write(line + "\n")
    process.stdin.flush()
    answer: str = process.stdout.readline()
    return answer


def _try(database: Database, data: Path, kills: int, *, sealer: str = "sealer", writers: int = 4) -> Outcome:
    chance = random.Random(database.name)
    reader, nest = _start("reader", database, data), _start("nest", database, data)
    for seed in range(writers):
        _told(nest, f"writer {seed}")
    for _ in range(kills):
        process = int(_told(nest, f"{sealer} 0"))
        _wait_for_a_segment()
        time.sleep(chance.uniform(0.05, 0.7))
        os.kill(process, signal.SIGKILL)
    nest.communicate()
    told, _ = reader.communicate("\n")
    seen: dict[str, int] = json.loads(told)
    return _compared(kills, seen)


def _wait_for_a_segment() -> None:
    """A sealer that is killed before it has begun proves nothing."""
    from xiaoguan.ledger.models import Posting, Segment

    before, end = Segment.objects.count(), time.monotonic() + _PATIENCE
    while Segment.objects.count() == before:
        assert time.monotonic() < end, f"the sealer makes no segments of {Posting.objects.count()} postings"
        time.sleep(0.02)


def _compared(kills: int, seen: dict[str, int]) -> Outcome:
    from xiaoguan.ledger.models import Posting
    from xiaoguan.ledger.segments import manifest
    from xiaoguan.ledger.segments.books import LEDGER
    from xiaoguan.ledger.segments.files import literal, path_of

    state = manifest.state_of(LEDGER)
    segments = manifest.segments_of(LEDGER, state.generation)
    files = literal([str(path_of(item.file)) for item in segments])
    in_files = Counter(row[0] for row in duckdb.sql(f"SELECT id FROM read_parquet({files})").fetchall())
    in_table = set(Posting.objects.filter(id__lte=state.sealed_to).values_list("id", flat=True))
    ends = [0, *(item.hi for item in segments)]
    return Outcome(
        rows=Posting.objects.count(),
        sealed=len(in_files),
        kills=kills,
        missed=len(in_table - in_files.keys()),
        doubled=sum(many - 1 for many in in_files.values()) + len(in_files.keys() - in_table),
        looks=seen["looks"],
        wrong=seen["wrong"],
        seen_sealed=seen["sealed"],
        contiguous=all(item.lo == end + 1 for item, end in zip(segments, ends, strict=False)),
    )


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settings, "DATA", tmp_path)
    return tmp_path


def test_nothing_is_missed_or_counted_twice(fresh_db: Database, data: Path) -> None:
    _prove(_try(fresh_db, data, FEW))


@pytest.mark.trial
def test_nothing_is_missed_or_counted_twice_under_many_kills(fresh_db: Database, data: Path) -> None:
    _prove(_try(fresh_db, data, MANY, writers=8))


def _prove(found: Outcome) -> None:
    assert found.clean, found
    assert found.sealed > found.rows / 2, found  # one that lags behind the writers meets no late commit
    assert found.seen_sealed > 10, found


@pytest.mark.trial
def test_the_trial_catches_a_horizon_that_loses_rows(fresh_db: Database, data: Path) -> None:
    """On PostgreSQL the highest visible id is no horizon. On SQLite it is."""
    found = _try(fresh_db, data, MANY // 10, sealer="naive", writers=8)
    assert found.clean is fresh_db.on_sqlite, found
    assert bool(found.missed) is not fresh_db.on_sqlite, found


def test_what_another_process_committed_is_read_at_once(fresh_db: Database, data: Path) -> None:
    _prove_fresh(fresh_db, data, 60)


@pytest.mark.trial
def test_three_hundred_times_what_another_process_committed_is_read_at_once(fresh_db: Database, data: Path) -> None:
    _prove_fresh(fresh_db, data, 300)


def _prove_fresh(database: Database, data: Path, rounds: int) -> None:
    from tests.trials.postings import asked
    from xiaoguan.ledger.measures.queries import run_totals
    from xiaoguan.ledger.segments.books import LEDGER, Limits
    from xiaoguan.ledger.segments.sealing import seal

    scribe = _start("scribe", database, data)
    stale = 0
    for number in range(rounds):
        units = int(_told(scribe))
        if number % 10 == 5:
            seal(LEDGER, lambda: datetime.now(UTC), limits=Limits(start=1, seal=1))
        stale += {sums.units for of in run_totals(asked()[0]).values() for sums in of.values()} != {units}
    scribe.communicate()
    assert stale == 0
