"""Product lines, products, sources, and products that turned out to be others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from xiaoguan.crm import rules
from xiaoguan.crm.actions.aliases import remember
from xiaoguan.crm.actions.common import check_amount, check_lengths, edits_of, fields_changed, lock_names, locked
from xiaoguan.crm.models import Alias, Product, ProductLine
from xiaoguan.crm.neighbours import standing_deals
from xiaoguan.journal.facts.crm import ProductCreated, ProductLineCreated, ProductMerged
from xiaoguan.journal.facts.general import EntriesReversed
from xiaoguan.journal.kinds import PRODUCT, object_key, split_key
from xiaoguan.journal.models import Entry, Origin, Reversal
from xiaoguan.journal.recording import Happening, Recorded, record
from xiaoguan.lib.days import company_day
from xiaoguan.lib.refusal import Refusal
from xiaoguan.org.doing import Doing
from xiaoguan.org.models import Member

EDITABLE: Final = ("name", "code", "line_id", "price", "active")
_STATED: Final = frozenset({"code", "line_id", "price", "active"})


@dataclass(frozen=True, slots=True, kw_only=True)
class NewProduct:
    """A product to be entered; ``line`` is the name of its line, which is created if there is none."""

    name: str
    code: str | None = None
    line: str | None = None
    price: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductChange:
    """New values of some fields of ``EDITABLE``."""

    product_id: int
    values: Mapping[str, Any]


def create_products(
    items: Sequence[NewProduct],
    *,
    by: Member | None,
    at: datetime,
    origin: int = Origin.LIVE,
    batch_id: int | None = None,
) -> list[int]:
    """Enter products and return their ids in order. Refused where a name or a number is in use."""
    doing = Doing(by=by, at=at, origin=origin, batch_id=batch_id)
    with transaction.atomic():
        lock_names()
        lines = _lines([item.line for item in items if item.line], doing)
        rows = [
            Product(**_clean({"name": i.name, "code": i.code, "price": i.price}), line_id=_line_of(i, lines))
            for i in items
        ]
        _refuse_taken(rows)
        Product.objects.bulk_create(rows)
        told = [ProductCreated(product_id=row.pk, product_line_id=row.line_id, price=row.price) for row in rows]
        record([Happening(fact=fact, on=company_day(at)) for fact in told], **doing.book())
    return [row.pk for row in rows]


def _line_of(item: NewProduct, lines: Mapping[str, int]) -> int | None:
    return lines[rules.name_key(item.line)] if item.line else None


def _clean(values: Mapping[str, Any]) -> dict[str, Any]:
    result = dict(values)
    if "name" in result:
        result["name"] = rules.clean_name(result["name"], 120)
        result["name_key"] = rules.name_key(result["name"])
    if "code" in result:
        result["code"] = " ".join(str(result["code"] or "").split()) or None
    check_amount(result.get("price"), "price")
    check_lengths(Product, {name: value for name, value in result.items() if name != "line_id"})
    return result


def _refuse_taken(rows: Sequence[Product]) -> None:
    for name, field in (("name_key", "name"), ("code", "code")):
        wanted = [value for row in rows if (value := getattr(row, name))]
        others = Product.objects.filter(removed_at=None, **{f"{name}__in": wanted})
        taken = others.exclude(pk__in=[row.pk for row in rows if row.pk]).first()
        if taken or len(set(wanted)) < len(wanted):
            raise Refusal(
                _("There is a product “%(name)s” with this name or number already.")
                % {"name": taken.name if taken else rows[0].name},
                field=field,
                code="taken",
            )


def _lines(names: Sequence[str], doing: Doing) -> dict[str, int]:
    """Product lines by key of their name, created where there are none. The names are locked."""
    wanted = {rules.name_key(name): rules.clean_name(name, 80) for name in names}
    found = dict(ProductLine.objects.filter(name_key__in=wanted).values_list("name_key", "pk"))
    missing = [ProductLine(name=name, name_key=key) for key, name in wanted.items() if key not in found]
    if missing:
        ProductLine.objects.bulk_create(missing)
        told = [ProductLineCreated(product_line_id=line.pk) for line in missing]
        record([Happening(fact=fact, on=company_day(doing.at)) for fact in told], **doing.book())
    return found | {line.name_key: line.pk for line in missing}


def ensure_lines(
    names: Sequence[str],
    *,
    by: Member | None,
    at: datetime,
    origin: int = Origin.LIVE,
    batch_id: int | None = None,
) -> dict[str, int]:
    """Ids of product lines by their names as given, created where there are none."""
    with transaction.atomic():
        lock_names()
        found = _lines(names, Doing(by=by, at=at, origin=origin, batch_id=batch_id))
    return {name: found[rules.name_key(name)] for name in names}


def amend_products(
    items: Sequence[ProductChange],
    *,
    by: Member | None,
    at: datetime,
    origin: int = Origin.LIVE,
    batch_id: int | None = None,
) -> list[Recorded]:
    """Change fields of products. What was sold before keeps its line and price in the books."""
    doing = Doing(by=by, at=at, origin=origin, batch_id=batch_id)
    with transaction.atomic():
        lock_names()
        rows = locked(Product, [item.product_id for item in items])
        happenings = []
        for item in items:
            row = rows[item.product_id]
            edits = [e for e in edits_of(row, _clean(item.values), stated=_STATED) if e.field != "name_key"]
            if edits:
                _refuse_taken([row])
                row.save()
                happenings.append(
                    fields_changed(kind=PRODUCT, object_id=row.pk, customer_id=None, edits=edits, on=company_day(at))
                )
        return record(happenings, **doing.book())


def merge_products(
    pairs: Sequence[tuple[int, int]],
    *,
    by: Member | None,
    at: datetime,
    origin: int = Origin.LIVE,
    batch_id: int | None = None,
) -> list[Recorded]:
    """Say that products are others: pairs of (product id, id of what it is). Nothing is posted again: figures read the
    one as the other, and its spelling is remembered. Refused for itself and for one that is merged already."""
    doing = Doing(by=by, at=at, origin=origin, batch_id=batch_id)
    with transaction.atomic():
        rows = locked(Product, [pk for pair in pairs for pk in pair])
        for source_id, into_id in pairs:
            _check_merge(rows[source_id], rows[into_id])
            rows[source_id].merged_into_id, rows[source_id].active = into_id, False
            rows[source_id].save(update_fields=["merged_into", "active"])
            # What was merged into it before follows, so that one step always leads to what counts.
            Product.objects.filter(merged_into_id=source_id).update(merged_into_id=into_id)
        remember(Alias.Kind.PRODUCT, {rows[one].name: into for one, into in pairs}, doing)
        told = [ProductMerged(product_id=source_id, into_id=into_id) for source_id, into_id in pairs]
        return record([Happening(fact=fact, on=company_day(at)) for fact in told], **doing.book())


def _check_merge(source: Product, into: Product) -> None:
    if source.pk == into.pk:
        raise Refusal(_("A product cannot be merged into itself."), field="into", code="itself")
    if source.merged_into_id or into.merged_into_id:
        raise Refusal(_("One of the two is merged into another product already."), field="into", code="merged")


def separate_product(product_id: int, *, by: Member | None, at: datetime) -> list[Recorded]:
    """Take back the merging of a product: it stands for itself again."""
    with transaction.atomic():
        row = locked(Product, [product_id])[product_id]
        entries = Entry.objects.filter(subject_key=object_key(PRODUCT, product_id), kind=ProductMerged.code)
        gone = Reversal.objects.filter(reversed_id__in=entries.values("id")).values("reversed_id")
        merged = entries.exclude(id__in=gone).order_by("-id").first()
        if row.merged_into_id is None or merged is None:
            raise Refusal(_("This product is not merged into another one."), code="not_merged")
        row.merged_into_id, row.active = None, True
        row.save(update_fields=["merged_into", "active"])
        Alias.objects.filter(kind=Alias.Kind.PRODUCT, written_key=row.name_key).delete()
        told = EntriesReversed(kind=PRODUCT, object_id=product_id, reason="mistake")
        happening = Happening(fact=told, on=merged.on_date, reverses=(merged.id,))
        return record([happening], **Doing(by=by, at=at).book())


def take_back_products(
    ids: Sequence[int],
    *,
    reason: str,
    by: Member | None,
    at: datetime,
    origin: int = Origin.LIVE,
    batch_id: int | None = None,
) -> list[Recorded]:
    """Take back that products were entered (an undone import). Refused while deals that stand name one of them."""
    doing = Doing(by=by, at=at, origin=origin, batch_id=batch_id)
    with transaction.atomic():
        rows = locked(Product, list(ids))
        from_deals = standing_deals().filter(product_id__in=rows).values_list("product__name", flat=True).first()
        if from_deals or Product.objects.filter(merged_into_id__in=rows, removed_at=None).exists():
            raise Refusal(
                _("“%(name)s” cannot be removed: deals or merged products belong to it.")
                % {"name": from_deals or rows[ids[0]].name},
                code="needed",
            )
        keys = [object_key(PRODUCT, pk) for pk in rows]
        created = Entry.objects.filter(subject_key__in=keys, kind=ProductCreated.code)
        entries = {split_key(entry.subject_key)[1]: entry for entry in created}
        Product.objects.filter(pk__in=rows).update(removed_at=at, active=False)
        return record(
            [
                Happening(
                    fact=EntriesReversed(kind=PRODUCT, object_id=pk, reason=reason),
                    on=entries[pk].on_date,
                    reverses=(entries[pk].id,),
                )
                for pk in ids
            ],
            **doing.book(),
        )
