"""What a file of customers may say, with the headers it is known by."""

from collections.abc import Callable
from typing import Final

from django.utils.translation import gettext_lazy as _

from xiaoguan.crm.models import Customer
from xiaoguan.services.transfer.contract import Column, ColumnKind
from xiaoguan.services.transfer.spelling import SECTORS, country_names


def _existing(column: str) -> Callable[[], list[str]]:
    def values() -> list[str]:
        rows = Customer.objects.filter(removed_at=None).exclude(**{column: ""})
        return list(rows.values_list(column, flat=True).distinct().order_by(column))

    return values


COLUMNS: Final = (
    Column(
        field="name",
        label=_("Customer"),
        synonyms=("account", "customer", "company", "account name", "customer name", "company name", "name", "client",
                  "客户名称", "客户", "公司名称", "公司", "企业名称", "单位名称", "名称"),
        required=True,
        filled=True,
        max_length=200,
    ),
    Column(
        field="external_id",
        label=_("Customer number"),
        synonyms=("account_id", "customer_id", "customer no", "account no", "id", "客户编号", "客户ID", "客户编码",
                  "编号"),
        max_length=100,
    ),
    Column(field="short_name", label=_("Short name"), synonyms=("short name", "简称", "客户简称"), max_length=60),
    Column(
        field="industry",
        label=_("Industry"),
        synonyms=("sector", "industry", "行业", "所属行业", "客户行业"),
        kind=ColumnKind.CHOICE,
        known=_existing("industry"),
        reference=lambda: SECTORS,
        max_length=80,
    ),
    Column(
        field="region",
        label=_("Customer's region"),
        synonyms=("customer_region", "province", "state", "省份", "客户区域", "客户大区", "地区", "区域", "省"),
        kind=ColumnKind.CHOICE,
        known=_existing("region"),
        max_length=80,
    ),
    Column(
        field="country",
        label=_("Country"),
        synonyms=("office_location", "country", "location", "国家", "国家地区", "所在国家", "办公地点", "总部所在地"),
        kind=ColumnKind.CHOICE,
        known=_existing("country"),
        reference=country_names,
        max_length=80,
    ),
    Column(field="city", label=_("City"), synonyms=("city", "城市", "所在城市"), max_length=80),
    Column(
        field="owner",
        label=_("Owner"),
        synonyms=("owner", "account owner", "sales_agent", "负责人", "销售", "销售代表", "业务员", "客户经理",
                  "跟进人"),
        kind=ColumnKind.REF,
    ),
    Column(
        field="source",
        label=_("Source"),
        synonyms=("source", "lead source", "来源", "客户来源"),
        kind=ColumnKind.CHOICE,
        max_length=80,
    ),
    Column(
        field="credit_code",
        label=_("Credit code"),
        synonyms=("credit code", "tax number", "统一社会信用代码", "信用代码", "税号"),
    ),
    Column(field="website", label=_("Web site"), synonyms=("website", "web", "url", "网站", "网址"), max_length=200),
    Column(
        field="revenue",
        label=_("Yearly revenue, as stated"),
        synonyms=("revenue", "annual revenue", "turnover", "营收", "年营收", "年营业额", "营业收入"),
        kind=ColumnKind.AMOUNT,
    ),
    Column(
        field="employees",
        label=_("Employees"),
        synonyms=("employees", "headcount", "staff", "员工数", "员工人数", "人数", "规模"),
        kind=ColumnKind.INT,
    ),
    Column(
        field="founded_year",
        label=_("Founded in"),
        synonyms=("year_established", "founded", "founded year", "established", "成立年份", "成立时间", "创立年份"),
        kind=ColumnKind.INT,
    ),
    Column(
        field="parent",
        label=_("Parent company"),
        synonyms=("subsidiary_of", "parent", "parent company", "母公司", "上级公司", "所属集团", "上级客户"),
        max_length=200,
    ),
    Column(
        field="created_on",
        label=_("Entered on"),
        synonyms=("created", "created date", "created_on", "建档日期", "创建日期", "登记日期"),
        kind=ColumnKind.DATE,
    ),
)  # fmt: skip
