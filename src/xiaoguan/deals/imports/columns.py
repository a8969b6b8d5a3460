"""What a file of deals may say, the headers it is known by, and what it needs of the module beside it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from xiaoguan.services.transfer.contract import Column, ColumnKind, Context, Correction

FindOrCreate = Callable[[Sequence[str], Context], Mapping[str, int]]
"""Names as written → ids, creating what is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbours:
    """What the import of deals needs of the module that owns customers and products."""

    customers: FindOrCreate
    products: FindOrCreate
    product_names: Callable[[], Sequence[str]]
    remember_products: Callable[[Sequence[Correction], Context], None]
    first_wins: Callable[[Mapping[int, date]], None]
    """Customers' first win of the whole file, told before the wins are written in any order."""
    leave: Callable[[Collection[int | None], Collection[int | None], Context], None]
    """After deals were taken back: those of their customers and products go that this import brought along and that
    nothing else needs."""


def columns(neighbours: Neighbours) -> tuple[Column, ...]:
    """What a file of deals may say, with the headers it is known by."""
    return (
        Column(
            field="external_id",
            label=_("Deal number"),
            synonyms=("opportunity_id", "deal_id", "opportunity", "deal no", "deal number", "商机编号", "商机ID",
                      "商机号", "编号", "项目编号", "id"),
        ),
        Column(
            field="owner",
            label=_("Owner"),
            synonyms=("sales_agent", "agent", "owner", "sales rep", "salesperson", "seller", "rep", "负责人", "销售",
                      "销售员", "销售代表", "业务员", "客户经理", "跟进人"),
            kind=ColumnKind.REF,
            required=True,
            filled=True,
        ),
        Column(
            field="product",
            label=_("Product"),
            synonyms=("product", "product name", "item", "产品", "产品名称", "商品", "型号", "意向产品"),
            kind=ColumnKind.REF,
            known=neighbours.product_names,
            alias=True,
        ),
        Column(
            field="customer",
            label=_("Customer"),
            synonyms=("account", "customer", "company", "account name", "client", "客户", "客户名称", "公司",
                      "公司名称", "企业", "企业名称"),
        ),
        Column(
            field="stage",
            label=_("Stage"),
            synonyms=("deal_stage", "stage", "status", "sales stage", "阶段", "商机阶段", "销售阶段", "状态", "进展"),
            kind=ColumnKind.CHOICE,
            required=True,
            filled=True,
        ),
        Column(
            field="opened_on",
            label=_("Opened on"),
            synonyms=("engage_date", "open date", "opened", "created", "created date", "start date", "开始日期",
                      "接洽日期", "创建日期", "立项日期", "建立日期", "商机日期"),
            kind=ColumnKind.DATE,
        ),
        Column(
            field="closed_on",
            label=_("Closed on"),
            synonyms=("close_date", "closed", "closed date", "won date", "成交日期", "关闭日期", "结束日期", "签约日期",
                      "赢单日期", "结单日期"),
            kind=ColumnKind.DATE,
        ),
        Column(
            field="amount",
            label=_("Amount"),
            synonyms=("close_value", "amount", "value", "deal value", "revenue", "成交金额", "金额", "商机金额",
                      "合同金额", "签约金额", "成交额"),
            kind=ColumnKind.AMOUNT,
        ),
        Column(
            field="due_on",
            label=_("Expected close"),
            synonyms=("expected close", "expected close date", "due", "预计成交日期", "预计成交", "预计签约日期"),
            kind=ColumnKind.DATE,
        ),
        Column(
            field="name",
            label=_("Deal"),
            synonyms=("deal", "deal name", "opportunity name", "title", "商机名称", "商机", "项目名称", "项目"),
        ),
    )  # fmt: skip
