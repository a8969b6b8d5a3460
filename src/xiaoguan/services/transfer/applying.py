"""Writing a checked file: in steps of a fifth of a second at most, each a transaction of its own.

A step prepares its rows without the write lock, then writes records, results and memory of external ids and
removes its staged rows, all or nothing. What is left to do is what is still staged: a killed run is resumed
by going on.
"""

import json
import time
from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from xiaoguan.journal.facts.transfer import ImportApplied
from xiaoguan.journal.models import Origin
from xiaoguan.journal.recording import Happening, record
from xiaoguan.lib.bulk import insert_rows
from xiaoguan.lib.days import company_day
from xiaoguan.lib.garbage import uncollected
from xiaoguan.lib.refusal import Refusal
from xiaoguan.lib.undivided import undivided
from xiaoguan.org import memo
from xiaoguan.services.transfer import lease
from xiaoguan.services.transfer.bulk import update_pairs
from xiaoguan.services.transfer.checking import COUNTS, by_line, context_of, reader_of
from xiaoguan.services.transfer.contract import Assumption, Did, Importable, Outcome, Problem
from xiaoguan.services.transfer.matching import Matcher, SortedOut
from xiaoguan.services.transfer.models import ImportedRecord, ImportRow, ImportRun, StagedRow
from xiaoguan.services.transfer.pace import Pace
from xiaoguan.services.transfer.staging import Progress, quiet, staged_chunk
from xiaoguan.services.transfer.stored import added_up, assumptions_json, assumptions_of, problems_json, problems_of
from xiaoguan.services.transfer.tally import SENTENCE, Tally
from xiaoguan.services.transfer.words import Words

Clock = Callable[[], datetime]
Chunk = Sequence[tuple[int, list[str]]]

APPLICABLE = (
    ImportRun.State.MAPPED,
    ImportRun.State.CHECKED,
    ImportRun.State.APPLYING,
    ImportRun.State.FAILED,
)


def apply_run(
    run: ImportRun, importable: Importable, *, clock: Clock = timezone.now, progress: Progress = quiet
) -> None:
    """Write the rows of a mapped run that are not written yet, to the end.

    ``Busy`` where another import is being written. A fault stops the run (state FAILED, what is written stays and
    is told, the rest stays staged) and goes on to the caller; the run can be applied again from there.
    """
    lease.take(run, at=clock())
    try:
        run.refresh_from_db()
        if run.state not in APPLICABLE:
            return  # another process did it while this one waited
        _begin(run)
        _Writer(run, importable, clock, progress).write_all()
        _finish(run, importable, clock())
    except lease.LeaseLost:
        raise
    except Exception as fault:
        ImportRun.objects.filter(pk=run.pk).update(state=ImportRun.State.FAILED, error=told(fault))
        raise
    finally:
        lease.release(run)
        run.refresh_from_db()


def told(fault: Exception) -> str:
    """A fault as a run keeps it: the sentence of a rule, or what only a programmer understands."""
    return str(fault) if isinstance(fault, Refusal) else f"{type(fault).__name__}: {fault}"


def _begin(run: ImportRun) -> None:
    """The counts of a dry run give way to what is really written; those of a stopped run stay."""
    fresh = not run.results.exists()
    run.state, run.error = ImportRun.State.APPLYING, ""
    if fresh:
        for name in COUNTS:
            setattr(run, name, 0)
    run.save(update_fields=["state", "error", *COUNTS])


def _finish(run: ImportRun, importable: Importable, at: datetime) -> None:
    with transaction.atomic():
        lease.renew(run, at=at)
        done = ImportRun.objects.get(pk=run.pk)
        fact = ImportApplied(
            run_id=run.pk,
            record_kind=importable.object_kind,
            created=done.created,
            updated=done.updated,
            unchanged=done.unchanged,
            skipped=done.skipped,
        )
        happening = Happening(fact=fact, on=company_day(at))
        record([happening], by=run.by_id, at=at, origin=Origin.IMPORT, batch_id=run.pk)
        ImportRun.objects.filter(pk=run.pk).update(state=ImportRun.State.DONE, finished_at=at)


class _Writer:
    """Writes the staged rows of one run, adapting its step to the time that steps take."""

    def __init__(self, run: ImportRun, importable: Importable, clock: Clock, progress: Progress) -> None:
        self._run, self._importable, self._clock, self._progress = run, importable, clock, progress
        self._reader = reader_of(run, importable)
        self._seen = _ids_of(run)
        self._matcher = Matcher(importable, self._reader, self._seen)
        self._context = context_of(run, self._reader, at=clock(), dry=False)
        self._assumed: list[Assumption] = []
        self._tally = _tally_so_far(run)
        self._pace = Pace()

    def write_all(self) -> None:
        done = self._run.rows - StagedRow.objects.filter(run=self._run).count()
        last = -1
        while chunk := staged_chunk(self._run, last, self._pace.size):
            with uncollected():
                self._write(chunk)
            last, done = chunk[-1][0], done + len(chunk)
            self._progress("apply", done, self._run.rows)
        # A dry run counted the rows of each assumption already; without one they are known only now.
        told = assumptions_of(self._run.assumptions)
        codes = {a.code for a in told}
        assumed = [*told, *(a for a in self._assumed if a.code not in codes)]
        ImportRun.objects.filter(pk=self._run.pk).update(
            assumptions=assumptions_json(assumed), tally=self._tally.as_json()
        )

    def _write(self, chunk: Chunk) -> None:
        """One step; where a rule refuses it, its halves, down to the row that is refused."""
        self._context.at = self._clock()
        try:
            with memo.one_request():  # one step is one look at the organisation
                sorted_out = self._matcher.sort_out(chunk, self._context)
                held = self._commit(chunk, sorted_out)
        except Refusal as refusal:
            self._context.scratch.clear()  # what was looked up may have been rolled back
            self._matcher.forget(chunk)
            if len(chunk) == 1:
                self._refuse(chunk[0], refusal)
                return
            middle = len(chunk) // 2
            self._write(chunk[:middle])
            self._write(chunk[middle:])
            return
        self._assumed = added_up([*self._assumed, *sorted_out.assumptions])
        self._tally.add(sorted_out.problems)
        self._pace.note(len(chunk), held)

    def _commit(self, chunk: Chunk, sorted_out: SortedOut) -> float:
        """Write the step; returns for how many seconds it held the write lock."""
        with undivided():
            started = time.monotonic()
            lease.renew(self._run, at=self._clock())
            outcomes = _complete(sorted_out, self._importable.apply(sorted_out.ready, self._context))
            _keep_results(self._run, sorted_out, outcomes)
            _keep_ids(self._importable, sorted_out, outcomes)
            _count(self._run, sorted_out, outcomes)
            lines = (chunk[0][0], chunk[-1][0])
            StagedRow.objects.filter(run=self._run, line__range=lines).delete()
        return time.monotonic() - started

    def _refuse(self, row: tuple[int, list[str]], refusal: Refusal) -> None:
        line, _cells = row
        headers = self._context.headers
        problem = Problem(
            line=line,
            reason=Words(SENTENCE, {"sentence": str(refusal)}),
            field=refusal.field,
            column=headers.get(refusal.field or "", ""),
        )
        refused = SortedOut(problems=[problem])
        self._tally.add([problem])
        with transaction.atomic():
            lease.renew(self._run, at=self._clock())
            _keep_results(self._run, refused, [])
            _count(self._run, refused, [])
            StagedRow.objects.filter(run=self._run, line=line).delete()


def _complete(sorted_out: SortedOut, outcomes: Sequence[Outcome]) -> Sequence[Outcome]:
    """A row that a module passes over in silence would be lost: that is a fault, never a result."""
    if sorted(ready.line for ready in sorted_out.ready) != sorted(outcome.line for outcome in outcomes):
        raise RuntimeError("apply must answer for every ready row")
    return outcomes


def _ids_of(run: ImportRun) -> dict[str, int]:
    """External ids that the run met before it was stopped."""
    met = ImportRow.objects.filter(run=run, external_id__isnull=False).exclude(did=Did.SKIPPED)
    return {external_id: line for external_id, line in met.values_list("external_id", "line") if external_id}


def _tally_so_far(run: ImportRun) -> Tally:
    """Problems of the rows that were passed over before the run was stopped."""
    tally = Tally()
    rows = ImportRow.objects.filter(run=run, problems__isnull=False).values_list("line", "problems")
    for line, problems in rows.iterator(2_000):
        tally.add(problems_of(line, problems))
    return tally


_RESULT_COLUMNS = (
    "run_id", "line", "did", "object_id", "external_id", "former_hash", "before", "problems", "undone",
)  # fmt: skip


def _keep_results(run: ImportRun, sorted_out: SortedOut, outcomes: Sequence[Outcome]) -> None:
    ids = {ready.line: ready.external_id for ready in sorted_out.ready}
    known = sorted_out.known
    rows: list[tuple[object, ...]] = [
        (
            run.pk, outcome.line, str(outcome.did), outcome.object_id, ids[outcome.line],
            known[outcome.line].row_hash if outcome.line in known else None, _json(outcome.before), None, False,
        )
        for outcome in outcomes
    ]  # fmt: skip
    rows += [
        (run.pk, ready.line, str(Did.UNCHANGED), object_id, ready.external_id, None, None, None, False)
        for ready, object_id in sorted_out.unchanged
    ]
    rows += [
        (run.pk, line, str(Did.SKIPPED), None, None, None, None, _json(problems_json(problems)), False)
        for line, problems in by_line(sorted_out.problems).items()
    ]
    insert_rows(ImportRow, _RESULT_COLUMNS, rows, ids=False)


def _json(value: object) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)


def _keep_ids(importable: Importable, sorted_out: SortedOut, outcomes: Sequence[Outcome]) -> None:
    ids = {ready.line: ready.external_id for ready in sorted_out.ready}
    new, changed = [], []
    for outcome in outcomes:
        row_hash = sorted_out.hashes.get(outcome.line)
        if row_hash is None:
            continue
        if outcome.line in sorted_out.known:
            changed.append((sorted_out.known[outcome.line].record_id, row_hash))
        else:
            new.append((importable.kind, ids[outcome.line], outcome.object_id, row_hash))
    insert_rows(ImportedRecord, ("kind", "external_id", "object_id", "row_hash"), new, ids=False)
    update_pairs(ImportedRecord._meta.db_table, "row_hash", "id", changed)


def _count(run: ImportRun, sorted_out: SortedOut, outcomes: Sequence[Outcome]) -> None:
    did = [outcome.did for outcome in outcomes]
    ImportRun.objects.filter(pk=run.pk).update(
        created=F("created") + did.count(Did.CREATED),
        updated=F("updated") + did.count(Did.UPDATED),
        unchanged=F("unchanged") + did.count(Did.UNCHANGED) + len(sorted_out.unchanged),
        skipped=F("skipped") + len(by_line(sorted_out.problems)),
    )
