"""What is asked in turn stays prepared, more of it than the driver would keep by itself."""

import pytest
from django.db import connection

from xiaoguan.lib.long_lists import LONGEST, long_list

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
QUESTIONS = 150


def test_a_hundred_and_fifty_questions_in_turn_stay_prepared():
    if connection.vendor != "postgresql":
        return  # SQLite's driver keeps what it needs by itself
    with connection.cursor() as cursor:
        for _round in range(4):
            for number in range(QUESTIONS):
                cursor.execute(f"SELECT %s + {number}", [1])
        assert prepared(cursor, "SELECT $1 + %") == QUESTIONS


def test_a_question_with_a_long_list_is_planned_each_time():
    """A plan for any list takes it for ten numbers."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for wanted in ([*range(LONGEST)], long_list(range(LONGEST)), [*range(LONGEST + 1)]):
            for _round in range(9):
                cursor.execute("SELECT count(*) FROM unnest(%s::bigint[])", [wanted])
                assert cursor.fetchone()[0] in (LONGEST, LONGEST + 1)
        assert prepared(cursor, "SELECT count(*) FROM unnest($1::bigint[])") == 1
        for _round in range(9):
            cursor.execute("SELECT 7 + count(*) FROM unnest(%(ids)s::bigint[])", {"ids": long_list(range(LONGEST))})
        assert prepared(cursor, "SELECT 7 + count(*)%") == 0


def prepared(cursor, like):
    cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s", [like])
    return cursor.fetchone()[0]
