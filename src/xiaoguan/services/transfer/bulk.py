"""Changing many rows to different values at once, on both databases."""

from collections.abc import Sequence
from typing import Any

from django.db import connection


def update_pairs(table: str, column: str, key: str, pairs: Sequence[tuple[Any, Any]]) -> None:
    """Set ``column`` for each (key, value); bigint keys, text values. Inside the caller's transaction."""
    if not pairs:
        return
    quote = connection.ops.quote_name
    if connection.vendor == "sqlite":
        sql = f"UPDATE {quote(table)} SET {quote(column)} = ? WHERE {quote(key)} = ?"
        connection.connection.cursor().executemany(sql, [(value, wanted) for wanted, value in pairs])
        return
    sql = (
        f"UPDATE {quote(table)} SET {quote(column)} = given.value "
        f"FROM unnest(%s::bigint[], %s::text[]) AS given(key, value) WHERE {quote(table)}.{quote(key)} = given.key"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [[wanted for wanted, _value in pairs], [value for _wanted, value in pairs]])
