"""The page of a customer: its facts, people, company group, and what happened."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.db.models import QuerySet

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
from xiaoguan.org.records import Opened, open_records
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
    records = open_records(member, {split_key(entry.subject_key) for entry in page[:PAGE]})
    shown = [entry for entry in page[:PAGE] if _seen(entry, records)]
    reads_contacts = policy.may_see_contacts_of(member, customer)
    readable = {None, CUSTOMER, CONTACT} if reads_contacts else {None, CUSTOMER}
    told = tell(shown, lambda keys: _names(member, keys, records), may_read=lambda kind, _id: kind in readable)
    return Timeline(
        told=_with_words(told),
        next_before=page[PAGE - 1].id if len(page) > PAGE else None,
    )


def _with_words(told: list[Told]) -> list[tuple[Told, str]]:
    logged = {one.entry.id: one.entry.fact.activity_id for one in told if isinstance(one.entry.fact, ActivityLogged)}
    words = words_of(logged.values())
    return [(one, words.get(logged.get(one.entry.id, 0), "")) for one in told]


def _seen(entry: Entry, records: Mapping[Key, Opened]) -> bool:
    """Whether the member may open the entry's case; what was told of contacts stays with the customer's page."""
    key = split_key(entry.subject_key)
    return records[key].label is not None or key[0] in (CUSTOMER, CONTACT)


def _names(member: Member, keys: set[Key], known: Mapping[Key, Opened]) -> Mapping[Key, str]:
    """Colleagues are named to everybody; other records as their own policy says."""
    people = {object_id for kind, object_id in keys if kind == MEMBER}
    found = Member.objects.filter(pk__in=people).values_list("pk", "name") if people else ()
    further = open_records(member, {key for key in keys if key[0] != MEMBER and key not in known})
    return {(MEMBER, pk): name for pk, name in found} | {
        key: record.label for key, record in {**known, **further}.items() if record.label
    }


def visible_in_full(member: Member) -> QuerySet[Customer]:
    """The visible customers with everything that their page names, in one query."""
    return policy.visible_customers(member).select_related("owner", "source")
