"""Names, credit codes, first wins: by hand, without a database."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiaoguan.crm import rules
from xiaoguan.lib.refusal import Refusal


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("海铭汽车部件", " 海铭汽车部件 "),
        ("ＧＴＸ　Ｐｒｏ", "gtx pro"),
        ("Acme  Corporation", "ACME Corporation"),
    ],
)
def test_names_that_are_looked_up_alike(one: str, other: str) -> None:
    assert rules.name_key(one) == rules.name_key(other)


def test_a_product_spelt_without_its_blank_is_another_name() -> None:
    assert rules.name_key("GTXPro") != rules.name_key("GTX Pro")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("宁波海铭汽车部件股份有限公司", "宁波海铭汽车部件有限公司"),
        ("Acme Corporation", "ACME, Inc."),
        ("中垦机械（徐州）有限公司", "中垦机械(徐州)"),
    ],
)
def test_names_that_are_probably_one_customer(one: str, other: str) -> None:
    assert rules.match_key(one) == rules.match_key(other)


def test_a_name_that_is_a_legal_form_keeps_it() -> None:
    assert rules.match_key("公司") == "公司"


@given(st.text(max_size=80))
def test_keys_of_keys_do_not_change(name: str) -> None:
    assert rules.name_key(rules.name_key(name)) == rules.name_key(name)


# Published codes: Alibaba (China), Tencent, Huawei.
@pytest.mark.parametrize("code", ["91330100799655058B", "9144030071526726XG", "914403001922038216"])
def test_real_credit_codes_pass(code: str) -> None:
    assert rules.clean_credit_code(f" {code.lower()} ") == code


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("9133010079965505", "16"),
        ("91330100799655058I", "“I”"),
        ("91330100799655085B", "does not fit"),
    ],
)
def test_wrong_credit_codes_are_refused_with_the_reason(code: str, says: str) -> None:
    from django.utils import translation

    with translation.override("en"), pytest.raises(Refusal, match=says) as refused:
        rules.clean_credit_code(code)
    assert refused.value.field == "credit_code"


@given(st.text(alphabet=rules._CODE_LETTERS, min_size=17, max_size=17), st.integers(0, 16), st.data())
def test_one_mistyped_sign_is_always_found(body: str, place: int, data: st.DataObject) -> None:
    wrong = data.draw(st.sampled_from([sign for sign in rules._CODE_LETTERS if sign != body[place]]))
    mistyped = body[:place] + wrong + body[place + 1 :]
    assert rules.check_sign(mistyped) != rules.check_sign(body)


def d(day: int) -> date:
    return date(2026, 3, day)


@pytest.mark.parametrize(
    ("told", "first"),
    [
        ([], None),
        ([(1, d(5), True)], d(5)),
        ([(1, d(5), True), (2, d(9), True)], d(5)),
        ([(1, d(5), True), (1, d(7), False)], None),
        ([(1, d(5), True), (1, d(7), False), (2, d(9), True)], d(9)),
        ([(1, d(5), True), (1, d(7), False), (1, d(11), True)], d(11)),
    ],
)
def test_the_first_win_that_stands(told: list[tuple[int, date, bool]], first: date | None) -> None:
    assert rules.first_standing_win(told) == first


def test_a_company_stands_not_above_itself() -> None:
    rules.check_parent(1, [2, 3])
    with pytest.raises(Refusal):
        rules.check_parent(1, [2, 3, 1])
