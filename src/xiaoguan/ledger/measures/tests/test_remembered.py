"""Sums over sealed postings are asked once, kept up to a number of rows, and added to what the tail says."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from xiaoguan.ledger.measures import remembered as module
from xiaoguan.ledger.measures.building import added_up
from xiaoguan.ledger.measures.remembered import Remembered


def asking(rows: list[tuple[Any, ...]], asked: list[int]) -> Any:
    def ask() -> list[tuple[Any, ...]]:
        asked.append(1)
        return rows

    return ask


def test_a_question_is_asked_once() -> None:
    kept, asked = Remembered(), list[int]()
    assert kept.get("a", asking([(1, 2)], asked)) == kept.get("a", asking([(9, 9)], asked)) == [(1, 2)]
    assert len(asked) == 1


def test_the_answer_asked_for_longest_ago_makes_room(monkeypatch: Any) -> None:
    monkeypatch.setattr(module, "_MOST_ROWS", 6)
    kept, asked = Remembered(), list[int]()
    for key in ("a", "b", "a", "c", "a", "b"):
        kept.get(key, asking([(1,), (2,)], asked))
    assert len(asked) == 4  # a, b and c, and b once more: it had made room for c


def test_a_long_answer_is_not_kept(monkeypatch: Any) -> None:
    monkeypatch.setattr(module, "_MOST_OF_ONE", 1)
    kept, asked = Remembered(), list[int]()
    for _ in range(2):
        kept.get("a", asking([(1,), (2,)], asked))
    assert len(asked) == 2


SUMS = st.none() | st.integers(-9, 9)
ROWS = st.lists(st.tuples(st.sampled_from(["x", None]), SUMS, SUMS))


@given(ROWS, ROWS)
def test_two_parts_add_up_to_the_whole(one: list[Any], other: list[Any]) -> None:
    def whole(rows: list[Any], group: Any, place: int) -> int | None:
        values = [row[place] for row in rows if row[0] == group and row[place] is not None]
        return sum(values) if values else None

    for group, quantity, units in added_up([*added_up(one), *added_up(other)]):
        assert (quantity, units) == (whole([*one, *other], group, 1), whole([*one, *other], group, 2))
