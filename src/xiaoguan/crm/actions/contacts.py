"""The people at a customer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction

from xiaoguan.crm import rules
from xiaoguan.crm.actions.common import check_lengths, edits_of, fields_changed, locked
from xiaoguan.crm.models import Contact, Customer
from xiaoguan.journal.facts.crm import ContactCreated, ContactRemoved
from xiaoguan.journal.facts.general import EntriesReversed
from xiaoguan.journal.kinds import CONTACT, object_key, split_key
from xiaoguan.journal.models import Entry, Origin
from xiaoguan.journal.recording import Happening, Recorded, record
from xiaoguan.lib.days import company_day
from xiaoguan.org.doing import Doing
from xiaoguan.org.models import Member

EDITABLE: Final = ("name", "title", "phone", "email", "wechat")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewContact:
    """A person to be entered at a customer."""

    customer_id: int
    name: str
    title: str = ""
    phone: str = ""
    email: str = ""
    wechat: str = ""
    external_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactChange:
    """New values of some fields of ``EDITABLE``."""

    contact_id: int
    values: Mapping[str, Any]


def clean_contact(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as they are stored, with the key that follows from the name."""
    result = {name: " ".join(str(value or "").split()) for name, value in values.items() if name in EDITABLE}
    if "name" in result:
        result["name"] = rules.clean_name(result["name"], 80)
        result["name_key"] = rules.name_key(result["name"])
    check_lengths(Contact, result)
    return result


def create_contacts(
    items: Sequence[NewContact],
    *,
    by: Member | None,
    at: datetime,
    origin: int = Origin.LIVE,
    batch_id: int | None = None,
) -> list[int]:
    """Enter contacts and return their ids in order."""
    doing = Doing(by=by, at=at, origin=origin, batch_id=batch_id)
    with transaction.atomic():
        locked(Customer, [item.customer_id for item in items])
        rows = [
            Contact(
                customer_id=item.customer_id,
                external_id=item.external_id or None,
                created_at=at,
                **clean_contact({name: getattr(item, name) for name in EDITABLE}),
            )
            for item in items
        ]
        Contact.objects.bulk_create(rows)
        told = [ContactCreated(contact_id=row.pk, customer_id=row.customer_id) for row in rows]
        record([Happening(fact=fact, on=company_day(at)) for fact in told], **doing.book())
    return [row.pk for row in rows]


def amend_contacts(
    items: Sequence[ContactChange],
    *,
    by: Member | None,
    at: datetime,
    origin: int = Origin.LIVE,
    batch_id: int | None = None,
) -> list[Recorded]:
    """Change fields of contacts. All values are personal, so the entry names the fields and keeps the values apart."""
    doing = Doing(by=by, at=at, origin=origin, batch_id=batch_id)
    with transaction.atomic():
        rows = locked(Contact, [item.contact_id for item in items])
        happenings = []
        for item in items:
            row = rows[item.contact_id]
            edits = [e for e in edits_of(row, clean_contact(item.values), stated=frozenset()) if e.field != "name_key"]
            if edits:
                row.save()
                happenings.append(
                    fields_changed(
                        kind=CONTACT,
                        object_id=row.pk,
                        customer_id=row.customer_id,
                        edits=edits,
                        on=company_day(at),
                    )
                )
        return record(happenings, **doing.book())


def remove_contacts(ids: Sequence[int], *, by: Member | None, at: datetime) -> list[Recorded]:
    """The people are no longer there, or were entered by mistake; what they took part in keeps their id."""
    doing = Doing(by=by, at=at)
    with transaction.atomic():
        rows = locked(Contact, list(ids))
        Contact.objects.filter(pk__in=rows).update(removed_at=at)
        told = [ContactRemoved(contact_id=row.pk, customer_id=row.customer_id) for row in rows.values()]
        return record([Happening(fact=fact, on=company_day(at)) for fact in told], **doing.book())


def take_back_contacts(
    ids: Sequence[int],
    *,
    reason: str,
    by: Member | None,
    at: datetime,
    origin: int = Origin.LIVE,
    batch_id: int | None = None,
) -> list[Recorded]:
    """Take back that contacts were entered (an undone import): marked removed, their creation reversed."""
    doing = Doing(by=by, at=at, origin=origin, batch_id=batch_id)
    with transaction.atomic():
        rows = locked(Contact, list(ids))
        keys = [object_key(CONTACT, pk) for pk in rows]
        created = Entry.objects.filter(subject_key__in=keys, kind=ContactCreated.code)
        entries = {split_key(entry.subject_key)[1]: entry for entry in created}
        Contact.objects.filter(pk__in=rows).update(removed_at=at)
        return record([_taken_back(row, entries[row.pk], reason) for row in rows.values()], **doing.book())


def _taken_back(row: Contact, created: Entry, reason: str) -> Happening:
    on: date = created.on_date
    told = EntriesReversed(kind=CONTACT, object_id=row.pk, customer_id=row.customer_id, reason=reason)
    return Happening(fact=told, on=on, reverses=(created.id,))
