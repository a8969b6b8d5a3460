from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from xiaoguan.org.tree import Span, UnitTree

COMPANY, NORTH, SOUTH, TEAM_A, TEAM_B = 1, 2, 3, 4, 5
KINDS = {COMPANY: "company", NORTH: "region", SOUTH: "region", TEAM_A: "team", TEAM_B: "team"}
ANNA, BO, CHEN, DIRK = 11, 12, 13, 14


def day(text):
    return date.fromisoformat(text)


def the_tree():
    """Team A moves from north to south on 1 April; team B is dissolved on 1 July; Chen moves to team A
    mid-quarter."""
    return UnitTree(
        kinds=KINDS,
        placements=(
            Span(COMPANY, None, None, None),
            Span(NORTH, COMPANY, None, None),
            Span(SOUTH, COMPANY, day("2024-01-01"), None),
            Span(TEAM_A, NORTH, None, day("2024-04-01")),
            Span(TEAM_A, SOUTH, day("2024-04-01"), None),
            Span(TEAM_B, NORTH, day("2024-02-01"), day("2024-07-01")),
        ),
        assignments=(
            Span(ANNA, TEAM_A, None, None),
            Span(BO, TEAM_B, day("2024-02-01"), None),
            Span(CHEN, TEAM_B, day("2024-02-01"), day("2024-05-15")),
            Span(CHEN, TEAM_A, day("2024-05-15"), day("2024-09-01")),
            Span(DIRK, COMPANY, None, None),
        ),
        leads=(
            Span(COMPANY, DIRK, None, None),
            Span(TEAM_A, ANNA, None, day("2024-06-01")),
            Span(TEAM_A, CHEN, day("2024-06-01"), None),
        ),
    )


def test_a_transfer_counts_from_its_day():
    tree = the_tree()
    assert tree.unit_of(CHEN, day("2024-05-14")) == TEAM_B
    assert tree.unit_of(CHEN, day("2024-05-15")) == TEAM_A


def test_nobody_has_a_unit_before_his_first_assignment():
    assert the_tree().unit_of(CHEN, day("2024-01-31")) is None
    assert the_tree().unit_of(999, day("2024-01-31")) is None


def test_a_leaver_stays_with_his_last_unit():
    tree = the_tree()
    assert tree.unit_of(CHEN, day("2025-01-01")) == TEAM_A
    assert CHEN in tree.persons_of({TEAM_A}, day("2025-01-01"))


def test_people_of_a_dissolved_unit_fall_to_its_parent():
    tree = the_tree()
    assert tree.unit_of(BO, day("2024-06-30")) == TEAM_B
    assert tree.unit_of(BO, day("2024-07-01")) == NORTH
    assert tree.persons_of({NORTH}, day("2024-07-01")) == {BO}
    assert not tree.exists(TEAM_B, day("2024-07-01"))
    assert tree.ancestor(TEAM_B, "region", day("2025-01-01")) == NORTH


def test_a_moved_unit_counts_for_each_parent_in_its_time():
    tree = the_tree()
    assert tree.subtree(NORTH, day("2024-03-31")) == {NORTH, TEAM_A, TEAM_B}
    assert tree.subtree(SOUTH, day("2024-03-31")) == {SOUTH}
    assert tree.subtree(NORTH, day("2024-04-01")) == {NORTH, TEAM_B}
    assert tree.subtree(SOUTH, day("2024-04-01")) == {SOUTH, TEAM_A}
    assert sorted(tree.subtree_spans(SOUTH)) == [
        (SOUTH, day("2024-01-01"), None),
        (TEAM_A, day("2024-04-01"), None),
    ]
    assert sorted(tree.subtree_spans(NORTH), key=lambda span: span[0]) == [
        (NORTH, None, None),
        (TEAM_A, None, day("2024-04-01")),
        (TEAM_B, day("2024-02-01"), None),
    ]


def test_a_unit_not_yet_founded_has_no_subtree():
    assert the_tree().subtree(SOUTH, day("2023-12-31")) == set()
    assert the_tree().subtree(COMPANY, day("2023-12-31")) == {COMPANY, NORTH, TEAM_A}


def test_superiors_follow_leads_and_units():
    tree = the_tree()
    assert tree.superior_of(CHEN, day("2024-05-20")) == ANNA
    assert tree.superior_of(CHEN, day("2024-06-01")) == DIRK, "who leads his own unit answers to the next lead above"
    assert tree.superior_of(ANNA, day("2024-06-01")) == CHEN
    assert tree.superior_of(DIRK, day("2024-06-01")) is None
    assert tree.led_by(ANNA, day("2024-05-31")) == {TEAM_A}
    assert tree.led_by(ANNA, day("2024-06-01")) == set()


FIRST = date(2024, 1, 1)
DAYS = st.integers(0, 120).map(lambda offset: FIRST + timedelta(days=offset))


@st.composite
def trees(draw):
    """Any history in which a unit stands below one with a smaller number, so that no circle can be."""
    count = draw(st.integers(2, 7))
    placements = [Span(1, None, None, None)]
    for unit in range(2, count + 1):
        placements += draw(_history(unit, st.integers(1, unit - 1), may_end=True))
    assignments = []
    for person in range(101, 101 + draw(st.integers(1, 6))):
        assignments += draw(_history(person, st.integers(1, count), may_end=True))
    kinds = {unit: "company" if unit == 1 else "region" if unit < 4 else "team" for unit in range(1, count + 1)}
    return UnitTree(kinds=kinds, placements=tuple(placements), assignments=tuple(assignments), leads=())


@st.composite
def _history(draw, key, values, *, may_end):
    changes = sorted(draw(st.sets(DAYS, min_size=1, max_size=4)))
    starts = [draw(st.sampled_from([None, changes[0]])), *changes[1:]]
    ends = [*changes[1:], draw(st.sampled_from([None, changes[-1] + timedelta(days=9)])) if may_end else None]
    return [Span(key, draw(values), start, end) for start, end in zip(starts, ends, strict=True)]


@given(trees(), DAYS)
def test_everybody_covered_is_in_exactly_one_unit(tree, on):
    units = list(tree.kinds)
    found = [tree.persons_of([unit], on) for unit in units]
    covered = {span.key for span in tree.assignments if span.start is None or span.start <= on}
    assert set().union(*found) == covered
    assert sum(len(persons) for persons in found) == len(covered)


@given(trees(), DAYS)
def test_spans_of_a_subtree_agree_with_the_subtree_of_any_day(tree, on):
    for unit in tree.kinds:
        spans = [
            span[0]
            for span in tree.subtree_spans(unit)
            if (span[1] is None or span[1] <= on) and (span[2] is None or on < span[2])
        ]
        assert len(spans) == len(set(spans)), "a unit is below another only once on a day"
        assert set(spans) == tree.subtree(unit, on)


@given(trees(), DAYS)
def test_the_way_up_and_the_way_down_agree(tree, on):
    for unit in tree.kinds:
        for below in tree.subtree(unit, on):
            assert unit in tree.path(below, on)
