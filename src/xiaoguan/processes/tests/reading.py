"""What tests need to read a log back: a published reader, and what the journal itself says."""

import json
import sqlite3
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import r4pm

from xiaoguan.journal.facts.base import Fact
from xiaoguan.journal.facts.general import EntriesReversed
from xiaoguan.journal.kinds import NAMES, split_key
from xiaoguan.journal.models import Entry, Reversal
from xiaoguan.journal.reading import fact_of
from xiaoguan.processes.mapping import LEFT_OUT


def read_back(file: Path) -> dict[str, Any]:
    """An OCEL file as the independent reader understood it, whatever form it had."""
    return _through_the_reader("OCEL", file, ".json", json.loads)


def traces_back(file: Path) -> str:
    """A XES file as the independent reader understood it, as XML."""
    return _through_the_reader("EventLog", file, ".xes", str)


def _through_the_reader(kind: str, file: Path, ending: str, parse: Any) -> Any:
    back = file.with_name(f"back-{file.name}{ending}")
    item = r4pm.import_item(kind, str(file))
    try:
        r4pm.export_item(item, str(back))
    finally:
        r4pm.remove_item(item)
    return parse(back.read_text())


def standing_entries() -> list[Entry]:
    """What a plain log holds, by a second way: models and facts instead of rows."""
    gone = set(Reversal.objects.values_list("reversed_id", flat=True))
    out = {fact.code for fact in (*LEFT_OUT, EntriesReversed)}
    return [entry for entry in Entry.objects.order_by("id") if entry.id not in gone and entry.kind not in out]


def objects_of(entry: Entry) -> set[str]:
    """The objects that a fact itself declares, as a log calls them."""
    fact = fact_of(entry)
    keys = [split_key(entry.subject_key), *(split_key(key) for key, _role in fact.further_objects())]
    keys += [(1, person) for person in fact.person_ids()]
    keys += [(4, entry.customer_id)] if entry.customer_id else []
    keys += [(1, entry.actor_id)] if entry.actor_id else []
    return {f"{NAMES[kind]}:{number}" for kind, number in keys}


def values(item: dict[str, Any]) -> dict[str, Any]:
    return {one["name"]: one["value"] for one in item["attributes"]}


def told_values(fact: Fact) -> dict[str, Any]:
    """The plain numbers and words of a fact: what must stand in its event unchanged."""
    return {
        name: value
        for name, value in vars(fact).items()
        if isinstance(value, str | int | bool) and not name.endswith(("_id", "_from")) and not name.endswith("kind")
    }


def by_id(items: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {item["id"]: item for item in items}


# --- the rules of the published schema, written out -----------------------------------------------------------

_TYPES = {"string": str, "time": str, "integer": int, "float": float, "boolean": bool}


def broken_rules(log: dict[str, Any]) -> list[str]:
    """What of a JSON log is not as OCEL 2.0 says."""
    wrong = [f"{key} is missing" for key in ("eventTypes", "objectTypes", "events", "objects") if key not in log]
    for things, types in (("events", "eventTypes"), ("objects", "objectTypes")):
        declared = {item["name"]: {one["name"]: one["type"] for one in item["attributes"]} for item in log[types]}
        wrong += [f"{types}: {kind}" for one in declared.values() for kind in one.values() if kind not in _TYPES]
        ids = [item["id"] for item in log[things]]
        if len(ids) != len(set(ids)):
            wrong.append(f"{things} share an id")
        for item in log[things]:
            wrong += _broken(item, declared, timed=things == "objects")
    known = {item["id"] for item in log["objects"]}
    for item in [*log["events"], *log["objects"]]:
        pairs = [(one["objectId"], one["qualifier"]) for one in item["relationships"]]
        wrong += [f"{item['id']} → {target}" for target, _role in pairs if target not in known]
        if len(pairs) != len(set(pairs)):
            wrong.append(f"{item['id']} says a relation twice")
    return wrong


def _broken(item: dict[str, Any], declared: dict[str, dict[str, str]], *, timed: bool) -> list[str]:
    types = declared.get(item["type"])
    if types is None:
        return [f"{item['id']}: type {item['type']} is not declared"]
    wrong = [] if timed or _is_moment(item["time"]) else [f"{item['id']}: time"]
    for one in item["attributes"]:
        kind = types.get(one["name"])
        expected = _TYPES.get(kind or "")
        if expected is None or type(one["value"]) is not expected or (kind == "time" and not _is_moment(one["value"])):
            wrong.append(f"{item['id']}: {one['name']} = {one['value']!r} is no {kind}")
        if timed and not _is_moment(one["time"]):
            wrong.append(f"{item['id']}: {one['name']} has no moment")
    return wrong


def _is_moment(text: str) -> bool:
    return datetime.fromisoformat(text).tzinfo is not None


def tables(file: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every table of an SQLite file, with its rows."""
    database = sqlite3.connect(file)
    try:
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: database.execute(f'SELECT * FROM "{name}"').fetchall() for name in names}
    finally:
        database.close()


def day_of(event: dict[str, Any]) -> date:
    return datetime.fromisoformat(event["time"]).date()
