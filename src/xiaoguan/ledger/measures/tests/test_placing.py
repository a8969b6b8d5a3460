"""Where somebody counts, and when: here, in the engine and spelled out for a database it is the same."""

import sqlite3
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import duckdb
from hypothesis import given
from hypothesis import strategies as st

from xiaoguan.ledger.measures.evaluating import reader
from xiaoguan.ledger.measures.placing import Stretch, for_database, in_lists, placed, placed_in
from xiaoguan.ledger.measures.sealed import _named
from xiaoguan.ledger.measures.sql import NULL, Builder, Node, case, column, is_in, value, values_of

START = date(2026, 1, 1)
DAYS = st.integers(0, 9).map(lambda days: START + timedelta(days=days))
KEYS, UNITS = st.integers(1, 4), st.integers(7, 9)


@st.composite
def stretches(draw: Any, dated: bool = True) -> list[Stretch]:
    """Some people, each for some units in turn, with gaps."""
    found = []
    for key in draw(st.sets(KEYS)):
        turns = [None, *sorted(draw(st.sets(DAYS, max_size=3))), None] if dated else [None, None]
        for start, end in pairwise(turns):
            unit = draw(UNITS | st.none())
            if unit is not None:
                found.append(Stretch(key, unit, start, end))
    return found


ROWS = st.tuples(KEYS | st.none(), DAYS)


def here(node: Node, row: tuple[Any, ...]) -> Any:
    return reader(node, {"person_id": 0, "on_date": 1})(row)


def spelled(node: Node, row: tuple[Any, ...]) -> Any:
    """As SQLite says it: days are text."""
    cases = for_database(node, "sqlite")
    values = {
        f"p{number}": str(item) if isinstance(item, date) else item for number, item in enumerate(values_of(cases))
    }
    text = f"SELECT {Builder().build(cases).sql(dialect='sqlite')} FROM (SELECT :key AS person_id, :day AS on_date)"
    connection = sqlite3.connect(":memory:")
    try:
        return connection.execute(text, {**values, "key": row[0], "day": str(row[1])}).fetchone()[0]
    finally:
        connection.close()


ENGINE = duckdb.connect(":memory:")


def in_engine(node: Node, row: tuple[Any, ...]) -> Any:
    text = Builder().build(node).sql(dialect="duckdb")
    posting = "(SELECT $key::BIGINT AS person_id, $day::DATE AS on_date)"
    values = {**_named(tuple(values_of(node))), "key": row[0], "day": row[1]}
    return ENGINE.execute(f"SELECT {text} FROM {posting}", values).fetchone()[0]


@given(stretches() | stretches(dated=False), ROWS)
def test_one_placement_everywhere(known: list[Stretch], row: tuple[Any, ...]) -> None:
    node = placed("person_id", known)
    found = here(node, row)
    assert found == spelled(node, row) == in_engine(node, row)
    covering = [item.value for item in known if item.key == row[0] and _covers(item, row[1])]
    assert [found] == (covering or [None])


def _covers(item: Stretch, day: date) -> bool:
    return (item.start or date.min) <= day < (item.end or date.max)


@given(stretches() | stretches(dated=False), st.sets(UNITS | st.none(), min_size=1), ROWS)
def test_a_place_among_some(known: list[Stretch], wanted: set[Any], row: tuple[Any, ...]) -> None:
    """Those alone are named who belong there; who belongs nowhere is found among all."""
    node = placed("person_id", known)
    if node == NULL:
        return
    inside = case([(placed_in(node, wanted), value(1))], value(0))
    expected = 1 if here(node, row) in wanted else 0
    assert here(inside, row) == spelled(inside, row) == in_engine(inside, row) == expected
    lists = in_lists(inside)
    assert here(lists, row) == in_engine(lists, row) == expected


@given(st.sets(st.integers(1, 200), min_size=51), st.integers(1, 200) | st.none())
def test_one_of_many(many: set[int], key: int | None) -> None:
    """Many numbers travel as one list."""
    node = case([(is_in(column("person_id"), many), value(1))], value(0))
    assert list(values_of(node)) == [tuple(sorted(many, key=repr)), 1, 0]
    row = key, START
    assert here(node, row) == spelled(node, row) == in_engine(node, row) == (1 if key in many else 0)


def test_a_person_who_moved_counts_where_he_was_then() -> None:
    moved = date(2026, 1, 3)
    node = placed("person_id", [Stretch(7, 1, None, moved), Stretch(7, 2, moved, None), Stretch(8, 2, None, None)])
    rows = [(7, date(2026, 1, 2)), (7, moved), (8, date(2020, 1, 1)), (9, moved), (None, moved)]
    assert [here(node, row) for row in rows] == [1, 2, 2, None, None]
    named = list(values_of(placed_in(node, [1])))
    assert named == [7, moved]


def test_nobody_placed_is_no_place() -> None:
    assert placed("person_id", []) == NULL
