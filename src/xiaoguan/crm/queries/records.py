"""How other rooms name and open customers, contacts, products, lines and sources (``org.records``)."""

from collections.abc import Iterable

from xiaoguan.crm import policy
from xiaoguan.crm.models import Contact, Customer, Product, ProductLine, Source
from xiaoguan.lib.addresses import address_of
from xiaoguan.lib.prepared import Prepared
from xiaoguan.org.models import Member

_seen = Prepared(lambda ids, persons: policy.customers_within(persons).filter(pk__in=ids).values_list("pk", "name"))
_products = Prepared(lambda ids: Product.objects.filter(pk__in=ids).select_related("merged_into"))


def customers_seen(member: Member, ids: Iterable[int]) -> dict[int, str]:
    """The names of those customers that the member may open."""
    return dict(_seen(list(ids), policy.viewed_owners(member)))


def customer_labels(ids: Iterable[int]) -> dict[int, str]:
    """Names of customers, removed ones included: history speaks of them."""
    return dict(Customer.objects.filter(pk__in=list(ids)).values_list("pk", "name"))


def customer_url(customer_id: int) -> str:
    """Where a customer opens."""
    return address_of("crm:customer", customer_id)


def contacts_seen(member: Member, ids: Iterable[int]) -> dict[int, str]:
    """The names of those contacts that the member may see, removed ones included."""
    return dict(policy.known_contacts(member).filter(pk__in=list(ids)).values_list("pk", "name"))


def contact_labels(ids: Iterable[int]) -> dict[int, str]:
    """Names of contacts."""
    return dict(Contact.objects.filter(pk__in=list(ids)).values_list("pk", "name"))


def contact_url(contact_id: int) -> str:
    """Where a contact opens: on the page of its customer."""
    return address_of("crm:contact", contact_id)


def product_labels(ids: Iterable[int]) -> dict[int, str]:
    """Names of products, which are no secret in the company; a merged one is called by what it is."""
    return {row.pk: (row.merged_into or row).name for row in _products(list(ids))}


def product_url(product_id: int) -> str:
    """Where a product opens."""
    return address_of("crm:product", product_id)


def merged_products() -> dict[int, int]:
    """Which product counts as which other one: figures by product group by it, postings keep their own."""
    rows = Product.objects.filter(merged_into__isnull=False)
    return {pk: into for pk, into in rows.values_list("pk", "merged_into_id") if into is not None}


def product_line_labels(ids: Iterable[int]) -> dict[int, str]:
    """Names of product lines."""
    return dict(ProductLine.objects.filter(pk__in=list(ids)).values_list("pk", "name"))


def source_labels(ids: Iterable[int]) -> dict[int, str]:
    """Names of sources."""
    return dict(Source.objects.filter(pk__in=list(ids)).values_list("pk", "name"))
