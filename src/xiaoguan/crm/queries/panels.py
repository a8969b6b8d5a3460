"""What other rooms' pages show of a customer."""

from dataclasses import dataclass
from typing import Final

from xiaoguan.crm import policy
from xiaoguan.crm.models import Contact, Customer
from xiaoguan.lib.prepared import Prepared
from xiaoguan.org.models import Member

SHOWN: Final = 8
_contacts = Prepared(
    lambda customer: Contact.objects.filter(customer_id=customer, removed_at=None).order_by("pk")[: SHOWN + 1]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contacts:
    """The first contacts of a customer; ``allowed``: whether the member may see contacts of this customer at all."""

    contacts: list[Contact]
    more: bool
    allowed: bool


def contacts_of(member: Member, customer: Customer) -> Contacts:
    """The contacts of a customer that the member sees (the caller has settled that)."""
    if not policy.may_see_contacts_of(member, customer):
        return Contacts(contacts=[], more=False, allowed=False)
    rows = _contacts(customer.pk)
    return Contacts(contacts=rows[:SHOWN], more=len(rows) > SHOWN, allowed=True)
