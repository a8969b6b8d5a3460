"""How other rooms name and open customers, contacts, products, lines and sources (``org.records``)."""

from collections.abc import Iterable

from xiaoguan.crm import policy
from xiaoguan.crm.models import Contact, Customer, Product, ProductLine, Source
from xiaoguan.lib.addresses import address_of
from xiaoguan.org.models import Member


def visible_customer_ids(member: Member, ids: Iterable[int]) -> set[int]:
    """Which of these customers the member may open."""
    return set(policy.visible_customers(member).filter(pk__in=list(ids)).values_list("pk", flat=True))


def customer_labels(ids: Iterable[int]) -> dict[int, str]:
    """Names of customers, removed ones included: history speaks of them."""
    return dict(Customer.objects.filter(pk__in=list(ids)).values_list("pk", "name"))


def customer_url(customer_id: int) -> str:
    """Where a customer opens."""
    return address_of("crm:customer", customer_id)


def visible_contact_ids(member: Member, ids: Iterable[int]) -> set[int]:
    """Which of these contacts the member may see, removed ones included."""
    return set(policy.known_contacts(member).filter(pk__in=list(ids)).values_list("pk", flat=True))


def contact_labels(ids: Iterable[int]) -> dict[int, str]:
    """Names of contacts."""
    return dict(Contact.objects.filter(pk__in=list(ids)).values_list("pk", "name"))


def contact_url(contact_id: int) -> str:
    """Where a contact opens: on the page of its customer."""
    return address_of("crm:contact", contact_id)


def visible_product_ids(_member: Member, ids: Iterable[int]) -> set[int]:
    """Product names are no secret in the company; their page asks for a permission of its own."""
    return set(ids)


def product_labels(ids: Iterable[int]) -> dict[int, str]:
    """Names of products; a merged one is called by what it is."""
    rows = Product.objects.filter(pk__in=list(ids)).select_related("merged_into")
    return {row.pk: (row.merged_into or row).name for row in rows}


def product_url(product_id: int) -> str:
    """Where a product opens."""
    return address_of("crm:product", product_id)


def merged_products() -> dict[int, int]:
    """Which product counts as which other one: figures by product group by it, postings keep their own."""
    rows = Product.objects.filter(merged_into__isnull=False)
    return {pk: into for pk, into in rows.values_list("pk", "merged_into_id") if into is not None}


def visible_product_line_ids(_member: Member, ids: Iterable[int]) -> set[int]:
    """Names of product lines are no secret in the company."""
    return set(ids)


def product_line_labels(ids: Iterable[int]) -> dict[int, str]:
    """Names of product lines."""
    return dict(ProductLine.objects.filter(pk__in=list(ids)).values_list("pk", "name"))


def visible_source_ids(_member: Member, ids: Iterable[int]) -> set[int]:
    """Names of sources are no secret in the company."""
    return set(ids)


def source_labels(ids: Iterable[int]) -> dict[int, str]:
    """Names of sources."""
    return dict(Source.objects.filter(pk__in=list(ids)).values_list("pk", "name"))
