"""Sums over sealed postings are asked once, kept over sealings and up to a number of rows, and added to the tail's."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from xiaoguan.ledger.measures import remembered as module
from xiaoguan.ledger.measures.building import added_up
from xiaoguan.ledger.measures.remembered import Remembered
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
ROWS = st.lists(st.tuples(st.sampled_from(["x", None]), SUMS, SUMS))


@given(ROWS, ROWS)
def test_two_parts_add_up_to_the_whole(one: list[Any], other: list[Any]) -> None:
    def whole(rows: list[Any], group: Any, place: int) -> int | None:
        values = [row[place] for row in rows if row[0] == group and row[place] is not None]
        return sum(values) if values else None

    for group, quantity, units in added_up([*added_up(one), *added_up(other)]):
        assert (quantity, units) == (whole([*one, *other], group, 1), whole([*one, *other], group, 2))


def sealed_in(files: tuple[str, ...], gathered: str = "all") -> Sealed:
    return Sealed(1, len(files), gathered, tuple((file, 1, file) for file in files))


CHANGES = st.lists(st.sampled_from(["seal", "merge", "gather", "older"]), max_size=12)


@given(CHANGES, st.data())
def test_sums_are_those_of_all_that_is_sealed(changes: list[str], data: Any) -> None:
    """Whatever happens to the files in between, and whoever still reads an older manifest."""
    rows_of: dict[str, list[Any]] = {"all": data.draw(ROWS)}
    states, kept = [sealed_in(())], Remembered()

    def asked(part: Sealed) -> list[Any]:
        files = [part.gathered_file, *(file for file, _bytes, _checksum in part.segments)]
        return added_up([row for file in files if file for row in rows_of[file]])

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
        assert sorted(kept.sums("a", state, asked), key=repr) == sorted(asked(state), key=repr)
