"""Writes OCEL 2.0 as JSON: events as they come, then the objects, then the types that were met."""

import json
from collections.abc import Iterator, Mapping
from json.encoder import encode_basestring as _quote
from pathlib import Path
from typing import Any

from xiaoguan.journal.kinds import NAMES
from xiaoguan.processes.events import Event
from xiaoguan.processes.mapping import Value
from xiaoguan.processes.objects import BEGINNING, LoggedObject

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class JsonLog:
    """One file: any number of ``events``, ``objects`` once, ``finish``."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8", newline="\n")
        self._file.write('{"events":[')
        self._lead = "\n"

    def events(self, events: list[Event]) -> None:
        self._lines([_event(event) for event in events])

    def objects(self, objects: Iterator[LoggedObject], types: Mapping[int, Mapping[str, str]]) -> None:
        self._file.write('\n],"objects":[')
        self._lead = "\n"
        for item in objects:
            self._lines([_object(item)])

    def finish(self, events: Mapping[str, Mapping[str, str]], kinds: Mapping[int, Mapping[str, str]]) -> None:
        self._file.write('\n],"eventTypes":')
        self._file.write(_encode([_type(name, types) for name, types in events.items()]))
        self._file.write(',"objectTypes":')
        self._file.write(_encode([_type(NAMES[kind], types) for kind, types in kinds.items()]))
        self._file.write("}\n")

    def close(self) -> None:
        self._file.close()

    def _lines(self, lines: list[str]) -> None:
        if lines:
            self._file.write(self._lead + ",\n".join(lines))
            self._lead = ",\n"


def _event(event: Event) -> str:
    # By hand: the encoder takes three times as long, and an export of millions of events is little else.
    values = [
        f'{{"name":"{name}","value":{_quote(value) if isinstance(value, str) else _literal(value)}}}'
        for name, value in event.values.items()
    ]
    objects = [f'{{"objectId":"{called}","qualifier":"{role}"}}' for _kind, _number, called, role in event.objects]
    return (
        f'{{"id":"{event.id}","type":"{event.type}","time":"{event.time}",'
        f'"attributes":[{",".join(values)}],"relationships":[{",".join(objects)}]}}'
    )


def _literal(value: int | float | bool) -> str:
    return repr(value) if value is not True and value is not False else "true" if value else "false"


def _object(item: LoggedObject) -> str:
    began = [_value(name, BEGINNING, value) for name, value in item.values.items()]
    changed = [_value(name, time, value) for time, name, value in item.changes]
    related = [f'{{"objectId":"{target}","qualifier":"{role}"}}' for target, role in item.related]
    return (
        f'{{"id":"{item.id}","type":"{NAMES[item.kind]}",'
        f'"attributes":[{",".join(began + changed)}],"relationships":[{",".join(related)}]}}'
    )


def _value(name: str, time: str, value: Value) -> str:
    written = _quote(value) if isinstance(value, str) else _literal(value)
    return f'{{"name":"{name}","time":"{time}","value":{written}}}'


def _type(name: str, attributes: Mapping[str, str]) -> dict[str, Any]:
    return {"name": name, "attributes": [{"name": key, "type": kind} for key, kind in attributes.items()]}
