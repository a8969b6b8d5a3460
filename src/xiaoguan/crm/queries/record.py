"""The page of a customer: its facts, people, company group, and whether it has gone silent."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import QuerySet

from xiaoguan.crm import policy
from xiaoguan.crm.models import Contact, Customer
from xiaoguan.crm.queries.attention import Silence, silence_of
from xiaoguan.lib.prepared import Prepared
from xiaoguan.org.by_owner import SeenByOwner
from xiaoguan.org.models import Member

CONTACTS_SHOWN: Final = 8
MOST_CONTACTS: Final = 500
SUBSIDIARIES_SHOWN: Final = 20
_MOST_SUBSIDIARIES: Final = 1_000
_standing = Prepared(
    lambda customer, most: Contact.objects.filter(customer_id=customer, removed_at=None).order_by("pk")[:most]
)
# Removed ones too: with a second condition SQLite reads all customers, because most have the same parent, none.
_in_group = Prepared(
    lambda parent: Customer.objects.filter(parent_id=parent).values_list("pk", flat=True)[:_MOST_SUBSIDIARIES]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerPage:
    """What the page of a customer shows beside its story."""

    customer: Customer
    contacts: list[Contact]
    contact_count: int
    may_see_contacts: bool
    call: Contact | None
    parent: Customer | None
    hidden_parent: bool
    subsidiaries: list[Customer]
    may_edit: bool
    may_transfer: bool
    silence: Silence | None


def customer_page(member: Member, customer: Customer, today: date, *, all_contacts: bool = False) -> CustomerPage:
    """The customer (the caller has settled that the member sees it) with what hangs on it and he may see."""
    visible = policy.visible_customers(member)
    parent = visible.filter(pk=customer.parent_id).first() if customer.parent_id else None
    sees_contacts = policy.may_see_contacts_of(member, customer)
    contacts, contact_count = _contacts(customer, all_contacts) if sees_contacts else ([], 0)
    return CustomerPage(
        customer=customer,
        contacts=contacts,
        contact_count=contact_count,
        may_see_contacts=sees_contacts,
        call=next((contact for contact in contacts if contact.phone), None),
        parent=parent,
        hidden_parent=bool(customer.parent_id) and parent is None,
        subsidiaries=_subsidiaries(visible, customer),
        may_edit=policy.may_edit(member, customer),
        may_transfer=policy.may_transfer(member, customer),
        silence=silence_of(member, customer, today),
    )


def _contacts(customer: Customer, all_of_them: bool) -> tuple[list[Contact], int]:
    """The first few, or as many as anybody can read, and how many there are."""
    rows = _standing(customer.pk, most=MOST_CONTACTS if all_of_them else CONTACTS_SHOWN + 1)
    if all_of_them or len(rows) <= CONTACTS_SHOWN:
        return rows, len(rows)
    return rows[:CONTACTS_SHOWN], customer.contacts.filter(removed_at=None).count()


def _subsidiaries(visible: QuerySet[Customer], customer: Customer) -> list[Customer]:
    """Most customers have none: asked by the group first, and only then who may see them."""
    ids = _in_group(customer.pk)
    return list(visible.filter(pk__in=ids).order_by("name_key")[:SUBSIDIARIES_SHOWN]) if ids else []


visible_in_full: SeenByOwner[Customer] = SeenByOwner(
    lambda persons: policy.customers_within(persons).select_related("owner", "source"), policy.viewed_owners
)
"""The visible customers with everything that their page names, in one query."""
