"""Every write of this module; the bulk form is the only one."""

from xiaoguan.crm.actions.aliases import remember
from xiaoguan.crm.actions.brought import take_back_brought
from xiaoguan.crm.actions.contacts import (
    ContactChange,
    NewContact,
    amend_contacts,
    create_contacts,
    remove_contacts,
    take_back_contacts,
)
from xiaoguan.crm.actions.customers import (
    CustomerChange,
    NewCustomer,
    amend_customers,
    create_customers,
    remove_customers,
    transfer_customers,
)
from xiaoguan.crm.actions.naming import ensure_customers, ensure_products, ensure_sources, known_customers
from xiaoguan.crm.actions.products import (
    NewProduct,
    ProductChange,
    amend_products,
    create_products,
    ensure_lines,
    merge_products,
    separate_product,
    take_back_products,
)
from xiaoguan.crm.actions.wins import note_first_wins, recount_first_wins

__all__ = [
    "ContactChange",
    "CustomerChange",
    "NewContact",
    "NewCustomer",
    "NewProduct",
    "ProductChange",
    "amend_contacts",
    "amend_customers",
    "amend_products",
    "create_contacts",
    "create_customers",
    "create_products",
    "ensure_customers",
    "ensure_lines",
    "ensure_products",
    "ensure_sources",
    "known_customers",
    "merge_products",
    "note_first_wins",
    "recount_first_wins",
    "remember",
    "remove_contacts",
    "remove_customers",
    "separate_product",
    "take_back_brought",
    "take_back_contacts",
    "take_back_products",
    "transfer_customers",
]
