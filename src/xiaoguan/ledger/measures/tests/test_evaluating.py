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
)

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


@given(st.lists(SMALL, min_size=1, unique=True).map(sorted), SMALL)
def test_stretches_of_time(ends: list[Any], day: int) -> None:
    assert here(bucket(column("a"), ends), (day, None)) == in_database(bucket(column("a"), ends), (day, None))
