"""What is asked in turn stays prepared, more of it than the driver would keep by itself."""

import pytest
from django.db import connection

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
QUESTIONS = 150


def test_a_hundred_and_fifty_questions_in_turn_stay_prepared():
    if connection.vendor != "postgresql":
        return  # SQLite's driver keeps what it needs by itself
    with connection.cursor() as cursor:
        for _round in range(4):
            for number in range(QUESTIONS):
                cursor.execute(f"SELECT %s + {number}", [1])
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT $1 + %%'")
        assert cursor.fetchone()[0] == QUESTIONS
