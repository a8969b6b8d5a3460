"""Products for their page and for choosing."""

from dataclasses import dataclass

from django.db.models import OuterRef, QuerySet

from xiaoguan.crm import policy, rules
from xiaoguan.crm.models import Product, ProductLine
from xiaoguan.crm.neighbours import standing_deals
from xiaoguan.lib.counting import COUNT_TO, counted
from xiaoguan.org.models import Member


@dataclass(frozen=True, slots=True)
class ProductRow:
    """A product with how many deals name it, up to one more than ``COUNT_TO``, and which spellings were merged into
    it."""

    product: Product
    deals: int
    merged: list[Product]


def products(member: Member, search: str = "") -> list[ProductRow]:
    """The products that stand for themselves, by line and name; two queries."""
    rows = policy.visible_products(member).select_related("line")
    merged: dict[int, list[Product]] = {}
    for row in rows.filter(merged_into__isnull=False).order_by("name_key"):
        merged.setdefault(row.merged_into_id or 0, []).append(row)
    named = counted(standing_deals().filter(product_id=OuterRef("pk")))
    counts = dict(rows.order_by().annotate(named=named).values_list("pk", "named"))
    key = rules.name_key(search)
    own = rows.filter(merged_into=None).order_by("line__name_key", "name_key")
    return [
        ProductRow(
            row,
            min(sum(counts[pk] for pk in [row.pk, *(m.pk for m in merged.get(row.pk, []))]), COUNT_TO + 1),
            merged.get(row.pk, []),
        )
        for row in own
        if not key or key in row.name_key or any(key in m.name_key for m in merged.get(row.pk, []))
    ]


def merge_targets(member: Member, product: Product) -> QuerySet[Product]:
    """What a product can be merged into."""
    others = policy.visible_products(member).filter(merged_into=None).exclude(pk=product.pk)
    return others.order_by("name_key")


def lines(member: Member) -> list[ProductLine]:
    """Product lines by name."""
    return list(policy.visible_lines(member))


def product_names() -> list[str]:
    """Names of products that stand for themselves, for proposing corrections of spelling in files."""
    return list(Product.objects.filter(merged_into=None, removed_at=None).values_list("name", flat=True))
