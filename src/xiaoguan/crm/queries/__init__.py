"""Every read that a screen, a report or another room needs; each starts from ``policy``."""

from xiaoguan.crm.queries.records import (
    contact_labels,
    contact_url,
    customer_labels,
    customer_url,
    merged_products,
    product_labels,
    product_line_labels,
    product_url,
    source_labels,
    visible_contact_ids,
    visible_customer_ids,
    visible_product_ids,
    visible_product_line_ids,
    visible_source_ids,
)

__all__ = [
    "contact_labels",
    "contact_url",
    "customer_labels",
    "customer_url",
    "merged_products",
    "product_labels",
    "product_line_labels",
    "product_url",
    "source_labels",
    "visible_contact_ids",
    "visible_customer_ids",
    "visible_product_ids",
    "visible_product_line_ids",
    "visible_source_ids",
]
