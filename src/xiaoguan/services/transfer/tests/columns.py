"""Columns of deals as a module would declare them, for the tests of mapping."""

from xiaoguan.services.transfer.contract import Column, ColumnKind

DEAL_COLUMNS = (
    Column(
        field="code",
        label="Deal number",
        synonyms=("opportunity_id", "商机编号", "编号", "deal id", "id"),
        required=True,
        filled=True,
    ),
    Column(
        field="owner",
        label="Owner",
        synonyms=("sales_agent", "销售", "负责人", "销售员", "rep"),
        kind=ColumnKind.REF,
        required=True,
    ),
    Column(field="product", label="Product", synonyms=("产品", "产品名称"), kind=ColumnKind.REF),
    Column(field="customer", label="Customer", synonyms=("account", "客户", "客户名称"), kind=ColumnKind.REF),
    Column(field="stage", label="Stage", synonyms=("deal_stage", "阶段"), kind=ColumnKind.CHOICE, required=True),
    Column(field="opened_on", label="Opened on", synonyms=("engage_date", "开始日期"), kind=ColumnKind.DATE),
    Column(field="closed_on", label="Closed on", synonyms=("close_date", "成交日期"), kind=ColumnKind.DATE),
    Column(field="value", label="Value", synonyms=("close_value", "成交金额", "金额"), kind=ColumnKind.AMOUNT),
)
