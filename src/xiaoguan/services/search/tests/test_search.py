"""A part of a name finds the record, whatever its case, width and language; nothing else does."""

import pytest
from django.db import connection
from hypothesis import example, given
from hypothesis import strategies as st

from xiaoguan.journal.kinds import CUSTOMER, DEAL
from xiaoguan.services.search.finding import can_find, ids_containing
from xiaoguan.services.search.keeping import keep, rebuild
from xiaoguan.services.search.models import SearchText
from xiaoguan.services.search.rules import joined, normal, pairs

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

NAMES = {
    1: "苏州启泰新能源有限公司",
    2: "宁波海铭汽车部件",
    3: "ＡＧＶ　调度 二期",
    4: "AGV 100% 保养",
    5: "𬭚鑫精密",
}


def found(kind: int, typed: str) -> set[int]:
    subquery = ids_containing(kind, typed)
    with connection.cursor() as cursor:
        cursor.execute(subquery.sql, subquery.params)
        return {row[0] for row in cursor.fetchall()}


@pytest.fixture(autouse=True)
def _kept(db: None) -> None:
    keep(DEAL, ((pk, (name,)) for pk, name in NAMES.items()), fresh=True)
    keep(CUSTOMER, [(1, ("启泰", "QT"))])


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("启泰", {1}),
        ("泰新能源", {1}),
        ("agv", {3, 4}),
        ("ＡＧＶ 调度", {3}),
        ("0% 保", {4}),
        ("𬭚鑫", {5}),
        ("有限 公司", set()),
        ("泰启", set()),
        ("能新", set()),
        ("启", set()),
        ("", set()),
        ('" OR "', set()),
        ("\x00启泰\x00", {1}),
    ],
)
def test_parts_of_names(typed: str, expected: set[int]) -> None:
    assert found(DEAL, typed) == expected


def test_kinds_are_apart_and_names_of_one_record_do_not_run_together() -> None:
    assert found(CUSTOMER, "启泰") == {1}
    assert found(CUSTOMER, "qt") == {1}
    assert found(CUSTOMER, "泰q") == set()


def test_a_new_name_replaces_the_old_one() -> None:
    keep(DEAL, [(1, ("上海锐拓",)), (2, (NAMES[2],))])
    assert found(DEAL, "启泰") == set()
    assert found(DEAL, "锐拓") == {1}
    assert found(DEAL, "海铭") == {2}


def test_rebuilding_finds_the_same_and_nothing_else() -> None:
    rebuild({DEAL: ((pk, (name,)) for pk, name in NAMES.items())})
    assert found(DEAL, "agv") == {3, 4}
    assert found(CUSTOMER, "启泰") == set()


def test_a_single_character_is_too_little() -> None:
    assert not can_find(" 启 ")
    assert can_find("启泰")


@given(st.text(max_size=40), st.integers(0, 38), st.integers(2, 12))
@example("二期产线", 1, 2)
def test_every_part_of_a_text_has_its_pairs_in_order(text: str, start: int, length: int) -> None:
    whole = joined((text,))
    part = normal(whole[start : start + length])
    if len(part) < 2 or part not in whole:
        return
    told, asked = pairs(DEAL, whole), pairs(DEAL, part)
    assert any(told[place : place + len(asked)] == asked for place in range(len(told)))


@pytest.mark.parametrize("name", ['{"a",NULL}', "NULL", '"', "\\", "\\\\n,{}", "it's 100 %s", "甲,乙"])
def test_names_are_kept_as_they_are_written(name: str) -> None:
    keep(DEAL, [(1, (name,)), (2, ("another",))])
    assert SearchText.objects.get(text__contains=normal(name)).text == normal(name)
    keep(DEAL, [(9, (name + "?",))], fresh=True)
    assert SearchText.objects.filter(text=normal(name + "?")).count() == 1
