"""An entry as an event of a log: its name, moment, values and objects."""

from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from django.utils import timezone

from xiaoguan.journal.kinds import MEMBER, split_key
from xiaoguan.journal.logs import Told
from xiaoguan.journal.models import Origin
from xiaoguan.processes.mapping import (
    BOOLEAN,
    PREFIXES,
    STRING,
    TIME,
    Shape,
    Value,
    object_id,
    shape_of,
)

_ORIGINS = {origin.value: origin.name.lower() for origin in Origin}
# What every event has beside the values of its fact.
COMMON = {"day": STRING, "recorded_at": TIME, "origin": STRING, "actor": STRING}
TAKEN_BACK = {"reversed": BOOLEAN, "reversed_by": STRING, "replaces": STRING}


class Event(NamedTuple):
    """``values`` by name; ``objects`` are (kind, number, id in the log, role)."""

    id: str
    type: str
    time: str
    values: dict[str, Value]
    objects: list[tuple[int, int, str, str]]


def types_of(shape: Shape, *, with_reversed: bool) -> dict[str, str]:
    """Type of each value that an event of this shape may have, in order."""
    return COMMON | (TAKEN_BACK if with_reversed else {}) | shape.types


def event_of(entry: Told, *, with_reversed: bool) -> Event:
    """The event that an entry is."""
    shape = shape_of(entry.fact)
    return Event(
        event_id(entry.id),
        shape.name,
        local(entry.moment),
        _values(entry, shape, with_reversed),
        _objects(entry, shape),
    )


def event_id(number: int) -> str:
    return f"e{number}"


@lru_cache(maxsize=10_000)
def local(moment: datetime) -> str:
    """A moment in the company's zone, as ISO 8601 with its offset."""
    return moment.astimezone(timezone.get_default_timezone()).isoformat()


def _values(entry: Told, shape: Shape, with_reversed: bool) -> dict[str, Value]:
    payload = entry.payload
    values: dict[str, Value] = {
        "day": entry.on_date.isoformat(),
        "recorded_at": local(entry.recorded_at),
        "origin": _ORIGINS[entry.origin],
    }
    if entry.actor_id is not None:
        values["actor"] = object_id(MEMBER, entry.actor_id)
    if with_reversed:
        values |= _taken_back(entry)
    for name, _type, field, write in shape.attributes:
        value = payload.get(field)
        if value is not None:
            values[name] = write(value) if write else value
    return values


def _taken_back(entry: Told) -> dict[str, Value]:
    values: dict[str, Value] = {"reversed": entry.reversed_by is not None}
    if entry.reversed_by is not None:
        values["reversed_by"] = event_id(entry.reversed_by)
    if entry.replaces:
        values["replaces"] = " ".join(map(event_id, entry.replaces))
    return values


def _objects(entry: Told, shape: Shape) -> list[tuple[int, int, str, str]]:
    payload = entry.payload
    kind, subject = split_key(entry.subject_key)
    found = [(kind, subject, f"{PREFIXES[kind]}{subject}", "subject")]
    for field, kind_or_none, role in shape.relations:
        number = payload.get(field)
        if number is not None:
            kind = payload["about_kind"] if kind_or_none is None else kind_or_none
            found.append((kind, number, f"{PREFIXES[kind]}{number}", role))
    if entry.actor_id is not None:
        found.append((MEMBER, entry.actor_id, f"{PREFIXES[MEMBER]}{entry.actor_id}", "actor"))
    return found
