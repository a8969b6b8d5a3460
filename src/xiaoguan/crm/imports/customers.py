"""Import customers. A row with a number of its own is that number's customer; else the name finds it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xiaoguan.crm import rules
from xiaoguan.crm.actions import (
    CustomerChange,
    NewCustomer,
    amend_customers,
    create_customers,
    ensure_sources,
    known_customers,
    remove_customers,
    transfer_customers,
)
from xiaoguan.crm.imports.common import PERMISSION, doing, given, owner_of, problem, repeated, restored, stored
from xiaoguan.crm.models import Customer
from xiaoguan.journal.facts.general import IMPORT_UNDONE
from xiaoguan.journal.kinds import CUSTOMER
from xiaoguan.lib.days import company_day
from xiaoguan.lib.refusal import Refusal
from xiaoguan.services.transfer.contract import (
    AppliedRow,
    Assumption,
    Column,
    ColumnKind,
    Context,
    Did,
    Importable,
    Outcome,
    Prepared,
    Problem,
    Ready,
    Row,
)
from xiaoguan.services.transfer.spelling import SECTORS, country_names
from xiaoguan.services.transfer.words import Words

_PLAIN: Final = (
    "short_name", "industry", "region", "country", "city", "credit_code", "website", "revenue", "employees",
    "founded_year",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerRow:
    """A row that makes sense. ``owner_id`` None: the file does not say; ``parent`` and ``source`` are names."""

    external_id: str | None
    name: str
    values: dict[str, Any]
    owner_id: int | None
    parent: str | None
    source: str | None
    on: date | None


def _existing(column: str) -> Any:
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


def study(rows: Sequence[Row], memory: dict[str, Any]) -> None:
    """Note which names the file has and who belongs to whom: a parent may stand after its subsidiary."""
    names: dict[str, int] = memory.setdefault("names", {})
    children: dict[str, list[str]] = memory.setdefault("children", {})
    for row in rows:
        name, parent = row.values.get("name"), row.values.get("parent")
        if name:
            names[rules.name_key(name)] = 1
        if name and parent:
            children.setdefault(rules.name_key(parent), []).append(name)


def prepare(rows: Sequence[Row], context: Context) -> Prepared:
    """Turn parsed rows into customers to write, or say what is wrong with them."""
    result = Prepared()
    names = [row.values["name"] for row in rows] + [p for row in rows if (p := row.values.get("parent"))]
    known = known_customers(names)
    lost_parents = undated = 0
    for row in rows:
        item = _read(row, context)
        if isinstance(item, Problem):
            result.problems.append(item)
            continue
        parent = item.parent
        lost_parents += bool(parent and parent not in known and rules.name_key(parent) not in context.memory["names"])
        undated += item.on is None and item.name not in known
        found = known.get(item.name) if item.external_id is None else None
        result.rows.append(Ready(row.line, item.external_id, item, object_id=found))
    result.assumptions = _assumed(lost_parents, undated)
    return result


def _assumed(lost_parents: int, undated: int) -> list[Assumption]:
    found = (
        Assumption(code="parent_unknown", rows=lost_parents, words=Words(gettext_noop(
            "Parent companies that are neither in the file nor here are left empty."
        ))),
        Assumption(code="created_on", rows=undated, words=Words(gettext_noop(
            "The file does not say since when these customers are known; today is taken."
        ))),
    )  # fmt: skip
    return [assumption for assumption in found if assumption.rows]


def _read(row: Row, context: Context) -> CustomerRow | Problem:
    external_id = row.values.get("external_id")
    key = external_id or rules.name_key(row.values["name"])
    owner = owner_of(row, context)
    wrong = repeated(row, key, context, "customers") or _wrong(row, context)
    if wrong or isinstance(owner, Problem):
        return wrong or owner  # type: ignore[return-value]  # one of the two is a problem
    return CustomerRow(
        external_id=external_id,
        name=row.values["name"],
        values=given(row, context, _PLAIN),
        owner_id=owner,
        parent=row.values.get("parent"),
        source=row.values.get("source"),
        on=row.values.get("created_on"),
    )


def _wrong(row: Row, context: Context) -> Problem | None:
    values = row.values
    try:
        rules.clean_credit_code(values.get("credit_code"))
    except Refusal:
        return problem(
            row,
            "credit_code",
            gettext_noop("“%(value)s” is no unified social credit code: its length, letters or last sign are wrong."),
            gettext_noop("Copy it again from the business licence, or leave it empty."),
        )
    today = company_day(context.at)
    try:
        rules.check_founded(values.get("founded_year"), today)
    except Refusal:
        return problem(
            row,
            "founded_year",
            gettext_noop("%(value)s cannot be the year of foundation."),
            gettext_noop("Write the year with four digits."),
        )
    if (values.get("employees") or 0) < 0:
        return problem(
            row, "employees", gettext_noop("There cannot be %(value)s employees."), gettext_noop("Check the figure.")
        )
    if values.get("created_on") and values["created_on"] > today:
        return problem(
            row, "created_on", gettext_noop("%(value)s lies in the future."), gettext_noop("Check the year.")
        )
    return None


def apply(rows: Sequence[Ready], context: Context) -> list[Outcome]:
    """Write ready rows: new customers in bulk, changed ones amended; then who belongs to whom."""
    known = known_customers([row.payload.name for row in rows if row.payload.external_id is None])
    sources = ensure_sources(sorted({row.payload.source for row in rows if row.payload.source}), **doing(context))
    fresh: list[tuple[Ready, int]] = []
    there: list[tuple[Ready, int]] = []
    for row in rows:
        object_id = row.object_id or (known.get(row.payload.name) if row.external_id is None else None)
        (there if object_id else fresh).append((row, object_id or 0))
    ids = create_customers([_new(row.payload, sources) for row, _none in fresh], **doing(context))
    outcomes = [Outcome(row.line, pk, Did.CREATED) for (row, _none), pk in zip(fresh, ids, strict=True)]
    outcomes += _update(there, sources, context)
    _join_groups(rows, context)
    return outcomes


def _new(item: CustomerRow, sources: dict[str, int]) -> NewCustomer:
    values = {**item.values, "external_id": item.external_id}
    if item.source:
        values["source_id"] = sources[item.source]
    cleaned = {name: value for name, value in values.items() if value is not None}
    return NewCustomer(name=item.name, owner_id=item.owner_id, values=cleaned, on=item.on)


def _update(there: Sequence[tuple[Ready, int]], sources: dict[str, int], context: Context) -> list[Outcome]:
    """Amend what differs; ``before`` keeps what stood there."""
    standing = Customer.objects.in_bulk([pk for _row, pk in there])
    outcomes, changes, owners = [], [], []
    for row, pk in there:
        now = {"name": row.payload.name, **_filled(row.payload.values)}
        if now.get("credit_code"):
            now["credit_code"] = rules.clean_credit_code(now["credit_code"])
        if row.payload.source:
            now["source_id"] = sources[row.payload.source]
        before = {name: old for name in now if (old := getattr(standing[pk], name)) != now[name]}
        if row.payload.owner_id and row.payload.owner_id != standing[pk].owner_id:
            owners.append((pk, row.payload.owner_id))
            before["owner_id"] = standing[pk].owner_id
        changes.append(CustomerChange(customer_id=pk, values={name: now[name] for name in before if name in now}))
        did = Did.UPDATED if before else Did.UNCHANGED
        outcomes.append(Outcome(row.line, pk, did, stored(before)))
    amend_customers([change for change in changes if change.values], **doing(context))
    transfer_customers(owners, **doing(context))
    return outcomes


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    """An emptied cell is an empty text, or None for numbers and codes."""
    nullable = ("credit_code", "revenue", "employees", "founded_year")
    return {name: "" if value is None and name not in nullable else value for name, value in values.items()}


def _join_groups(rows: Sequence[Ready], context: Context) -> None:
    """Set parents where both are there by now: of these rows, and of earlier rows that waited for one of these."""
    children: dict[str, list[str]] = context.memory.get("children", {})
    pairs = [(row.payload.name, row.payload.parent) for row in rows if row.payload.parent]
    for row in rows:
        pairs += [(child, row.payload.name) for child in children.get(rules.name_key(row.payload.name), [])]
    if not pairs:
        return
    ids = known_customers(sorted({name for pair in pairs for name in pair}))
    joined = {ids[child]: ids[parent] for child, parent in pairs if child in ids and parent in ids}
    changes = [CustomerChange(customer_id=child, values={"parent_id": parent}) for child, parent in joined.items()]
    amend_customers(changes, **doing(context))


def undo(rows: Sequence[AppliedRow], context: Context) -> None:
    """Take imported customers back; amended ones get their earlier values again."""
    created = [row.object_id for row in rows if row.did is Did.CREATED]
    remove_customers(created, reason=IMPORT_UNDONE, **doing(context))
    changes, owners = [], []
    for row in rows:
        if row.did is Did.UPDATED:
            before = restored(row.before or {})
            if "owner_id" in before:
                owners.append((row.object_id, before.pop("owner_id")))
            changes.append(CustomerChange(customer_id=row.object_id, values=before))
    amend_customers(changes, **doing(context))
    transfer_customers(owners, **doing(context))


CUSTOMERS: Final = Importable(
    kind="customers",
    label=_("Customers"),
    object_kind=CUSTOMER,
    columns=COLUMNS,
    study=study,
    prepare=prepare,
    apply=apply,
    undo=undo,
    permission=PERMISSION,
)
