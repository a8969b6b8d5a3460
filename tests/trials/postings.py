"""Processes of the trial of sealing: ``python -m tests.trials.postings nest|reader|scribe``.

Each works on the database and in the data folder of its environment. ``nest`` is loaded once and forks a process for
each line of its input, a part (writer, sealer, naive) and a seed; it tells its number, for whoever wants to kill it.
``reader`` goes on until its input is closed, then it tells what it found.
"""

import json
import logging
import os
import random
import select
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any

import django

SLOW, VERY_SLOW = 0.2, 0.004
GIVEN_UP = 0.1
PAUSE = 0.03


class Changed(Exception):
    """The writer changes its mind: roll back."""


class Unreadable(logging.Handler):
    """Counts how often the database had to answer for the segments."""

    times = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.times += 1


def rows(chance: random.Random) -> list[Any]:
    """A few postings whose quantities hardly ever add up to the same by accident."""
    from xiaoguan.ledger.rows import Row

    empty = dict.fromkeys(Row._fields)
    moment = datetime.now(UTC)
    return [
        Row(
            **{
                **empty,
                "on_date": date(2026, 1, 1) + timedelta(days=chance.randrange(60)),
                "recorded_at": moment,
                "known_at": moment,
                "entry_id": chance.getrandbits(60),
                "quantity": chance.randrange(10**12),
                "units": 1,
                "object_key": chance.randrange(1000),
                "generation": 1,
                "line": 0,
                "account": 10,
            }
        )
        for _ in range(chance.randint(1, 6))
    ]


def writer(seed: str) -> None:
    """Commit small lots for ever, some late, some not at all."""
    from django.db import transaction

    from xiaoguan.ledger.posting import write_rows

    chance = random.Random(seed)
    while True:
        try:
            with transaction.atomic():
                for _ in range(chance.randint(1, 3)):
                    write_rows(rows(chance))
                luck = chance.random()
                time.sleep(chance.random() if luck < VERY_SLOW else chance.random() * 0.03 if luck < SLOW else 0)
                if chance.random() < GIVEN_UP:
                    raise Changed
        except Changed:
            continue
        time.sleep(PAUSE)


def sealer(_seed: str = "") -> None:
    """Seal, merge, gather and sweep for ever."""
    from django.utils import timezone

    from xiaoguan.ledger.segments.books import Limits
    from xiaoguan.ledger.segments.upkeep import round_of_upkeep

    limits = Limits(start=1, seal=1, merge=10, close=10_000)
    while True:
        round_of_upkeep(timezone.now, limits=limits, patience=2.0)
        time.sleep(0.02)


def naive(_seed: str = "") -> None:
    """The same with the horizon that suggests itself and loses rows on PostgreSQL: the highest id that is visible."""
    from xiaoguan.ledger.segments import manifest, sealing
    from xiaoguan.ledger.segments.books import LEDGER

    sealing.settled_horizon = lambda _table, _patience: manifest.newest_id(LEDGER)
    sealer()


def reader(_seed: str = "") -> None:
    """In one snapshot compare what segments and tail say with what the table says; tell (looks, wrong ones)."""
    from xiaoguan.ledger.measures import queries
    from xiaoguan.ledger.segments.reading import sealed_postings_now
    from xiaoguan.lib.snapshot import one_snapshot

    looks = wrong = sealed = 0
    unreadable = Unreadable()
    logging.getLogger(queries.__name__).addHandler(unreadable)
    while not select.select([sys.stdin], [], [], 0.01)[0]:
        with one_snapshot():
            sealed += sealed_postings_now() is not None
            for query in asked():
                looks += 1
                wrong += _told_by_both(query) != _told_by_table(query)
    _tell(json.dumps({"looks": looks, "wrong": wrong + unreadable.times, "sealed": sealed}))


def asked() -> list[Any]:
    from xiaoguan.ledger.measures.building import Query
    from xiaoguan.ledger.measures.compiler import of_accounts
    from xiaoguan.ledger.measures.sql import column

    sums = (("account", column("account")), ("quantity", column("quantity")), ("units", column("units")))
    item = (("item", column("object_key")), ("quantity", column("quantity")), ("known", column("units")))
    where = of_accounts(["won"])
    return [Query("totals", sums, where, ("account",)), Query("distinct", item, where), Query("median", item, where)]


def _told_by_both(query: Any) -> Any:
    from xiaoguan.ledger.measures import queries
    from xiaoguan.ledger.measures.building import adds_up

    return queries.run_totals(query) if adds_up(query) else sorted(_plain(queries.run(query)))


def _told_by_table(query: Any) -> Any:
    from xiaoguan.ledger.measures import queries
    from xiaoguan.ledger.measures.building import adds_up
    from xiaoguan.ledger.measures.totals import totals_of

    rows = queries._run_in_database(query)
    return totals_of(rows) if adds_up(query) else sorted(_plain(rows))


def _plain(found: list[tuple[Any, ...]]) -> list[tuple[int, ...]]:
    # A sum over nothing is nothing: the first look may come before the first posting.
    return [tuple(int(item or 0) for item in row) for row in found]


def scribe(seed: str) -> None:
    """For each line of input commit some postings and tell how many units there are now."""
    from django.db import transaction

    from xiaoguan.ledger.posting import write_rows

    chance = random.Random(seed)
    units = 0
    for _line in sys.stdin:
        lot = rows(chance)
        with transaction.atomic():
            write_rows(lot)
        units += len(lot)
        _tell(str(units))


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def nest(_seed: str = "") -> None:
    """Fork a process for each line; they end with this one."""
    children = []
    for line in sys.stdin:
        part, seed = line.split()
        child = os.fork()
        if child == 0:
            PARTS[part](seed)
        children.append(child)
        _tell(str(child))
    for child in children:
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


PARTS: dict[str, Callable[[str], None]] = {
    "nest": nest, "writer": writer, "sealer": sealer, "naive": naive, "reader": reader, "scribe": scribe,
}  # fmt: skip

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiaoguan.config.settings")
    django.setup()
    PARTS[sys.argv[1]]("1")
