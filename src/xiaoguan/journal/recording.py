"""``record``: the only way into the journal.

Called by actions inside the transaction that changes their tables. Looks up once what the day needs (the
stamp), appends the entries and hands them to the subscribers that ``config`` named at start-up.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import connection

from xiaoguan.journal.facts.base import Fact
from xiaoguan.journal.models import Entry, EntryObject, Origin, PrivateValue, Reversal
from xiaoguan.lib.bulk import insert_rows, writer
from xiaoguan.lib.jsontext import compact

Stamp = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Private:
    """An old and a new value that must be erasable: personal, or free text."""

    field: str
    about_kind: int | None = None
    about_id: int | None = None
    old: str | None = None
    new: str | None = None


class Signed(NamedTuple):
    """Who recorded something, and at which moment."""

    by: int | None
    at: datetime


class Happening(NamedTuple):
    """A fact with the day it belongs to, ready to be recorded.

    ``known_at`` is when the company knew it (imports may state one); ``known_assumed`` marks a guess. ``reverses``
    names the entries that this one takes back; ``dedupe_key`` makes a second recording fail. ``signed`` is for a call
    that tells what several people did at several moments (a day of the demo company).
    """

    fact: Fact
    on: date
    occurred_at: datetime | None = None
    known_at: datetime | None = None
    known_assumed: bool = False
    reverses: tuple[int, ...] = ()
    dedupe_key: str | None = None
    private: tuple[Private, ...] = ()
    signed: Signed | None = None


class Recorded(NamedTuple):
    """An entry as subscribers receive it, right after it was appended."""

    id: int
    fact: Fact
    on_date: date
    recorded_at: datetime
    known_at: datetime
    origin: int
    actor_id: int | None
    batch_id: int | None
    reverses: tuple[int, ...]
    stamp: Stamp


StampProvider = Callable[[Sequence[Happening]], list[Stamp]]
Subscriber = Callable[[list[Recorded]], None]


@dataclass(slots=True)
class _Wiring:
    stamps: list[StampProvider] = field(default_factory=list)
    subscribers: list[Subscriber] = field(default_factory=list)


_wiring = _Wiring()


def configure(*, stamps: Sequence[StampProvider], subscribers: Sequence[Subscriber]) -> None:
    """Say who supplies the stamp and who hears of entries, in order. Called once by ``config`` at start-up."""
    _wiring.stamps = list(stamps)
    _wiring.subscribers = list(subscribers)


def record(
    happenings: Sequence[Happening],
    *,
    by: int | None,
    at: datetime,
    origin: int = Origin.LIVE,
    batch_id: int | None = None,
) -> list[Recorded]:
    """Append one entry for each happening and tell the subscribers. ``by`` is a member's id, ``at`` the moment of
    recording, both unless a happening is signed by itself. Must run inside the caller's transaction; raises
    IntegrityError for a second use of a dedupe key and for the second reversal of an entry."""
    if not connection.in_atomic_block:
        raise RuntimeError("record() must run inside the transaction of the change it tells")
    if not happenings:
        return []
    entries = _append(happenings, _stamps(happenings), Signed(by, at), origin, batch_id)
    _append_relations(entries, happenings)
    for subscriber in _wiring.subscribers:
        subscriber(entries)
    return entries


def _stamps(happenings: Sequence[Happening]) -> list[Stamp]:
    """The stamp of each happening. Those with the same parts share one, so nobody may change it."""
    if not _wiring.stamps:
        return [{}] * len(happenings)
    told = [provider(happenings) for provider in _wiring.stamps]
    made: dict[tuple[int, ...], Stamp] = {}
    stamps = []
    for parts in zip(*told, strict=True):
        key = tuple(map(id, parts))
        stamp = made.get(key)
        if stamp is None:
            stamp = made[key] = {name: value for part in parts for name, value in part.items()}
        stamps.append(stamp)
    return stamps


_COLUMNS = (
    "occurred_at", "recorded_at", "known_at", "subject_key", "customer_id", "actor_id", "batch_id", "on_date",
    "kind", "version", "origin", "known_assumed", "dedupe_key", "reverses", "payload", "stamp",
)  # fmt: skip


def _append(
    happenings: Sequence[Happening],
    stamps: list[Stamp],
    signed: Signed,
    origin: int,
    batch_id: int | None,
) -> list[Recorded]:
    moment = writer(connection)
    stamped = {key: compact(stamp) for key, stamp in {id(stamp): stamp for stamp in stamps}.items()}
    rows = []
    for happening, stamp in zip(happenings, stamps, strict=True):
        told = happening.fact
        by, at = happening.signed or signed
        recorded_at = moment(at)
        rows.append((
            moment(happening.occurred_at) if happening.occurred_at else recorded_at,
            recorded_at,
            moment(happening.known_at) if happening.known_at else recorded_at,
            told.subject_key(),
            told.customer_of(),
            by,
            batch_id,
            moment(happening.on),
            told.code,
            told.version,
            int(origin),
            happening.known_assumed,
            happening.dedupe_key,
            compact(list(happening.reverses)) if happening.reverses else None,
            compact(told.payload()),
            stamped[id(stamp)],
        ))  # fmt: skip
    ids = insert_rows(Entry, _COLUMNS, rows)
    return [
        _recorded(entry_id, happening, stamp, happening.signed or signed, origin, batch_id)
        for entry_id, happening, stamp in zip(ids, happenings, stamps, strict=True)
    ]


def _recorded(
    entry_id: int, told: Happening, stamp: Stamp, signed: Signed, origin: int, batch_id: int | None
) -> Recorded:
    return Recorded(
        id=entry_id, fact=told.fact, on_date=told.on, recorded_at=signed.at, known_at=told.known_at or signed.at,
        origin=int(origin), actor_id=signed.by, batch_id=batch_id, reverses=told.reverses, stamp=stamp,
    )  # fmt: skip


def _append_relations(entries: list[Recorded], happenings: Sequence[Happening]) -> None:
    objects = [(key, e.id, role) for e in entries for key, role in e.fact.further_objects()]
    insert_rows(EntryObject, ("object_key", "entry_id", "role"), objects, ids=False)
    reversals = [(e.id, target) for e in entries for target in e.reverses]
    insert_rows(Reversal, ("entry_id", "reversed_id"), reversals)
    private = [
        (e.id, p.field, p.about_kind, p.about_id, p.old, p.new)
        for e, h in zip(entries, happenings, strict=True)
        for p in h.private
    ]
    insert_rows(PrivateValue, ("entry_id", "field", "about_kind", "about_id", "old", "new"), private)
