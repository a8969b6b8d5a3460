import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiaoguan.ui.names import HUES, company_mark, hue, person_mark


@pytest.mark.parametrize(
    ("name", "mark"),
    [
        ("林晓雯", "林"),
        (" 沈嘉禾", "沈"),
        ("Lin Xiaowen", "LX"),
        ("Darcel Schlecht", "DS"),
        ("Ana María de la Cruz", "AC"),
        ("José", "J"),
        ("", "?"),
        ("—", "?"),
    ],
)
def test_a_person_is_marked_by_family_name_or_initials(name: str, mark: str) -> None:
    assert person_mark(name) == mark


@pytest.mark.parametrize(
    ("name", "mark"),
    [
        ("宁波海铭汽车部件股份有限公司", "海"),
        ("江苏省华岳重工", "华"),
        ("恒丰包装", "恒"),
        ("北京", "北"),
        ("Acme Corporation of Ohio", "AC"),
        ("", "?"),
    ],
)
def test_a_company_is_marked_by_what_it_is_called_after_its_place(name: str, mark: str) -> None:
    assert company_mark(name) == mark


@given(st.integers())
def test_the_colour_of_an_id_stays(key: int) -> None:
    assert hue(key) in HUES
    assert hue(key) == hue(str(key))


def test_colours_are_spread() -> None:
    assert {hue(key) for key in range(100)} == set(HUES)
