"""The small language of conditions: texts depend on shape alone, values travel beside them in order."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiaoguan.ledger.measures import queries, sql
from xiaoguan.ledger.measures.building import BUILDERS, Query
from xiaoguan.ledger.measures.sql import (
    EVERYTHING,
    NOTHING,
    Builder,
    all_of,
    any_of,
    bucket,
    case,
    column,
    compare,
    is_in,
    shape,
    value,
    values_of,
    within_days,
)

nodes = st.recursive(
    st.one_of(
        st.lists(st.one_of(st.none(), st.integers()), max_size=4).map(lambda items: is_in(column("person_id"), items)),
        st.dates().map(lambda day: compare("ge", column("on_date"), day)),
        st.tuples(st.none() | st.dates(), st.none() | st.dates()).map(lambda two: within_days(column("on_date"), *two)),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(all_of),
        st.lists(inner, max_size=3).map(any_of),
        st.tuples(inner, st.integers(), st.none() | st.integers()).map(
            lambda three: compare("gt", case([(three[0], value(three[1]))], value(three[2])), 0)
        ),
    ),
    max_leaves=8,
)


@given(nodes)
def test_placeholders_stand_in_the_order_of_the_values(node):
    text = Builder().build(node).sql(dialect="sqlite")
    assert re.findall(r":p(\d+)", text) == [str(number) for number in range(len(list(values_of(node))))]


@given(nodes, nodes)
def test_equal_shapes_have_equal_texts(left, right):
    texts = [Builder().build(node).sql(dialect="postgres") for node in (left, right)]
    if shape(left) == shape(right):
        assert texts[0] == texts[1]


@given(st.lists(st.dates(), min_size=1, max_size=30, unique=True).map(sorted), st.data())
def test_a_day_falls_into_its_stretch(ends, data):
    day = data.draw(st.dates(max_value=ends[-1]))
    expected = next(number for number, end in enumerate(ends) if day <= end)
    assert _evaluated(bucket(column("on_date"), ends), day) == expected


def _evaluated(node, day):
    while node.op == "case":
        condition, then, otherwise = node.args
        node = then if day <= condition.args[1].values[0] else otherwise
    return node.args[0].values[0]


def test_conditions_fold_to_nothing_and_everything():
    some = compare("ge", column("on_date"), date(2026, 1, 1))
    assert all_of([some, NOTHING]) == NOTHING == any_of([]) == is_in(column("why"), [])
    assert any_of([some, EVERYTHING]) == EVERYTHING == all_of([])
    assert all_of([some, EVERYTHING]) == some == any_of([NOTHING, some])


@pytest.mark.parametrize("dialect", ["sqlite", "postgres", "duckdb", "spark"])
@pytest.mark.parametrize("kind", sorted(BUILDERS))
def test_every_query_can_be_written_in_every_dialect(dialect, kind):
    names = ("g0", "item", "account", "quantity", "units", "known", "on_date", "over", "under", "unknown", "id")
    columns = tuple((name, column("units")) for name in names)
    query = Query(kind, columns, is_in(column("person_id"), [1, 2]), ("g0",))
    text = BUILDERS[kind](query, queries._in_database(query)).sql(dialect=dialect)
    assert text.startswith("SELECT")
    assert "PERCENTILE" not in text


def test_no_value_ever_stands_in_a_text():
    hostile = "x'); DROP TABLE ledger_posting; --"
    node = is_in(column("currency"), [hostile, "CNY"])
    assert hostile not in Builder().build(node).sql(dialect="sqlite")
    assert set(values_of(node)) == {"CNY", hostile}


def test_texts_are_kept_by_shape():
    sql._texts.clear()
    made = []

    def make():
        made.append(1)
        return Builder().build(is_in(column("why"), [1, 2]))

    first = sql.render("sqlite", ("shape",), make)
    assert sql.render("sqlite", ("shape",), make) == first == "why IN (%(p0)s, %(p1)s)"
    assert len(made) == 1
