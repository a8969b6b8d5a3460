"""The demo company's products, sources, customers and contacts: by the actions that people use, or in bulk.

The bulk form writes the same rows and tells the same facts; a test holds the two to be equal.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db import connection

from xiaoguan.crm.actions import (
    NewContact,
    NewCustomer,
    NewProduct,
    create_contacts,
    create_customers,
    create_products,
    ensure_sources,
    transfer_customers,
)
from xiaoguan.crm.actions.contacts import clean_contact
from xiaoguan.crm.actions.customers import clean
from xiaoguan.crm.models import Contact, Customer, Product
from xiaoguan.journal.facts.crm import ContactCreated, CustomerCreated, CustomerTransferred
from xiaoguan.journal.models import Origin
from xiaoguan.journal.recording import Happening, Signed
from xiaoguan.lib.bulk import insert_rows, next_id, update_rows, writer
from xiaoguan.lib.demo import EnterCustomer, HandCustomer, Ids, moment
from xiaoguan.org.models import Member

_MORNING: Final = 8 * 60 + 35
_CUSTOMER: Final = (
    "id", "name", "name_key", "match_key", "short_name", "kind", "industry", "region", "country", "city", "owner_id",
    "source_id", "credit_code", "website", "employees", "founded_year", "created_at", "updated_at",
)  # fmt: skip
_CONTACT: Final = ("id", "customer_id", "name", "name_key", "title", "phone", "email", "wechat", "created_at")


def supply(day: date, by: int, sources: Sequence[str], products: Sequence[tuple[str, str, str, int]], ids: Ids) -> None:
    """Name sources and products (line, name, number, price) on the first day; ``by`` is a person's number."""
    doing: dict[str, Any] = {
        "by": Member(pk=ids.members[by]), "at": moment(day, _MORNING), "origin": Origin.DEMO,
    }  # fmt: skip
    found = ensure_sources(sources, **doing)
    ids.sources += [found[name] for name in sources]
    new = [NewProduct(name=name, code=code, line=line, price=Decimal(price)) for line, name, code, price in products]
    ids.products += create_products(new, **doing)
    lines = dict(Product.objects.values_list("pk", "line_id"))
    ids.lines += [lines[product] or 0 for product in ids.products]


class Acting:
    """Carries the steps out one by one."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids

    def enter(self, step: EnterCustomer, doing: dict[str, Any]) -> None:
        values = {**step.values, "source_id": self._ids.sources[step.source]}
        (pk,) = create_customers([NewCustomer(name=step.name, owner_id=doing["by"].pk, values=values)], **doing)
        self._ids.customers[step.number] = pk
        create_contacts(
            [NewContact(customer_id=pk, name=p.name, title=p.title, phone=p.phone) for p in step.people], **doing
        )

    def hand(self, step: HandCustomer, doing: dict[str, Any]) -> None:
        transfer_customers([(self._ids.customers[step.customer], self._ids.members[step.to])], **doing)


class Bulk:
    """Tells what the steps cause and gathers the rows; ``flush`` writes them."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        self._next_customer, self._next_contact = next_id(Customer), next_id(Contact)
        self._owners: dict[int, int] = {}
        self._customers: list[tuple[Any, ...]] = []
        self._contacts: list[tuple[Any, ...]] = []
        self._handed: list[tuple[Any, ...]] = []
        self._write = writer(connection)

    def enter(self, step: EnterCustomer, day: date, signed: Signed) -> list[Happening]:
        pk, self._next_customer = self._next_customer, self._next_customer + 1
        owner = self._ids.members[step.by]
        self._ids.customers[step.number], self._owners[step.number] = pk, owner
        source = self._ids.sources[step.source]
        row = clean({"name": step.name, **step.values, "source_id": source}, day)
        at = self._write(signed.at)
        self._customers.append((
            pk, row["name"], row["name_key"], row["match_key"], row["short_name"], Customer.Kind.COMPANY.value,
            row["industry"], row["region"], row["country"], row["city"], owner, source, row["credit_code"], "",
            row["employees"], row["founded_year"], at, at,
        ))  # fmt: skip
        told = [
            Happening(fact=CustomerCreated(customer_id=pk, owner_id=owner, source_id=source), on=day, signed=signed)
        ]
        told += [self._contact(pk, clean_contact(person._asdict()), day, signed, at) for person in step.people]
        return told

    def _contact(self, customer: int, row: dict[str, Any], day: date, signed: Signed, at: Any) -> Happening:
        pk, self._next_contact = self._next_contact, self._next_contact + 1
        self._contacts.append((pk, customer, row["name"], row["name_key"], row["title"], row["phone"], "", "", at))
        return Happening(fact=ContactCreated(contact_id=pk, customer_id=customer), on=day, signed=signed)

    def hand(self, step: HandCustomer, day: date, signed: Signed) -> list[Happening]:
        pk, to = self._ids.customers[step.customer], self._ids.members[step.to]
        owner_from, self._owners[step.customer] = self._owners[step.customer], to
        self._handed.append((pk, to, self._write(signed.at)))
        told = CustomerTransferred(customer_id=pk, owner_from=owner_from, owner_id=to)
        return [Happening(fact=told, on=day, signed=signed)]

    def flush(self) -> None:
        """Write what was gathered; what was told of it may be recorded afterwards."""
        insert_rows(Customer, _CUSTOMER, self._customers, ids=False)
        insert_rows(Contact, _CONTACT, self._contacts, ids=False)
        update_rows(Customer, ("owner_id", "updated_at"), self._handed)
        for rows in (self._customers, self._contacts, self._handed):
            rows.clear()
