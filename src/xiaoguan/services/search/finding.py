"""Ids of records whose text contains what was typed."""

from typing import Any, Final

from django.db import connections, router
from django.db.models import BigIntegerField, ExpressionWrapper, OuterRef, Subquery, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce

from xiaoguan.journal.kinds import object_key
from xiaoguan.services.search.models import SearchText
from xiaoguan.services.search.rules import LEAST, normal, pairs, words

_ID_BITS: Final = 2**48 - 1


def can_find(typed: str) -> bool:
    """Whether enough was typed to look for."""
    return len(normal(typed)) >= LEAST


def ids_containing(kind: int, typed: str) -> RawSQL:
    """A subquery of the ids; none where too little was typed."""
    sql, parameters = _statement(kind, typed)
    return RawSQL(sql, parameters, output_field=BigIntegerField())


def how_often(kind: int, typed: str, most: int) -> int:
    """How many records contain it, up to one more than ``most``."""
    sql, parameters = _statement(kind, typed)
    with connections[router.db_for_read(SearchText)].cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM ({sql} LIMIT %s) AS found", [*parameters, most + 1])
        return int(cursor.fetchone()[0])


def contains(kind: int, column: str, typed: str) -> Coalesce:
    """Whether the record named by a column of the outer row contains it, asked row by row: an EXISTS would become a
    join on PostgreSQL, which reads every text."""
    # A value of no said width is sent to PostgreSQL as the narrowest, which would cut this one off.
    first = Value(object_key(kind, 0), output_field=BigIntegerField())
    key = ExpressionWrapper(OuterRef(column) + first, output_field=BigIntegerField())
    text = SearchText.objects.filter(pk=key, text__contains=normal(typed))
    return Coalesce(Subquery(text.values(found=Value(True))), False)


def _statement(kind: int, typed: str) -> tuple[str, list[Any]]:
    text = normal(typed)
    if len(text) < LEAST:
        return "SELECT key FROM search_text WHERE 1 = 0", []
    if connections[router.db_for_read(SearchText)].vendor == "sqlite":
        return f"SELECT rowid & {_ID_BITS} FROM search_pairs WHERE search_pairs MATCH %s", [f'"{words(kind, text)}"']
    # Pairs find candidates; a text of several pairs holds them in this order only if it contains the words.
    sql = f"SELECT key & {_ID_BITS} FROM search_text WHERE pairs @> %s::bigint[] AND strpos(text, %s) > 0"
    return sql, [pairs(kind, text), text]
