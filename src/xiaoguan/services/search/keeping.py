"""Keep the index in step with what modules write."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Final

from django.db import connections, router, transaction

from xiaoguan.journal.kinds import object_key
from xiaoguan.lib.bulk import array_literal, insert_rows
from xiaoguan.lib.indexes import without_indexes
from xiaoguan.services.search.models import SearchText
from xiaoguan.services.search.rules import joined, pairs, words

_CHUNK: Final = 5_000
Texts = Iterable[tuple[int, tuple[str, ...]]]


def keep(kind: int, texts: Texts, *, fresh: bool = False) -> None:
    """The names by which records of a kind are found from now on. ``fresh``: none of them was known before.

    Call it in the transaction that writes the records.
    """
    using = router.db_for_write(SearchText)
    connection = connections[using]
    with transaction.atomic(using=using):
        for chunk in _chunks(texts):
            rows = [(object_key(kind, pk), joined(parts)) for pk, parts in chunk]
            if connection.vendor == "sqlite":
                _keep_sqlite(connection, kind, rows, fresh)
            else:
                _keep_postgresql(connection, kind, rows, fresh)


def _chunks(texts: Texts) -> Iterator[list[tuple[int, tuple[str, ...]]]]:
    waiting = iter(texts)
    while chunk := list(islice(waiting, _CHUNK)):
        yield chunk


def _keep_sqlite(connection: Any, kind: int, rows: list[tuple[int, str]], fresh: bool) -> None:
    known = {} if fresh else dict(SearchText.objects.filter(pk__in=[key for key, _ in rows]).values_list("key", "text"))
    changed = [(key, text) for key, text in rows if known.get(key) != text]
    gone = [(key, words(kind, known[key])) for key, _text in changed if key in known]
    with connection.cursor(), connection.wrap_database_errors:
        # The driver's own executemany: Django's wrapper rewrites placeholders for every call.
        cursor = connection.connection.cursor()
        # The full-text table keeps no text of its own, so it must be told what it forgets.
        cursor.executemany("INSERT INTO search_pairs (search_pairs, rowid, pairs) VALUES ('delete', ?, ?)", gone)
        cursor.executemany(
            "INSERT INTO search_text (key, text) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET text = excluded.text",
            changed,
        )
        cursor.executemany(
            "INSERT INTO search_pairs (rowid, pairs) VALUES (?, ?)", [(key, words(kind, text)) for key, text in changed]
        )


def _keep_postgresql(connection: Any, kind: int, rows: list[tuple[int, str]], fresh: bool) -> None:
    found = [(key, text, sorted(set(pairs(kind, text)))) for key, text in rows]
    if fresh:
        insert_rows(SearchText, ("key", "text", "pairs"), found, ids=False)
        return
    # Sets of numbers are not equally long, so unnest() could not take them as one array of arrays.
    sql = (
        "INSERT INTO search_text (key, text, pairs) SELECT key, text, pairs::bigint[]"
        " FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS new(key, text, pairs)"
        " ON CONFLICT (key) DO UPDATE SET text = excluded.text, pairs = excluded.pairs"
        " WHERE search_text.text <> excluded.text"
    )
    keys, texts = [row[0] for row in found], [row[1] for row in found]
    sets = [array_literal(row[2]) for row in found]
    with connection.cursor() as cursor:
        cursor.execute(sql, [array_literal(column) for column in (keys, texts, sets)])


def rebuild(sources: Mapping[int, Texts]) -> int:
    """Forget everything and keep the texts of these kinds; gives their number."""
    using = router.db_for_write(SearchText)
    connection = connections[using]
    with transaction.atomic(using=using):
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM search_text")
            if connection.vendor == "sqlite":
                cursor.execute("INSERT INTO search_pairs (search_pairs) VALUES ('delete-all')")
        with without_indexes(connection, (SearchText,)):
            for kind, texts in sources.items():
                keep(kind, texts, fresh=True)
    return SearchText.objects.count()
