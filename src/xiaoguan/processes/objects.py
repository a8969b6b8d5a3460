"""The objects of a log: which of them it speaks of, what it tells of them, and how they are related.

A log of millions of events speaks of millions of objects, so what is told of them goes to a scratch file and comes back
sorted by object; in memory stays one byte for each.
"""

import marshal
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from xiaoguan.journal.kinds import object_key
from xiaoguan.journal.logs import Told
from xiaoguan.processes.changing import ATTRIBUTES, LABEL, named_by, values_told
from xiaoguan.processes.events import Event
from xiaoguan.processes.mapping import STRING, object_id, shape_of

_TOUCHED, _SPOKEN = 1, 2
_CHUNK = 2_000
# The standard's moment for values that an object has from its beginning.
BEGINNING = "1970-01-01T00:00:00+00:00"


class Change(NamedTuple):
    time: str
    attribute: str
    value: Any


class LoggedObject(NamedTuple):
    """An object: the values it began with, those that changed, and (id, role) of what it is related to."""

    id: str
    kind: int
    values: dict[str, Any]
    changes: list[Change]
    related: list[tuple[str, str]]


Labels = Callable[[int, Iterable[int]], Mapping[int, str]]


class Objects:
    """Collects while events pass by; ``each`` gives the objects at the end."""

    def __init__(self, scratch: Path) -> None:
        self._seen: dict[int, bytearray] = {}
        self._rows: list[tuple[Any, ...]] = []
        self._scratch = sqlite3.connect(scratch, isolation_level=None)
        self._scratch.executescript(
            "PRAGMA journal_mode=off; PRAGMA synchronous=off; BEGIN;"
            "CREATE TABLE told (object INTEGER, day INTEGER, place INTEGER, time TEXT, told BLOB)"
        )

    def note(self, entry: Told, event: Event) -> None:
        """Remember which objects an event touches and what it tells of its subject."""
        for kind, number, _id, _role in event.objects:
            self._touch(kind, number)
        for field, kind in shape_of(entry.fact).lists:
            if (listed := entry.payload.get(field)) is not None:
                self._touch(kind, listed)
        if entry.reversed_by is not None:
            return
        kind, number, _id, _role = event.objects[0]
        first = not self._seen[kind][number] & _SPOKEN
        values = values_told(entry.fact, entry.payload, first=first)
        if values is not None:
            self._seen[kind][number] |= _SPOKEN
            day = entry.on_date.toordinal()
            self._rows.append((entry.subject_key, day, entry.place, event.time, marshal.dumps(values)))
            if len(self._rows) >= _CHUNK:
                self._flush()

    def kinds(self) -> list[int]:
        return sorted(self._seen)

    def each(self, labels: Labels) -> Iterator[LoggedObject]:
        """All objects by kind and id; ``labels`` names those that may be named."""
        self._flush()
        told = groupby(
            self._scratch.execute("SELECT object, time, told FROM told ORDER BY object, day, place"),
            key=lambda row: row[0],
        )
        key, rows = next(told, (None, iter(())))
        for kind in self.kinds():
            for numbers in _chunks(number for number, mark in enumerate(self._seen[kind]) if mark):
                names = labels(kind, numbers)
                for number in numbers:
                    here: list[tuple[str, dict[str, Any]]] = []
                    if key == object_key(kind, number):
                        here = [(time, marshal.loads(told_then)) for _key, time, told_then in rows]
                        key, rows = next(told, (None, iter(())))
                    yield _object(kind, number, here, names.get(number))

    def close(self) -> None:
        self._scratch.close()

    def _touch(self, kind: int, number: int) -> None:
        try:
            self._seen[kind][number] |= _TOUCHED
        except (KeyError, IndexError):
            seen = self._seen.setdefault(kind, bytearray())
            seen.extend(bytes(max(number + 1 - len(seen), len(seen))))
            seen[number] |= _TOUCHED

    def _flush(self) -> None:
        self._scratch.executemany("INSERT INTO told VALUES (?, ?, ?, ?, ?)", self._rows)
        self._rows.clear()


def types_of(kind: int) -> dict[str, str]:
    """Type of each attribute of a kind of object."""
    named = {name: STRING if isinstance(what, int) else what for name, what in ATTRIBUTES.get(kind, {}).items()}
    return {LABEL: STRING} | named


def _object(kind: int, number: int, told: list[tuple[str, dict[str, Any]]], label: str | None) -> LoggedObject:
    began: dict[str, Any] = {} if label is None else {LABEL: label}
    state: dict[str, Any] = {}
    changes: list[Change] = []
    related: dict[tuple[str, str], None] = {}
    for place, (time, values) in enumerate(told):
        for name, value in values.items():
            if state.get(name) == value:
                continue
            state[name] = value
            if named_by(kind, name):
                related[value, name] = None
            if place:
                changes.append(Change(time, name, value))
            else:
                began[name] = value
    return LoggedObject(object_id(kind, number), kind, began, changes, list(related))


def _chunks(numbers: Iterator[int]) -> Iterator[list[int]]:
    chunk: list[int] = []
    for number in numbers:
        chunk.append(number)
        if len(chunk) == _CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
