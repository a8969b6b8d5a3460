"""Taking a whole import back by facts, the last row first; what was edited since is asked about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F, Max, Min, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from xiaoguan.journal.facts.transfer import ImportUndone
from xiaoguan.journal.kinds import object_key
from xiaoguan.journal.models import Entry, Origin
from xiaoguan.journal.recording import Happening, record
from xiaoguan.lib.days import company_day
from xiaoguan.lib.refusal import Refusal
from xiaoguan.org import memo
from xiaoguan.org.models import Member
from xiaoguan.services.transfer import lease
from xiaoguan.services.transfer.applying import Clock, told
from xiaoguan.services.transfer.bulk import update_pairs
from xiaoguan.services.transfer.checking import context_of, reader_of
from xiaoguan.services.transfer.contract import AppliedRow, Did, Importable
from xiaoguan.services.transfer.models import ImportedRecord, ImportRow, ImportRun
from xiaoguan.services.transfer.staging import Progress, quiet, unstage

_CHUNK = 200
UNDOABLE = (
    ImportRun.State.DONE,
    ImportRun.State.FAILED,
    ImportRun.State.UNDOING,
    ImportRun.State.UNDO_FAILED,
)
_WRITTEN = (str(Did.CREATED), str(Did.UPDATED))


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoPreview:
    """How many records an undo would take back, and which rows (line numbers) were edited since."""

    rows: int
    edited: tuple[int, ...]


def undo_preview(run: ImportRun, importable: Importable) -> UndoPreview:
    """What an undo would meet; asks the journal only."""
    edited: list[int] = []
    total, last = 0, None
    while chunk := _chunk(run, last, 2_000):
        edited += _edited(run, importable, chunk)
        total += len(chunk)
        last = chunk[-1].line
    return UndoPreview(rows=total, edited=tuple(sorted(edited)))


def start_undo(run: ImportRun, *, by: Member | None, keep_edited: bool) -> None:
    """Say that a run is to be taken back; ``undo_run`` (or whoever resumes) does it. Refusal in a wrong state."""
    if run.state not in UNDOABLE:
        raise Refusal(
            _("Only an import that was written can be taken back; this one is: %(state)s.")
            % {"state": run.get_state_display()}
        )
    run.state, run.keep_edited, run.undone_by, run.error = ImportRun.State.UNDOING, keep_edited, by, ""
    run.save(update_fields=["state", "keep_edited", "undone_by", "error"])


def undo_run(
    run: ImportRun, importable: Importable, *, clock: Clock = timezone.now, progress: Progress = quiet
) -> None:
    """Take back every row that the run wrote, in steps; goes on from where it stopped. ``Busy`` as in applying.

    A fault stops it (state UNDO_FAILED, what is taken back stays so) and goes on to the caller.
    """
    lease.take(run, at=clock())
    try:
        run.refresh_from_db()
        if run.state != ImportRun.State.UNDOING:
            return  # another process did it while this one waited
        # Rows left by an undo that was stopped are met, and counted, again.
        ImportRun.objects.filter(pk=run.pk).update(kept=0)
        context = context_of(run, reader_of(run, importable), at=clock(), dry=False)
        context.by = run.undone_by
        total, done, last = run.created + run.updated, 0, None
        while chunk := _chunk(run, last, _CHUNK):
            last, done = chunk[-1].line, done + len(chunk)
            context.at = clock()
            with memo.one_request(), transaction.atomic():
                lease.renew(run, at=context.at)
                edited = set(_edited(run, importable, chunk)) if run.keep_edited else set()
                rows = [row for row in chunk if row.line not in edited]
                importable.undo([AppliedRow(r.line, r.object_id or 0, Did(r.did), r.before) for r in rows], context)
                _forget(importable, rows)
                ImportRow.objects.filter(pk__in=[row.pk for row in rows]).update(undone=True)
                ImportRun.objects.filter(pk=run.pk).update(kept=F("kept") + len(edited))
            progress("undo", done, total)
        unstage(run)
        _finish(run, importable, clock())
    except lease.LeaseLost:
        raise
    except Exception as fault:
        ImportRun.objects.filter(pk=run.pk).update(state=ImportRun.State.UNDO_FAILED, error=told(fault))
        raise
    finally:
        lease.release(run)
        run.refresh_from_db()


def _chunk(run: ImportRun, below: int | None, size: int) -> list[ImportRow]:
    rows = ImportRow.objects.filter(run=run, did__in=_WRITTEN, undone=False)
    if below is not None:
        rows = rows.filter(line__lt=below)
    return list(rows.order_by("-line")[:size])


def _edited(run: ImportRun, importable: Importable, rows: Sequence[ImportRow]) -> list[int]:
    """Lines whose record has an entry of another origin after its first one by this run."""
    lines = {object_key(importable.object_kind, row.object_id or 0): row.line for row in rows}
    ours = Q(batch_id=run.pk)
    told = (
        Entry.objects.filter(subject_key__in=list(lines))
        .values("subject_key")
        .annotate(first=Min("id", filter=ours), last=Max("id", filter=~ours | Q(batch_id__isnull=True)))
    )
    return [
        lines[entry["subject_key"]]
        for entry in told
        if entry["first"] is not None and entry["last"] is not None and entry["last"] > entry["first"]
    ]


def _forget(importable: Importable, rows: Sequence[ImportRow]) -> None:
    """A created record's external id is free again; a changed one's says what it said before."""
    gone = [row.external_id for row in rows if row.did == Did.CREATED and row.external_id]
    ImportedRecord.objects.filter(kind=importable.kind, external_id__in=gone).delete()
    former = {row.external_id: row.former_hash for row in rows if row.did == Did.UPDATED and row.external_id}
    records = ImportedRecord.objects.filter(kind=importable.kind, external_id__in=list(former))
    pairs = [(pk, former[external_id] or "") for pk, external_id in records.values_list("pk", "external_id")]
    update_pairs(ImportedRecord._meta.db_table, "row_hash", "id", pairs)


def _finish(run: ImportRun, importable: Importable, at: datetime) -> None:
    with transaction.atomic():
        lease.renew(run, at=at)
        fact = ImportUndone(
            run_id=run.pk,
            record_kind=importable.object_kind,
            rows=ImportRow.objects.filter(run=run, undone=True).count(),
            kept=ImportRun.objects.get(pk=run.pk).kept,
        )
        record(
            [Happening(fact=fact, on=company_day(at))],
            by=run.undone_by_id,
            at=at,
            origin=Origin.IMPORT,
            batch_id=run.pk,
        )
        ImportRun.objects.filter(pk=run.pk).update(state=ImportRun.State.UNDONE, undone_at=at)
