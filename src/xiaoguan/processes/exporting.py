"""Export of the journal as an event log: a scratch file beside the target, handed over when it is complete."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.utils.translation import gettext as _

from xiaoguan.journal.facts.audit import EventLogExported
from xiaoguan.journal.kinds import CUSTOMER, DEAL, MEMBER, split_key
from xiaoguan.journal.logs import Told
from xiaoguan.lib.refusal import Refusal
from xiaoguan.org.records import labels_of
from xiaoguan.processes import events, objects
from xiaoguan.processes.actions import record_export
from xiaoguan.processes.events import Event, event_of
from xiaoguan.processes.mapping import logged_facts, object_id, shape_of
from xiaoguan.processes.objects import LoggedObject, Objects
from xiaoguan.processes.ocel_json import JsonLog
from xiaoguan.processes.ocel_sqlite import SqliteLog
from xiaoguan.processes.queries import Wanted, by_customer, by_deal, by_number, labels
from xiaoguan.processes.xes import XesLog

OCEL_JSON, OCEL_SQLITE, XES = "ocel-json", "ocel-sqlite", "xes"
CASES = {"deal": DEAL, "customer": CUSTOMER}
Progress = Callable[[int], None]


@dataclass(slots=True, kw_only=True)
class Exported:
    """What a file holds."""

    events: int = 0
    objects: int = 0
    relations: int = 0
    traces: int = 0


def export(
    target: Path,
    *,
    file_format: str,
    wanted: Wanted,
    at: datetime,
    case: str | None = None,
    force: bool = False,
    progress: Progress = lambda events: None,
) -> Exported:
    """Write a log. Refusal where the file exists (without ``force``) or cannot be written; it is then as it was."""
    if wanted.day_from and wanted.day_to and wanted.day_to < wanted.day_from:
        raise Refusal(_("The last day lies before the first."), field="to")
    with _scratch(target, force) as (folder, file):
        if file_format == XES:
            done = _write_xes(file, case or "deal", target, wanted, progress)
        else:
            done = _write_ocel(file, file_format, folder, wanted, progress)
        told = EventLogExported(
            company_id=1,
            file_format=file_format,
            case_kind=case,
            day_from=wanted.day_from,
            day_to=wanted.day_to,
            with_names=wanted.names,
            with_reversed=wanted.with_reversed,
            events=done.events,
        )
        record_export(told, at=at, hand_over=lambda: _hand_over(file, target, force))
    return done


@contextmanager
def _scratch(target: Path, force: bool) -> Iterator[tuple[Path, Path]]:
    """A folder beside the target (a rename must not cross disks), gone at the end whatever happens."""
    _refuse_existing(target, force)
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.", suffix=".partial") as name:
            yield Path(name), Path(name, "log")
    except OSError as error:
        words = {"file": target, "error": error.strerror or error}
        raise Refusal(_("%(file)s cannot be written: %(error)s") % words, field="file", code="unwritable") from error


def _refuse_existing(target: Path, force: bool) -> None:
    if target.is_dir() or (target.exists() and not force):
        raise Refusal(
            _("%(file)s exists. Give another name, or --force to replace it.") % {"file": target},
            field="file",
            code="exists",
        )


def _hand_over(file: Path, target: Path, force: bool) -> None:
    _refuse_existing(target, force)
    with file.open("rb") as written:
        os.fsync(written.fileno())
    file.replace(target)


def _write_ocel(file: Path, file_format: str, folder: Path, wanted: Wanted, progress: Progress) -> Exported:
    types = _event_types(wanted)
    log = JsonLog(file) if file_format == OCEL_JSON else SqliteLog(file, types)
    noted = Objects(folder / "objects")
    done, met = Exported(), dict[str, None]()
    try:
        for entries in by_number(wanted):
            told = [event_of(entry, with_reversed=wanted.with_reversed) for entry in entries]
            log.events(told)
            for entry, event in zip(entries, told, strict=True):
                noted.note(entry, event)
            met |= dict.fromkeys(event.type for event in told)
            done.events += len(told)
            done.relations += sum(len(event.objects) for event in told)
            progress(done.events)
        kinds = {kind: objects.types_of(kind) for kind in noted.kinds()}
        log.objects(_counted(noted.each(labels(names=wanted.names)), done), kinds)
        log.finish({name: types[name] for name in sorted(met)}, kinds)
    finally:
        noted.close()
        log.close()
    return done


def _counted(found: Iterator[LoggedObject], done: Exported) -> Iterator[LoggedObject]:
    for item in found:
        done.objects += 1
        yield item


def _event_types(wanted: Wanted) -> dict[str, dict[str, str]]:
    shapes = map(shape_of, logged_facts(with_reversed=wanted.with_reversed))
    return {shape.name: events.types_of(shape, with_reversed=wanted.with_reversed) for shape in shapes}


def _write_xes(file: Path, case: str, target: Path, wanted: Wanted, progress: Progress) -> Exported:
    types = _event_types(wanted)
    done = Exported()
    log = XesLog(file, name=f"xiaoguan {case}", packed=target.name.endswith(".gz"))
    name = labels(names=wanted.names)
    try:
        for stories in by_deal(wanted) if case == "deal" else by_customer(wanted):
            called = name(CASES[case], [split_key(key)[1] for key in stories])
            resources = _resources(stories, wanted.names)
            for key, story in stories.items():
                kind, number = split_key(key)
                told = [event_of(entry, with_reversed=wanted.with_reversed) for entry in story]
                lines = [
                    (event, resources.get(_doer(entry)), types[event.type])
                    for entry, event in zip(story, _in_time(story, told), strict=True)
                ]
                log.trace(object_id(kind, number), called.get(number), lines)
                done.traces += 1
                done.events += len(told)
            progress(done.events)
        log.finish()
    finally:
        log.close()
    return done


def _in_time(story: list[Told], told: list[Event]) -> Iterator[Event]:
    """Events of a trace with moments that never go back: a day's end may be all that is known of an earlier one."""
    latest = story[0].moment
    for entry, event in zip(story, told, strict=True):
        latest = max(latest, entry.moment)
        yield event if latest == entry.moment else event._replace(time=events.local(latest))


def _doer(entry: Told) -> int | None:
    """Who did it; where nobody signed in did (an import), whose it was."""
    if entry.actor_id is not None:
        return entry.actor_id
    owners = (entry.payload.get(name) for name in ("person_id", "member_id", "owner_id"))
    return next((number for number in owners if number is not None), None)


def _resources(stories: dict[int, list[Told]], names: bool) -> dict[int | None, str]:
    doers = {number for story in stories.values() for entry in story if (number := _doer(entry)) is not None}
    called = labels_of(MEMBER, doers) if names else {}
    return {number: called.get(number, object_id(MEMBER, number)) for number in doers}
