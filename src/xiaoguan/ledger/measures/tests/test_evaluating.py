"""What an expression comes to here is what it comes to in a database, whatever is unknown."""

import sqlite3
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from xiaoguan.ledger.measures.evaluating import reader
from xiaoguan.ledger.measures.sql import (
    NULL,
    Builder,
    Node,
    all_of,
    any_of,
    bucket,
    case,
    column,
    compare,
    is_in,
    value,
    values_of,
)  # fmt: skip

NAMES = ("a", "b")
SMALL = st.integers(-3, 3)
COLUMNS = st.sampled_from(NAMES).map(column)
LISTED = st.builds(is_in, COLUMNS, st.lists(SMALL | st.none(), max_size=3))
COMPARED = st.builds(compare, st.sampled_from(["ge", "gt", "le", "lt"]), COLUMNS, SMALL | st.none())
CONDITIONS = st.recursive(
    LISTED | COMPARED,
    lambda parts: st.lists(parts, max_size=3).map(all_of) | st.lists(parts, max_size=3).map(any_of),
    max_leaves=6,
)
LEAVES = COLUMNS | SMALL.map(value) | st.just(NULL)
EXPRESSIONS = st.recursive(
    LEAVES,
    lambda parts: (
        st.builds(case, st.lists(st.tuples(CONDITIONS, parts), min_size=1, max_size=3), parts)
        | parts.map(lambda part: Node("negative", (part,)))
    ),
    max_leaves=6,
)
ROWS = st.tuples(SMALL | st.none(), SMALL | st.none())


def in_database(node: Node, row: tuple[Any, ...]) -> Any:
    text = Builder().build(node).sql(dialect="sqlite")
    values = {f"p{number}": item for number, item in enumerate(values_of(node))}
    connection = sqlite3.connect(":memory:")
    try:
        return connection.execute(
            f"SELECT {text} FROM (SELECT :a AS a, :b AS b)", {**values, "a": row[0], "b": row[1]}
        ).fetchone()[0]
    finally:
        connection.close()


def here(node: Node, row: tuple[Any, ...]) -> Any:
    return reader(node, {name: place for place, name in enumerate(NAMES)})(row)


@given(EXPRESSIONS, ROWS)
def test_as_in_a_database(node: Node, row: tuple[Any, ...]) -> None:
    assert here(node, row) == in_database(node, row)


PLACED = st.lists(st.tuples(st.lists(SMALL, min_size=1, max_size=3), SMALL | st.none(), SMALL), min_size=1, max_size=4)


@given(PLACED, ROWS)
def test_where_somebody_belonged_and_when(placed: list[Any], row: tuple[Any, ...]) -> None:
    """Of conditions that all begin with a list of one column's values the first that holds counts."""
    conditions = [
        all_of([is_in(column("a"), keys), *([] if since is None else [compare("ge", column("b"), since)])])
        for keys, since, _unit in placed
    ]
    node = case(zip(conditions, (value(unit) for _keys, _since, unit in placed), strict=True))
    assert here(node, row) == in_database(node, row)


@given(st.lists(SMALL, min_size=1, unique=True).map(sorted), SMALL)
def test_stretches_of_time(ends: list[Any], day: int) -> None:
    assert here(bucket(column("a"), ends), (day, None)) == in_database(bucket(column("a"), ends), (day, None))


def test_a_person_who_moved_counts_where_he_was_then() -> None:
    moved = [all_of([is_in(column("a"), [7]), compare(op, column("b"), 3)]) for op in ("lt", "ge")]
    node = case([(moved[0], value(1)), (moved[1], value(2)), (is_in(column("a"), [8, 9]), value(2))])
    rows = [(7, 2), (7, 3), (8, None), (10, 3), (7, None), (None, 3)]
    assert [here(node, row) for row in rows] == [1, 2, 2, None, None, None]
