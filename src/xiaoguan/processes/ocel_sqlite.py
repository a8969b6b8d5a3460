"""Writes OCEL 2.0 as an SQLite file: one transaction, indexes at its end."""

import sqlite3
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from xiaoguan.journal.kinds import NAMES
from xiaoguan.processes.events import Event
from xiaoguan.processes.mapping import BOOLEAN, FLOAT, INTEGER, STRING, TIME
from xiaoguan.processes.objects import BEGINNING, LoggedObject

_TABLES = """
CREATE TABLE event (ocel_id TEXT, ocel_type TEXT);
CREATE TABLE object (ocel_id TEXT, ocel_type TEXT);
CREATE TABLE event_object (ocel_event_id TEXT, ocel_object_id TEXT, ocel_qualifier TEXT);
CREATE TABLE object_object (ocel_source_id TEXT, ocel_target_id TEXT, ocel_qualifier TEXT);
CREATE TABLE event_map_type (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT);
CREATE TABLE object_map_type (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT);
"""
_INDEXES = """
CREATE UNIQUE INDEX event_id ON event (ocel_id);
CREATE UNIQUE INDEX object_id ON object (ocel_id);
CREATE UNIQUE INDEX event_object_source ON event_object (ocel_event_id, ocel_object_id, ocel_qualifier);
CREATE INDEX event_object_target ON event_object (ocel_object_id);
CREATE UNIQUE INDEX object_object_source ON object_object (ocel_source_id, ocel_target_id, ocel_qualifier);
CREATE INDEX object_object_target ON object_object (ocel_target_id);
"""
_SQL_TYPES = {STRING: "TEXT", TIME: "TIMESTAMP", INTEGER: "INTEGER", FLOAT: "REAL", BOOLEAN: "BOOLEAN"}
_CHUNK = 2_000


class SqliteLog:
    """One file: any number of ``events``, ``objects`` once, ``finish``."""

    def __init__(self, path: Path, event_types: Mapping[str, Mapping[str, str]]) -> None:
        self._event_types = event_types
        self._made: set[str] = set()
        self._database = sqlite3.connect(path, isolation_level=None)
        # A killed export leaves a scratch file and nothing else, so there is nothing to roll back to.
        self._database.executescript("PRAGMA journal_mode=off; PRAGMA synchronous=off; BEGIN;" + _TABLES)

    def events(self, events: list[Event]) -> None:
        self._many("event", 2, [(event.id, event.type) for event in events])
        related = [(event.id, called, role) for event in events for _kind, _number, called, role in event.objects]
        self._many("event_object", 3, related)
        for name, group in groupby(sorted(events, key=lambda event: event.type), key=lambda event: event.type):
            columns = self._event_types[name]
            self._make(f"event_{name}", "ocel_id TEXT, ocel_time TIMESTAMP", columns)
            rows = [(event.id, event.time, *map(event.values.get, columns)) for event in group]
            self._many(f"event_{name}", 2 + len(columns), rows)

    def objects(self, objects: Iterator[LoggedObject], types: Mapping[int, Mapping[str, str]]) -> None:
        for kind, group in groupby(objects, key=lambda item: item.kind):
            columns, name = types[kind], f"object_{NAMES[kind]}"
            self._make(name, "ocel_id TEXT, ocel_time TIMESTAMP, ocel_changed_field TEXT", columns)
            for chunk in _chunks(group):
                self._many("object", 2, [(item.id, NAMES[kind]) for item in chunk])
                self._many(
                    "object_object", 3, [(item.id, target, role) for item in chunk for target, role in item.related]
                )
                self._many(name, 3 + len(columns), [row for item in chunk for row in _rows(item, columns)])

    def finish(self, events: Mapping[str, Mapping[str, str]], kinds: Mapping[int, Mapping[str, str]]) -> None:
        """Maps of the types, and the indexes."""
        self._many("event_map_type", 2, [(name, name) for name in events])
        self._many("object_map_type", 2, [(NAMES[kind], NAMES[kind]) for kind in kinds])
        own = [f'CREATE INDEX "{table}_id" ON "{table}" (ocel_id)' for table in sorted(self._made)]
        # One by one: executescript would commit what is open first.
        for statement in [*_INDEXES.strip().split(";\n"), *own, "COMMIT"]:
            self._database.execute(statement)

    def close(self) -> None:
        self._database.close()

    def _make(self, table: str, head: str, columns: Mapping[str, str]) -> None:
        if table not in self._made:
            self._made.add(table)
            own = "".join(f', "{name}" {_SQL_TYPES[kind]}' for name, kind in columns.items())
            self._database.execute(f'CREATE TABLE "{table}" ({head}{own})')

    def _many(self, table: str, width: int, rows: list[tuple[Any, ...]]) -> None:
        self._database.executemany(f'INSERT INTO "{table}" VALUES ({", ".join("?" * width)})', rows)


def _rows(item: LoggedObject, columns: Mapping[str, str]) -> Iterator[tuple[Any, ...]]:
    yield item.id, BEGINNING, None, *map(item.values.get, columns)
    for time, attribute, value in item.changes:
        yield item.id, time, attribute, *(value if name == attribute else None for name in columns)


def _chunks(objects: Iterator[LoggedObject]) -> Iterator[list[LoggedObject]]:
    chunk: list[LoggedObject] = []
    for item in objects:
        chunk.append(item)
        if len(chunk) == _CHUNK:
            yield chunk
            chunk = []
    yield chunk
