"""What files of customers, contacts, products and activities may say, and how their rows are written and taken back."""

from xiaoguan.crm.imports.activities import ACTIVITIES
from xiaoguan.crm.imports.contacts import CONTACTS
from xiaoguan.crm.imports.customers import CUSTOMERS
from xiaoguan.crm.imports.products import PRODUCTS, accept_products
from xiaoguan.crm.queries.products import product_names

__all__ = ["ACTIVITIES", "CONTACTS", "CUSTOMERS", "PRODUCTS", "accept_products", "product_names"]
