"""Which column is which: by the headers people use, by what stands in them, by what they say."""

import pytest

from xiaoguan.lib.refusal import Refusal
from xiaoguan.services.transfer.contract import Column, ColumnKind
from xiaoguan.services.transfer.mapping import guess, header_score, normal, unit_factor
from xiaoguan.services.transfer.tests.columns import DEAL_COLUMNS

FIELDS = [column.field for column in DEAL_COLUMNS]
ENGLISH = (
    "opportunity_id", "sales_agent", "product", "account", "deal_stage", "engage_date", "close_date", "close_value",
)  # fmt: skip
CHINESE = ("商机编号", "销售", "产品", "客户", "阶段", "开始日期", "成交日期", "成交金额")


@pytest.mark.parametrize("headers", [ENGLISH, CHINESE])
def test_given_and_chinese_headers_are_known(headers: tuple[str, ...]) -> None:
    assert guess(DEAL_COLUMNS, headers, []).headers == dict(zip(FIELDS, headers, strict=True))


def test_shuffled_and_differently_written_headers_are_known() -> None:
    headers = ("Close Value", "ＯＰＰＯＲＴＵＮＩＴＹ－ＩＤ", "Deal-Stage", "sales  agent", "ACCOUNT", "Region")
    mapped = guess(DEAL_COLUMNS, headers, [])
    assert mapped.headers == {
        "code": headers[1], "owner": headers[3], "customer": "ACCOUNT", "stage": "Deal-Stage", "value": "Close Value",
    }  # fmt: skip
    assert mapped.left_out == ("Region",)


def test_a_unit_in_the_header_multiplies_and_is_told() -> None:
    mapped = guess(DEAL_COLUMNS, ("编号", "销售", "阶段", "成交金额（万元）"), [])
    assert mapped.factors == {"value": 10_000}
    assert "10,000" in str(mapped.notes[0])
    assert [unit_factor(h) for h in ("年采购额（万）", "金额(单位：元)", "revenue [k]", "金额")] == [
        10_000,
        1,
        1_000,
        1,
    ]
    assert normal("年采购额（万）") == normal("年采购额")


def test_what_a_person_says_wins() -> None:
    said = {"value": "产品", "product": "", "customer": "成交金额"}
    mapped = guess(DEAL_COLUMNS, CHINESE, [], wanted=said)
    assert (mapped.headers["value"], mapped.headers["customer"]) == ("产品", "成交金额")
    assert "product" not in mapped.headers


def test_a_missing_required_column_is_refused_with_what_there_is() -> None:
    with pytest.raises(Refusal, match=r"Stage.*商机编号, 销售") as caught:
        guess(DEAL_COLUMNS, ("商机编号", "销售"), [])
    assert (caught.value.code, caught.value.field) == ("missing_column", "stage")


@pytest.mark.parametrize(
    ("wanted", "code"), [({"nonsense": "产品"}, "unknown_field"), ({"value": "没有"}, "unknown_column")]
)
def test_wrong_wishes_are_refused(wanted: dict[str, str], code: str) -> None:
    with pytest.raises(Refusal) as caught:
        guess(DEAL_COLUMNS, CHINESE, [], wanted=wanted)
    assert caught.value.code == code


def test_a_repeated_header_is_refused_only_where_it_is_needed() -> None:
    headers = ("编号", "销售", "阶段", "金额", "金额 (2)", "备注", "备注 (2)")
    repeated = {"金额": ("金额", "金额 (2)"), "备注": ("备注", "备注 (2)")}
    with pytest.raises(Refusal, match=r"金额 \(2\)") as caught:
        guess(DEAL_COLUMNS, headers, [], repeated=repeated)
    assert caught.value.code == "repeated_header"
    mapped = guess(DEAL_COLUMNS, headers, [], repeated=repeated, wanted={"value": "金额 (2)"})
    assert mapped.headers["value"] == "金额 (2)"


def test_values_decide_for_a_required_day_that_no_header_names() -> None:
    columns = (
        Column(field="name", label="Name", required=True),
        Column(field="day", label="Day", kind=ColumnKind.DATE, required=True),
    )
    rows = [["甲", "x1", "2026-03-05"], ["乙", "x2", "2026-03-06"], ["丙", "x3", ""]]
    mapped = guess(columns, ("name", "什么", "哪天"), rows)
    assert mapped.headers["day"] == "哪天"
    assert "哪天" in str(mapped.notes[0])


def test_the_header_is_told_from_a_title() -> None:
    score = header_score(DEAL_COLUMNS)
    assert score(["2026 商机", "", ""]) == 0
    assert score(["编号", "客户", "金额"]) == 3
    assert score(["编号"]) == 1
