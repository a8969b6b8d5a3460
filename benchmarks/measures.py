"""Questions to the measures and the same asked of the same segments by hand: how much longer the program takes.

Every sum that the process remembers is forgotten before each question. The hand-written queries are what somebody who
knows the files would type: one account, the days, one grouping, summed up.

``measures.py`` fills ``large`` on SQLite; where XIAOGUAN_DATA is set, the company there (with DATABASE_URL) is asked.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from _common import Database, filled, machine, percentile, table

ROUNDS = 9
AIM, WORTH_COMPARING_MS = 1.5, 50


@dataclass(frozen=True)
class Question:
    """A measure with its grouping over the last two years, and the same in SQL over ``postings``."""

    measure: str
    by: tuple[str, ...]
    sql: str


_DAYS = "on_date BETWEEN '{start}' AND '{end}'"
_UNTIL = "on_date <= '{end}'"
# What a figure says: the amount, the number, and how many amounts are not known.
_SUMS = "account, sum(quantity), sum(units) FROM postings WHERE account IN"
QUESTIONS = (
    Question("won_amount", (), f"SELECT {_SUMS} ({{won}}, {{won_unknown}}) AND {_DAYS} GROUP BY 1"),
    Question(
        "won_amount", ("person",), f"SELECT person_id, {_SUMS} ({{won}}, {{won_unknown}}) AND {_DAYS} GROUP BY 1, 2"
    ),
    Question(
        "won_amount", ("month",),
        f"SELECT date_trunc('month', on_date), {_SUMS} ({{won}}, {{won_unknown}}) AND {_DAYS} GROUP BY 1, 2",
    ),
    Question(
        "won_amount", ("customer",), f"SELECT customer_id, {_SUMS} ({{won}}, {{won_unknown}}) AND {_DAYS} GROUP BY 1, 2"
    ),
    Question("pipeline_amount", (), f"SELECT {_SUMS} ({{pipeline}}, {{pipeline_unknown}}) AND {_UNTIL} GROUP BY 1"),
    Question(
        "pipeline_amount", ("stage",),
        f"SELECT stage_id, {_SUMS} ({{pipeline}}, {{pipeline_unknown}}) AND {_UNTIL} GROUP BY 1, 2",
    ),
    Question(
        "pipeline_amount", ("person",),
        f"SELECT person_id, {_SUMS} ({{pipeline}}, {{pipeline_unknown}}) AND {_UNTIL} GROUP BY 1, 2",
    ),
    Question(
        "activity_count", ("person",), f"SELECT person_id, {_SUMS} ({{activity}}) AND {_DAYS} GROUP BY 1, 2"
    ),
    Question(
        "stage_days_median", (),
        "SELECT median(days) FROM (SELECT object_key, sum(quantity) AS days, sum(units) AS n FROM postings "
        f"WHERE account = {{stage_days}} AND {_DAYS} GROUP BY 1, entry_id) WHERE n > 0",
    ),
)  # fmt: skip


def main() -> None:
    machine()
    if os.environ.get("XIAOGUAN_DATA"):
        _compare()
        return
    with tempfile.TemporaryDirectory() as name:
        database = Database(url=f"sqlite:///{name}/bench.sqlite3", name=f"{name}/bench.sqlite3")
        os.environ |= {"DATABASE_URL": database.url, "XIAOGUAN_DATA": name}
        for command in (["migrate"], ["demo", "--size", "large"], ["seal"]):
            filled(database, Path(name), *command)
        _compare()


def _compare() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiaoguan.config.settings")
    from xiaoguan.config import database
    from xiaoguan.lib.garbage import leave_whole_alone

    database.ready()
    leave_whole_alone()  # as in the processes that answer pages
    rows: list[list[object]] = []
    for question in QUESTIONS:
        whole, query = _of_the_program(question)
        by_hand = _timed(_by_hand(question))
        counts = max(query, by_hand) >= WORTH_COMPARING_MS
        rows.append([
            f"{question.measure} by {' and '.join(question.by) or 'nothing'}", f"{whole:.1f}", f"{query:.1f}",
            f"{by_hand:.1f}", f"{query / by_hand:.2f}", f"{AIM * by_hand / query:.2f}" if counts else "–",
        ])  # fmt: skip
    heads = ["question", "answer ms", "of it query ms", "by hand ms", "query / by hand", f"{AIM} / ratio over 50 ms"]
    table(heads, rows)


def _of_the_program(question: Question) -> tuple[float, float]:
    """The time of an answer, and what of it the engine took."""
    from xiaoguan.ledger.measures import sealed
    from xiaoguan.ledger.measures.asking import Ask
    from xiaoguan.ledger.measures.engine import ask
    from xiaoguan.ledger.measures.language import measure
    from xiaoguan.ledger.measures.remembered import Remembered
    from xiaoguan.ledger.segments.reading import Engine

    asked = Ask(measures=(measure(question.measure),), period=_period(), today=_period().end, by=question.by)
    ask_engine, queries = Engine.ask, [0.0]

    def timed(self: Engine, sql: str, values: Any) -> Any:
        started = time.perf_counter()
        try:
            return ask_engine(self, sql, values)
        finally:
            queries[-1] += time.perf_counter() - started

    def once() -> Any:
        sealed.remembered = Remembered()  # type: ignore[misc]  # as a new process would begin
        queries.append(0.0)
        return ask(asked)

    Engine.ask = timed  # type: ignore[method-assign]
    try:
        return _timed(once), percentile(queries[-ROUNDS:], 0.5)
    finally:
        Engine.ask = ask_engine  # type: ignore[method-assign]


def _by_hand(question: Question) -> Callable[[], Any]:
    """On an engine of its own, without the program's limit of memory."""
    import duckdb

    from xiaoguan.ledger.accounts import account
    from xiaoguan.ledger.segments.files import literal, path_of
    from xiaoguan.ledger.segments.gathering import TABLE
    from xiaoguan.ledger.segments.reading import sealed_postings

    sealed = sealed_postings()
    if sealed is None:
        sys.exit("nothing is sealed: run xiaoguan seal")
    bench = duckdb.connect(":memory:", config={"threads": "2"})
    bench.execute("SET parquet_metadata_cache = true")
    parts = []
    if sealed.gathered_file:
        bench.execute(f"ATTACH {literal(str(path_of(sealed.gathered_file)))} AS gathered (READ_ONLY)")
        parts.append(f"SELECT * FROM gathered.{TABLE}")
    if sealed.segments:
        files = literal([str(path_of(file)) for file, _size, _checksum in sealed.segments])
        parts.append(f"SELECT * FROM read_parquet({files})")
    bench.execute(f"CREATE VIEW postings AS {' UNION ALL BY NAME '.join(parts)}")
    keys = ("won", "won_unknown", "pipeline", "pipeline_unknown", "activity", "stage_days")
    codes = {key: account(key).code for key in keys}
    text = question.sql.format(start=_period().start, end=_period().end, **codes)
    return lambda: bench.execute(text).fetchall()


def _period() -> Any:
    from django.utils import timezone

    from xiaoguan.lib.periods import Period
    from xiaoguan.org.company import today

    end = today(timezone.now())
    return Period(end.replace(year=end.year - 2), end)


def _timed(call: Callable[[], Any]) -> float:
    """The median of a few, after one to warm up."""
    call()
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        call()
        times.append(time.perf_counter() - started)
    return percentile(times, 0.5)


if __name__ == "__main__":
    main()
