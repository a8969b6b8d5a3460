"""The triggers that guard the books and keep sums: put up where they do not stand, named where they are missing."""

from django.db import DEFAULT_DB_ALIAS, connections

from xiaoguan.deals.closed_sums import make_sums, missing_sum_triggers
from xiaoguan.lib import append_only


def stand_triggers(using: str = DEFAULT_DB_ALIAS) -> None:
    """Harmless where they stand already. Altering a table on SQLite drops its triggers silently."""
    connection = connections[using]
    if append_only.missing_triggers(connection):
        append_only.make_triggers(connection)
    make_sums(using)


def missing_triggers() -> list[str]:
    """Names of triggers that ought to stand and do not."""
    return append_only.missing_triggers(connections[DEFAULT_DB_ALIAS]) + missing_sum_triggers()
