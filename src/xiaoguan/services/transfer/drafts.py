"""A file on its way: stored, read, its columns chosen, checked as often as the person changes something.

Nothing but the run itself is written. What is small is done at once; the rest is noted on the run and done by the
server's thread (``advance_drafts``), which also goes on where a process was killed.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import islice
from time import monotonic
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from xiaoguan.lib.refusal import Refusal
from xiaoguan.org.models import Member
from xiaoguan.services.transfer import uploads
from xiaoguan.services.transfer.applying import Clock, told
from xiaoguan.services.transfer.checking import Superseded, check_run, keep, survey_run
from xiaoguan.services.transfer.contract import Column, Importable, Options
from xiaoguan.services.transfer.kinds import importable
from xiaoguan.services.transfer.mapping import header_score, suggest
from xiaoguan.services.transfer.models import ImportRun
from xiaoguan.services.transfer.readers import open_table
from xiaoguan.services.transfer.staging import Progress, discard, fill, map_columns, staged_cells, unstage
from xiaoguan.services.transfer.stored import options_json

State = ImportRun.State
OPEN = (State.UPLOADED, State.MAPPED, State.CHECKING, State.CHECKED)
"""the file is read, and its columns and options may still be changed"""
AT_ONCE_BYTES, AT_ONCE_ROWS = 512 * 1024, 4_000
"""what is read and checked within a request, well under two seconds; more is left to the server's thread"""
KEPT_DAYS = 7
"""how long a file that was uploaded but never written is kept: its cells may be personal"""
_SILENT = timedelta(seconds=15)
"""a draft whose process said nothing for so long is taken over"""
_SAY_EVERY = 0.4
_SAMPLE = 100
_log = logging.getLogger(__name__)


def begin(kind: str, name: str, chunks: Iterable[bytes], *, by: Member, at: datetime) -> ImportRun:
    """Store an upload and read it, or leave that to the thread. A file that is refused at once leaves no run:
    Refusal."""
    importable(kind)
    uploads.sweep(at=at)
    sweep_drafts(at=at)
    stored = uploads.store(chunks)
    small = uploads.path_of(stored).stat().st_size <= AT_ONCE_BYTES
    run = ImportRun.objects.create(
        kind=kind, by=by, file_name=uploads.shown_name(name), created_at=at, stored_as=stored,
        options=options_json(Options()), beat_at=at if small else None,
    )  # fmt: skip
    if small:
        advance(run, at_once=True)
    if run.state == State.REFUSED:
        sentence = run.error
        run.delete()
        raise Refusal(sentence, field="file")
    return run


def sweep_drafts(*, at: datetime) -> int:
    """Drop runs that were begun and never written; returns how many. Every upload sweeps first."""
    unwritten = (*OPEN, State.STAGING, State.REFUSED)
    dropped = 0
    for run in ImportRun.objects.filter(state__in=unwritten, created_at__lt=at - timedelta(days=KEPT_DAYS)):
        uploads.delete(run.stored_as)
        discard(run)
        dropped += 1
    return dropped


def choose_sheet(run: ImportRun, sheet: str, *, at: datetime) -> None:
    """Say which sheet of the workbook is meant; reading goes on."""
    if run.state != State.STAGING or sheet not in run.sheets:
        raise Refusal(_("This workbook has no such sheet to choose now."), field="sheet")
    small = uploads.path_of(run.stored_as).stat().st_size <= AT_ONCE_BYTES
    run.sheet, run.sheets, run.beat_at = sheet, [], at if small else None
    run.save(update_fields=["sheet", "sheets", "beat_at"])
    if small:
        advance(run, at_once=True)


def open_fields(run: ImportRun, what: Importable) -> list[Column]:
    """Required fields that no column of the file is chosen for."""
    headers = run.mapping.get("headers", {})
    return [column for column in what.columns if column.required and column.field not in headers]


def change(run: ImportRun, headers: Mapping[str, str], options: Options, *, at: datetime) -> None:
    """Choose columns (field → header) and options anew, and check again. Refusal where the run is past that."""
    what = importable(run.kind)

    def apply(draft: ImportRun) -> None:
        draft.options = options_json(options)
        draft.mapping = draft.mapping | {"headers": dict(headers)}
        if not open_fields(draft, what):
            map_columns(draft, what, {column.field: headers.get(column.field, "") for column in what.columns})

    _change(run, apply, what, at)


def answer(run: ImportRun, said: Sequence[tuple[str, str, bool]], *, at: datetime) -> None:
    """Say yes or no to proposed corrections: (field, spelling as written, yes). Kept when the rows are written."""
    what = importable(run.kind)
    aliases = {column.field for column in what.columns if column.alias}
    wanted = {(name, written): yes for name, written, yes in said}

    def apply(draft: ImportRun) -> bool:
        before = {_key(old): old for old in draft.answers}
        known = before | {_key(new): new for new in draft.corrections if _key(new) not in before}
        changed = {key: known[key] | {"yes": yes} for key, yes in wanted.items() if key in known}
        draft.answers = list((before | changed).values())
        # An alias is kept by the module and never changes a row, so the dry run stays true.
        return any(
            new["yes"] != before.get(key, {}).get("yes", False) and key[0] not in aliases
            for key, new in changed.items()
        )

    _change(run, apply, what, at)


def _key(correction: Mapping[str, Any]) -> tuple[str, str]:
    return correction["field"], correction["written"]


def _change(run: ImportRun, apply: Any, what: Importable, at: datetime) -> None:
    """Change a draft that nobody writes yet; where the change asks for it, begin a new dry run."""
    with transaction.atomic():
        draft = ImportRun.objects.select_for_update().get(pk=run.pk)
        if draft.state not in OPEN:
            raise Refusal(past(draft), code="past")
        again = apply(draft) is not False
        draft.revision += 1
        busy = draft.beat_at is not None and draft.beat_at > at - _SILENT
        if again or draft.state != State.CHECKED:
            draft.state = State.UPLOADED if open_fields(draft, what) else State.CHECKING
            draft.error, draft.step, draft.step_done = "", "", 0
        at_once = draft.state == State.CHECKING and draft.rows <= AT_ONCE_ROWS and not busy
        if at_once:
            draft.beat_at = at
        draft.save()
    if at_once:
        advance(draft, at_once=True)
    run.refresh_from_db()


def past(run: ImportRun) -> str:
    """Why a draft cannot be changed or written (again)."""
    return _("Nothing was done: this import is no longer a draft (%(state)s).") % {"state": run.get_state_display()}


def advance_drafts(*, clock: Clock = timezone.now) -> int:
    """Read and check what waits for it; how many drafts were gone on with. Called by the server's thread."""
    waiting = ImportRun.objects.filter(state__in=(State.STAGING, State.CHECKING)).order_by("pk")
    done = 0
    for run in waiting:
        if run.state == State.STAGING and (run.sheets or not run.stored_as):
            continue  # a person has to choose the sheet, or the console reads this file itself
        if _claim(run, clock()):
            advance(run, clock=clock)
            done += 1
    return done


def _claim(run: ImportRun, at: datetime) -> bool:
    free = Q(beat_at__isnull=True) | Q(beat_at__lt=at - _SILENT)
    return bool(ImportRun.objects.filter(free, pk=run.pk, revision=run.revision).update(beat_at=at))


def advance(run: ImportRun, *, clock: Clock = timezone.now, at_once: bool = False) -> None:
    """Do what a claimed draft waits for; ``at_once`` leaves a long check to the thread. What goes wrong is noted on
    the run, for the person to read."""
    what = importable(run.kind)
    beat = _beat(run, clock)
    with speaking(run):
        try:
            if run.state == State.STAGING:
                _read(run, what, beat)
            if run.state == State.CHECKING and not (at_once and run.rows > AT_ONCE_ROWS):
                survey_run(run, what, at=clock(), progress=beat)
                check_run(run, what, at=clock(), progress=beat)
        except Superseded:
            pass  # somebody changed the draft: it is claimed and checked anew
        except Exception as fault:  # noqa: BLE001  a draft that always fails must not be tried for ever
            _fail(run, fault)
        finally:
            ImportRun.objects.filter(pk=run.pk).update(beat_at=None)


def _fail(run: ImportRun, fault: Exception) -> None:
    if not isinstance(fault, Refusal):
        _log.error("reading or checking an import failed", exc_info=fault)
    if run.state == State.CHECKING:
        ImportRun.objects.filter(pk=run.pk, revision=run.revision).update(state=State.MAPPED, error=told(fault))
        return
    unstage(run)
    uploads.delete(run.stored_as)
    run.state, run.error, run.stored_as = State.REFUSED, told(fault), ""
    run.save(update_fields=["state", "error", "stored_as"])


@contextmanager
def speaking(run: ImportRun) -> Iterator[None]:
    """In the language of the person whose file it is: sentences of refusals are kept as they were said."""
    language = run.by.language if run.by else ""
    with translation.override(language or translation.get_language()):
        yield


def _read(run: ImportRun, what: Importable, progress: Progress) -> None:
    """Stage the cells and delete the file; where a workbook has several sheets, first ask which."""
    path = uploads.path_of(run.stored_as)
    unstage(run)  # of a process that was killed in the middle
    table = open_table(path, score=header_score(what.columns), sheet=run.sheet or "")
    try:
        if len(table.choices) > 1:
            run.sheets = list(table.choices)
            run.save(update_fields=["sheets"])
            return
        fill(run, table, path, progress)
    finally:
        table.close()
    uploads.delete(run.stored_as)
    run.stored_as = ""
    _suggest(run, what)


def _suggest(run: ImportRun, what: Importable) -> None:
    sample = [cells for _line, cells in islice(staged_cells(run), _SAMPLE)]
    repeated = {header: tuple(names) for header, names in run.repeated.items()}
    mapped = suggest(what.columns, run.headers, sample, repeated=repeated)
    run.mapping = mapped.as_json() | {"notes": [note.as_json() for note in mapped.notes]}
    run.state = State.UPLOADED if open_fields(run, what) else State.CHECKING
    keep(run, "mapping", "state", "stored_as")


def _beat(run: ImportRun, clock: Clock) -> Progress:
    """Progress that is noted on the run now and then, and says that this process lives."""
    last = 0.0

    def note(step: str, done: int, total: int) -> None:
        nonlocal last
        if monotonic() - last < _SAY_EVERY:
            return
        last = monotonic()
        fields = {"step": step, "step_done": done, "beat_at": clock()}
        if not ImportRun.objects.filter(pk=run.pk, revision=run.revision).update(**fields):
            raise Superseded(f"import {run.pk}")

    return note
