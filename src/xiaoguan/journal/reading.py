"""Read the journal: entries as facts, timelines of a record, a customer or a person."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from xiaoguan.journal.facts.base import FACTS, Fact
from xiaoguan.journal.kinds import object_key
from xiaoguan.journal.models import Entry, EntryObject, PrivateValue, Reversal
from xiaoguan.journal.recording import Recorded
from xiaoguan.lib.prepared import Prepared


def fact_of(entry: Entry) -> Fact:
    """The fact that an entry tells, in its present shape."""
    return FACTS[entry.kind].from_payload(entry.payload, entry.version)


def recorded(entry: Entry) -> Recorded:
    """A stored entry in the form in which subscribers first received it."""
    return Recorded(
        id=entry.id,
        fact=fact_of(entry),
        on_date=entry.on_date,
        recorded_at=entry.recorded_at,
        known_at=entry.known_at,
        origin=entry.origin,
        actor_id=entry.actor_id,
        batch_id=entry.batch_id,
        reverses=tuple(entry.reverses or ()),
        stamp=entry.stamp,
    )


def entries_about(kind: int, object_id: int) -> QuerySet[Entry]:
    """Entries whose case is this object, newest first."""
    return Entry.objects.filter(subject_key=object_key(kind, object_id)).order_by("-id")


def entries_of_customer(customer_id: int) -> QuerySet[Entry]:
    """Entries that touch a customer (its own and those of its deals, activities …), newest first."""
    return Entry.objects.filter(customer_id=customer_id).order_by("-id")


def entries_touching(kind: int, object_id: int) -> QuerySet[Entry]:
    """Entries in which the object takes part without being their case, newest first."""
    touching = EntryObject.objects.filter(object_key=object_key(kind, object_id)).values("entry_id")
    return Entry.objects.filter(id__in=touching).order_by("-id")


def reversed_by(entry_ids: list[int]) -> dict[int, int]:
    """Which of these entries were taken back, and by which entry."""
    return dict(_reversals(entry_ids))


_reversals = Prepared(lambda ids: Reversal.objects.filter(reversed_id__in=ids).values_list("reversed_id", "entry_id"))


_private = Prepared(
    lambda ids: (
        PrivateValue.objects.filter(entry_id__in=ids)
        .order_by("id")
        .values("entry_id", "field", "about_kind", "about_id", "old", "new")
    )
)


def private_values(entry_ids: list[int]) -> dict[int, list[Mapping[str, Any]]]:
    """Personal and free-text old/new values of these entries, by entry. The caller's policy decides who reads them."""
    result: dict[int, list[Mapping[str, Any]]] = {}
    for row in _private(entry_ids):
        result.setdefault(row["entry_id"], []).append(row)
    return result
