"""Sums of closed deals, kept in step by triggers of the deals table, in the transaction of every change.

A company closes a thousand deals a day and looks at all it ever closed in groups: a database adds up seven million
index entries a second, which at a million deals is too long for a page. Triggers, because no action, import or bulk
form can forget them, and because they see what really stood before.

SQLite has one writer, who adds to the row that counts. On PostgreSQL two who close deals of one stage would wait for
each other's row, or for ever: there a transaction adds to rows of its own (``slot``), once a statement, and ``gather``
puts them into the rows that count.
"""

from collections.abc import Iterator
from typing import Final

from django.db import DEFAULT_DB_ALIAS, connections, transaction

from xiaoguan.deals.models import ClosedSum
from xiaoguan.deals.sum_triggers import ADD, CLOSED, DEALS, NAMES, SUMS, TO_SUMS, told, triggers
from xiaoguan.lib.triggers import standing_triggers


def make_sums(using: str = DEFAULT_DB_ALIAS) -> None:
    """Put up the triggers where they do not all stand, and add up anew what they have not seen."""
    connection = connections[using]
    if SUMS not in connection.introspection.table_names() or not missing_sum_triggers(using):
        return
    with transaction.atomic(using=using), connection.cursor() as cursor:
        _keep_as_it_is(using)
        for sql in triggers(connection.vendor):
            cursor.execute(sql)
        add_up_anew(using)


def missing_sum_triggers(using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """Names of triggers that ought to stand and do not."""
    standing = standing_triggers(connections[using])
    return [name for name in NAMES if name not in standing]


def add_up_anew(using: str = DEFAULT_DB_ALIAS) -> None:
    """Forget all sums and take them from the deals again."""
    connection = connections[using]
    with transaction.atomic(using=using), connection.cursor() as cursor:
        _keep_as_it_is(using)
        cursor.execute(f"DELETE FROM {SUMS}")
        for kind, (value, closed) in told(connection.vendor, DEALS).items():
            cursor.execute(f"{TO_SUMS} {_as_they_stand(kind, value, closed)}")


def _keep_as_it_is(using: str) -> None:
    """Until the transaction ends nobody else closes a deal or gathers sums. On SQLite it has the write lock anyway."""
    connection = connections[using]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {DEALS}, {SUMS} IN SHARE ROW EXCLUSIVE MODE")


def sums_that_differ(using: str = DEFAULT_DB_ALIAS) -> Iterator[tuple[str, str, str]]:
    """What differs from the deals as they stand: which sum, what was expected (deals, known amounts, their sum), what
    was found."""
    nothing = (0, 0, 0)
    for kind, (value, closed) in told(connections[using].vendor, DEALS).items():
        standing = _read(using, _as_they_stand(kind, value, closed))
        kept = _read(using, _KEPT.format(kind=kind))
        for key in sorted(standing.keys() | kept.keys()):
            expected, found = standing.get(key, nothing), kept.get(key, nothing)
            if expected != found:
                yield f"{ClosedSum.Kind(kind).name.lower()} {key}", str(expected), str(found)


def gather(using: str = DEFAULT_DB_ALIAS) -> int:
    """Put what transactions have added into the rows that count; gives how many rows were gathered.

    Two who gather at once take different rows: neither waits, nothing is counted twice.
    """
    connection = connections[using]
    if connection.vendor == "sqlite":
        return 0
    with transaction.atomic(using=using), connection.cursor() as cursor:
        cursor.execute(_GATHER)
        (gathered,) = cursor.fetchone()
        return int(gathered)


_GATHER: Final = f"""
WITH waiting AS (SELECT ctid FROM {SUMS} WHERE slot <> 0 FOR UPDATE SKIP LOCKED),
taken AS (DELETE FROM {SUMS} WHERE ctid IN (SELECT ctid FROM waiting) RETURNING *),
added AS (
    {TO_SUMS}
    SELECT kind, state, closed, value, stage, rate, 0, SUM(deals), SUM(known), SUM(amount)
    FROM taken GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6
    {ADD}
)
SELECT COUNT(*) FROM taken
"""
_KEPT: Final = (
    "SELECT kind, state, closed, value, stage, rate, 0, SUM(deals), SUM(known), SUM(amount)"
    f" FROM {SUMS} WHERE kind = {{kind:d}} GROUP BY 1, 2, 3, 4, 5, 6"
)


def _as_they_stand(kind: int, value: str, closed: str) -> str:
    """The rows of a kind as the deals themselves tell them, in the order of the table's columns."""
    return (
        f"SELECT {kind:d}, state, {closed}, {value}, COALESCE(stage_id, 0), rate, 0, COUNT(*), COUNT(amount),"
        f" COALESCE(SUM(amount), 0) FROM {DEALS} WHERE state IN {CLOSED} GROUP BY 1, 2, 3, 4, 5, 6"
    )


def _read(using: str, sql: str) -> dict[tuple[int, ...], tuple[int, ...]]:
    """By state, month, value, stage and rate: deals, known amounts, their sum."""
    with connections[using].cursor() as cursor:
        cursor.execute(sql)
        return {row[1:6]: tuple(map(int, row[7:])) for row in cursor.fetchall()}
