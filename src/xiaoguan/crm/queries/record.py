"""The page of a customer: its facts, people, company group, and what happened."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from xiaoguan.crm import policy
from xiaoguan.crm.models import Contact, Customer
from xiaoguan.journal.facts.calendar import ActivityLogged
from xiaoguan.journal.facts.crm import ContactRemoved, CustomerTransferred
from xiaoguan.journal.facts.general import FieldsChanged
from xiaoguan.journal.kinds import CONTACT, CUSTOMER, MEMBER, split_key
from xiaoguan.journal.models import Entry
from xiaoguan.journal.reading import entries_of_customer
from xiaoguan.journal.sentences import Key, Told, tell
from xiaoguan.org.models import Member
from xiaoguan.org.records import open_records
from xiaoguan.services.calendar.queries import words_of

PAGE: Final = 30
_OWN_KINDS: Final = (FieldsChanged.code, CustomerTransferred.code, ContactRemoved.code)


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerPage:
    """What the page of a customer shows beside its story."""

    customer: Customer
    contacts: list[Contact]
    may_see_contacts: bool
    parent: Customer | None
    hidden_parent: bool
    subsidiaries: list[Customer]
    may_edit: bool
    may_transfer: bool


def customer_page(member: Member, customer: Customer) -> CustomerPage:
    """The customer (the caller has settled that the member sees it) with what hangs on it and he may see."""
    visible = policy.visible_customers(member)
    parent = visible.filter(pk=customer.parent_id).first() if customer.parent_id else None
    contacts = policy.visible_contacts(member).filter(customer=customer).order_by("pk")
    return CustomerPage(
        customer=customer,
        contacts=list(contacts),
        may_see_contacts=policy.may_see_contacts_of(member, customer),
        parent=parent,
        hidden_parent=bool(customer.parent_id) and parent is None,
        subsidiaries=list(visible.filter(parent=customer).order_by("name_key")[:20]),
        may_edit=policy.may_edit(member, customer),
        may_transfer=policy.may_transfer(member, customer),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """A page of a customer's story, newest first; ``next_before`` is the entry from which the older ones follow."""

    told: list[tuple[Told, str]]
    """each with the words of the activity that it tells, where there are any"""
    next_before: int | None


def timeline(member: Member, customer: Customer, *, before: int | None = None, changes: bool = False) -> Timeline:
    """What happened with a customer: its own entries and those of its deals, contacts, activities and tasks, as far as
    the member may open them. ``changes`` leaves only who changed what of the customer and its contacts."""
    entries = entries_of_customer(customer.pk)
    if changes:
        entries = entries.filter(kind__in=_OWN_KINDS)
    if before:
        entries = entries.filter(id__lt=before)
    page = list(entries[: PAGE + 1])
    shown = _seen(member, page[:PAGE])
    reads_contacts = policy.may_see_contacts_of(member, customer)
    readable = {None, CUSTOMER, CONTACT} if reads_contacts else {None, CUSTOMER}
    told = tell(shown, lambda keys: _names(member, keys), may_read=lambda kind, _id: kind in readable)
    return Timeline(
        told=_with_words(told),
        next_before=page[PAGE - 1].id if len(page) > PAGE else None,
    )


def _with_words(told: list[Told]) -> list[tuple[Told, str]]:
    logged = {one.entry.id: one.entry.fact.activity_id for one in told if isinstance(one.entry.fact, ActivityLogged)}
    words = words_of(logged.values())
    return [(one, words.get(logged.get(one.entry.id, 0), "")) for one in told]


def _seen(member: Member, entries: list[Entry]) -> list[Entry]:
    """Entries whose case the member may open; a removed contact's entries stay with the customer's page."""
    keys = {split_key(entry.subject_key) for entry in entries}
    opened = {key for key, record in open_records(member, keys).items() if record.label is not None}
    return [
        entry for entry in entries if (key := split_key(entry.subject_key)) in opened or key[0] in (CUSTOMER, CONTACT)
    ]


def _names(member: Member, keys: set[Key]) -> Mapping[Key, str]:
    """Colleagues are named to everybody; other records as their own policy says."""
    people = {object_id for kind, object_id in keys if kind == MEMBER}
    found = Member.objects.filter(pk__in=people).values_list("pk", "name") if people else ()
    others = {key for key in keys if key[0] != MEMBER}
    return {(MEMBER, pk): name for pk, name in found} | {
        key: seen.label for key, seen in open_records(member, others).items() if seen.label
    }
