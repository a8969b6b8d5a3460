"""Writes XES (IEEE 1849): a trace for each case, its events in the order in which they happened."""

import gzip
import re
from collections.abc import Mapping, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import Final
from xml.sax.saxutils import quoteattr

from xiaoguan.processes.events import Event
from xiaoguan.processes.mapping import BOOLEAN, FLOAT, INTEGER, STRING, TIME, Value

_HEAD: Final = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849.2016" xes.features="" xmlns="http://www.xes-standard.org/">
<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
<extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
<global scope="trace"><string key="concept:name" value=""/></global>
<global scope="event"><string key="concept:name" value=""/><string key="lifecycle:transition" value="complete"/>\
<date key="time:timestamp" value="1970-01-01T00:00:00+00:00"/></global>
<classifier name="Activity" keys="concept:name"/>
<classifier name="Resource" keys="org:resource"/>
"""
_TAGS: Final = {STRING: "string", TIME: "date", INTEGER: "int", FLOAT: "float", BOOLEAN: "boolean"}
# What XML 1.0 has no way to write.
_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class XesLog:
    """One file, packed where its name ends so."""

    def __init__(self, path: Path, *, name: str, packed: bool) -> None:
        self._raw = path.open("wb")
        # No time of its own in the file, so that the same journal gives the same bytes.
        inner = (
            gzip.GzipFile(filename="", fileobj=self._raw, mode="wb", compresslevel=6, mtime=0) if packed else self._raw
        )
        self._file = TextIOWrapper(inner, encoding="utf-8", newline="\n")
        self._file.write(_HEAD + _attribute("concept:name", STRING, name) + "\n")

    def trace(
        self, case: str, label: str | None, events: Sequence[tuple[Event, str | None, Mapping[str, str]]]
    ) -> None:
        """A case; each event comes with its resource and the types of its values."""
        self._file.write("<trace>" + _attribute("concept:name", STRING, case))
        if label is not None:
            self._file.write(_attribute("label", STRING, label))
        self._file.write("\n" + "\n".join(_event(*item) for item in events) + "\n</trace>\n")

    def finish(self) -> None:
        self._file.write("</log>\n")

    def close(self) -> None:
        self._file.close()
        self._raw.close()


def _event(event: Event, resource: str | None, types: Mapping[str, str]) -> str:
    known = [
        _attribute("concept:name", STRING, event.type),
        _attribute("time:timestamp", TIME, event.time),
        _attribute("lifecycle:transition", STRING, "complete"),
        _attribute("event", STRING, event.id),
    ]
    if resource is not None:
        known.append(_attribute("org:resource", STRING, resource))
    objects = [_attribute(role, STRING, called) for _kind, _number, called, role in event.objects if role != "actor"]
    values = [_attribute(name, types[name], value) for name, value in event.values.items()]
    return "<event>" + "".join(known + objects + values) + "</event>"


def _attribute(key: str, kind: str, value: Value) -> str:
    if value is True or value is False:
        text = '"true"' if value else '"false"'
    elif isinstance(value, str):
        text = quoteattr(_FORBIDDEN.sub("\ufffd", value))
    else:
        text = f'"{value}"'
    return f'<{_TAGS[kind]} key="{key}" value={text}/>'
