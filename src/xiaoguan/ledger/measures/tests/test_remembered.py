"""Sums over sealed postings are asked once, kept over sealings and up to a number of rows, and added to the tail's."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from xiaoguan.ledger.measures import remembered as module
from xiaoguan.ledger.measures.remembered import Remembered
from xiaoguan.ledger.measures.totals import Totals, added_up, totals_of
from xiaoguan.ledger.segments.reading import Sealed


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
ROWS = st.lists(st.tuples(st.integers(1, 2), st.sampled_from(["x", None]), SUMS, SUMS))


@given(ROWS, ROWS)
def test_two_parts_add_up_to_the_whole(one: list[Any], other: list[Any]) -> None:
    def whole(account: int, group: Any, place: int) -> int:
        return sum(row[place] or 0 for row in (*one, *other) if row[:2] == (account, group))

    together = added_up(totals_of(one), totals_of(other))
    assert together == totals_of([*one, *other])
    assert {(account, key[0]) for account, column in together.items() for key in column} == {
        row[:2] for row in (*one, *other)
    }
    for account, column in together.items():
        for (group,), sums in column.items():
            assert sums == (whole(account, group, 2), whole(account, group, 3))


def test_adding_changes_neither_part() -> None:
    one, other = totals_of([(1, "x", 2, 1)]), totals_of([(1, "x", 3, 1), (2, "x", 1, 1)])
    added_up(one, other)
    assert (one, other) == (totals_of([(1, "x", 2, 1)]), totals_of([(1, "x", 3, 1), (2, "x", 1, 1)]))


def sealed_in(files: tuple[str, ...], gathered: str = "all") -> Sealed:
    return Sealed(1, len(files), gathered, tuple((file, 1, file) for file in files))


CHANGES = st.lists(st.sampled_from(["seal", "merge", "gather", "older"]), max_size=12)


@given(CHANGES, st.data())
def test_sums_are_those_of_all_that_is_sealed(changes: list[str], data: Any) -> None:
    """Whatever happens to the files in between, and whoever still reads an older manifest."""
    rows_of: dict[str, list[Any]] = {"all": data.draw(ROWS)}
    states, kept = [sealed_in(())], Remembered()

    def asked(part: Sealed) -> Totals:
        files = [part.gathered_file, *(file for file, _bytes, _checksum in part.segments)]
        return totals_of([row for file in files if file for row in rows_of[file]])

    for change in changes:
        newest, name = states[-1], f"file {len(rows_of)}"
        files = tuple(file for file, _bytes, _checksum in newest.segments)
        if change == "seal":
            rows_of[name] = data.draw(ROWS)
            states.append(sealed_in((*files, name), newest.gathered_file))
        elif change == "merge" and files:
            rows_of[name] = [row for file in files for row in rows_of[file]]
            states.append(sealed_in((name,), newest.gathered_file))
        elif change == "gather":
            rows_of[name] = [row for file in (newest.gathered_file, *files) for row in rows_of[file]]
            states.append(sealed_in((), name))
        state = states[-2] if change == "older" and len(states) > 1 else states[-1]
        assert kept.totals("a", state, asked) == asked(state)
