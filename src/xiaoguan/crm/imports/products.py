"""Import products with their lines and prices, and keep the spellings that somebody confirmed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from xiaoguan.crm import rules
from xiaoguan.crm.actions import (
    NewProduct,
    ProductChange,
    amend_products,
    create_products,
    ensure_lines,
    ensure_products,
    merge_products,
    take_back_products,
)
from xiaoguan.crm.imports.common import PERMISSION, doing, given, repeated, restored, stored
from xiaoguan.crm.models import Product
from xiaoguan.journal.facts.general import IMPORT_UNDONE
from xiaoguan.journal.kinds import PRODUCT
from xiaoguan.services.transfer.contract import (
    AppliedRow,
    Column,
    ColumnKind,
    Context,
    Correction,
    Did,
    Importable,
    Outcome,
    Prepared,
    Ready,
    Row,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductRow:
    """A row that makes sense; ``line`` is a name."""

    name: str
    line: str | None
    values: dict[str, Any]


COLUMNS: Final = (
    Column(
        field="name",
        label=_("Product"),
        synonyms=("product", "product name", "item", "name", "产品", "产品名称", "商品", "商品名称", "型号", "名称"),
        required=True,
        filled=True,
        max_length=120,
    ),
    Column(
        field="line",
        label=_("Product line"),
        synonyms=("series", "product line", "line", "family", "category", "产品线", "系列", "产品系列", "类别"),
        kind=ColumnKind.CHOICE,
        max_length=80,
    ),
    Column(
        field="price",
        label=_("List price"),
        synonyms=("sales_price", "price", "list price", "unit price", "单价", "价格", "标价", "销售价", "报价"),
        kind=ColumnKind.AMOUNT,
    ),
    Column(
        field="code",
        label=_("Product number"),
        synonyms=("product code", "sku", "product no", "code", "id", "产品编号", "产品编码", "编号", "物料号"),
        max_length=60,
    ),
)


def prepare(rows: Sequence[Row], context: Context) -> Prepared:
    """Turn parsed rows into products to write."""
    result = Prepared()
    there = _there([row.values["name"] for row in rows])
    for row in rows:
        key = rules.name_key(row.values["name"])
        wrong = repeated(row, key, context, "products")
        if wrong:
            result.problems.append(wrong)
            continue
        item = ProductRow(
            name=row.values["name"], line=row.values.get("line"), values=given(row, context, ("price", "code"))
        )
        result.rows.append(Ready(row.line, None, item, object_id=there.get(key)))
    return result


def _there(names: Sequence[str]) -> dict[str, int]:
    keys = {rules.name_key(name) for name in names}
    return dict(Product.objects.filter(removed_at=None, name_key__in=keys).values_list("name_key", "pk"))


def apply(rows: Sequence[Ready], context: Context) -> list[Outcome]:
    """Write ready rows: new products in bulk, changed ones amended."""
    there = _there([row.payload.name for row in rows])
    fresh = [row for row in rows if rules.name_key(row.payload.name) not in there]
    items = [NewProduct(name=r.payload.name, line=r.payload.line, **_filled(r.payload)) for r in fresh]
    ids = create_products(items, **doing(context))
    outcomes = [Outcome(row.line, pk, Did.CREATED) for row, pk in zip(fresh, ids, strict=True)]
    old = [row for row in rows if rules.name_key(row.payload.name) in there]
    return outcomes + _update([(row, there[rules.name_key(row.payload.name)]) for row in old], context)


def _filled(item: ProductRow) -> dict[str, Any]:
    return {name: value for name, value in item.values.items() if value is not None}


def _update(there: Sequence[tuple[Ready, int]], context: Context) -> list[Outcome]:
    lines = ensure_lines([row.payload.line for row, _pk in there if row.payload.line], **doing(context))
    standing = Product.objects.in_bulk([pk for _row, pk in there])
    outcomes, changes = [], []
    for row, pk in there:
        now = {"name": row.payload.name, **row.payload.values}
        if row.payload.line:
            now["line_id"] = lines[row.payload.line]
        before = {name: old for name in now if (old := getattr(standing[pk], name)) != now[name]}
        changes.append(ProductChange(product_id=pk, values={name: now[name] for name in before}))
        outcomes.append(Outcome(row.line, pk, Did.UPDATED if before else Did.UNCHANGED, stored(before)))
    amend_products([change for change in changes if change.values], **doing(context))
    return outcomes


def undo(rows: Sequence[AppliedRow], context: Context) -> None:
    """Take imported products back; amended ones get their earlier values again."""
    created = [row.object_id for row in rows if row.did is Did.CREATED]
    take_back_products(created, reason=IMPORT_UNDONE, **doing(context))
    changes = [
        ProductChange(product_id=row.object_id, values=restored(row.before or {}))
        for row in rows
        if row.did is Did.UPDATED
    ]
    amend_products(changes, **doing(context))


def accept_products(corrections: Sequence[Correction], context: Context) -> None:
    """Somebody said that these spellings mean other products: each is entered as written and merged into what it means,
    so that the same file read again says the same and nothing is posted again."""
    meant = {correction.written: correction.meant for correction in corrections if correction.field == "product"}
    if not meant:
        return
    ids = ensure_products([*meant, *meant.values()], **doing(context))
    merged = dict(Product.objects.filter(pk__in=ids.values()).values_list("pk", "merged_into_id"))
    pairs = []
    for written, right in meant.items():
        target = merged[ids[right]] or ids[right]
        if merged[ids[written]] is None and ids[written] != target:
            pairs.append((ids[written], target))
    merge_products(pairs, **doing(context))


PRODUCTS: Final = Importable(
    kind="products",
    label=_("Products"),
    object_kind=PRODUCT,
    columns=COLUMNS,
    prepare=prepare,
    apply=apply,
    undo=undo,
    permission=PERMISSION,
)
