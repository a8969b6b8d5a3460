"""Every read that a screen, a report or another room needs; each starts from ``policy``."""

from xiaoguan.crm.queries.records import (
    contact_labels,
    contact_url,
    contacts_seen,
    customer_labels,
    customer_url,
    customers_seen,
    merged_products,
    product_labels,
    product_line_labels,
    product_url,
    source_labels,
)

__all__ = [
    "contact_labels",
    "contact_url",
    "contacts_seen",
    "customer_labels",
    "customer_url",
    "customers_seen",
    "merged_products",
    "product_labels",
    "product_line_labels",
    "product_url",
    "source_labels",
]
