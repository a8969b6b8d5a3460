"""Take back what an import of something else brought along by name and nothing needs any more."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from xiaoguan.crm.actions.customers import remove_customers
from xiaoguan.crm.actions.products import take_back_products
from xiaoguan.crm.models import Contact, Customer, Product
from xiaoguan.crm.neighbours import standing_deals
from xiaoguan.journal.facts.crm import CustomerCreated, ProductCreated
from xiaoguan.journal.facts.general import IMPORT_UNDONE
from xiaoguan.journal.kinds import CUSTOMER, PRODUCT, object_key
from xiaoguan.journal.models import Entry, Origin
from xiaoguan.org.models import Member

_CODES: Final = {CUSTOMER: CustomerCreated.code, PRODUCT: ProductCreated.code}


def take_back_brought(
    customer_ids: Collection[int], product_ids: Collection[int], *, batch_id: int, by: Member | None, at: datetime
) -> None:
    """Remove the customers and products that this import created, nobody touched since and no deal or contact needs."""
    customers = _brought(CUSTOMER, customer_ids, batch_id) - _needed_customers(customer_ids)
    products = _brought(PRODUCT, product_ids, batch_id) - _needed_products(product_ids)
    if customers:
        remove_customers(sorted(customers), reason=IMPORT_UNDONE, by=by, at=at, origin=Origin.IMPORT, batch_id=batch_id)
    if products:
        take_back_products(
            sorted(products), reason=IMPORT_UNDONE, by=by, at=at, origin=Origin.IMPORT, batch_id=batch_id
        )


def _brought(kind: int, ids: Collection[int], batch_id: int) -> set[int]:
    """Those whose only entry is that this import created them."""
    keys = {object_key(kind, pk): pk for pk in ids}
    entries: dict[int, list[tuple[int, int | None]]] = {}
    for key, code, batch in Entry.objects.filter(subject_key__in=keys).values_list("subject_key", "kind", "batch_id"):
        entries.setdefault(keys[key], []).append((code, batch))
    return {pk for pk, told in entries.items() if told == [(_CODES[kind], batch_id)]}


def _needed_customers(ids: Collection[int]) -> set[int]:
    with_deals = standing_deals().filter(customer_id__in=ids).values_list("customer_id", flat=True)
    with_contacts = Contact.objects.filter(customer_id__in=ids, removed_at=None).values_list("customer_id", flat=True)
    parents = Customer.objects.filter(parent_id__in=ids, removed_at=None).values_list("parent_id", flat=True)
    return {*with_deals, *with_contacts, *(pk for pk in parents if pk)}


def _needed_products(ids: Collection[int]) -> set[int]:
    with_deals = standing_deals().filter(product_id__in=ids).values_list("product_id", flat=True)
    merged = Product.objects.filter(merged_into_id__in=ids, removed_at=None).values_list("merged_into_id", flat=True)
    return {*with_deals, *(pk for pk in merged if pk)}
