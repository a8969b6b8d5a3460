"""The whole of an import in few calls, as the command and the pages use it."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from xiaoguan.org.models import Member
from xiaoguan.services.transfer.applying import Clock, apply_run
from xiaoguan.services.transfer.checking import check_run, survey_run
from xiaoguan.services.transfer.contract import Correction, Importable, Options
from xiaoguan.services.transfer.drafts import speaking
from xiaoguan.services.transfer.kinds import importable
from xiaoguan.services.transfer.lease import Busy
from xiaoguan.services.transfer.models import ImportRun
from xiaoguan.services.transfer.readers import Limits
from xiaoguan.services.transfer.staging import Progress, discard, map_columns, quiet, stage_file
from xiaoguan.services.transfer.starting import remember
from xiaoguan.services.transfer.stored import corrections_json, corrections_of
from xiaoguan.services.transfer.undoing import undo_run


def prepare_file(
    kind: str,
    path: Path,
    *,
    by: Member | None,
    at: datetime,
    options: Options,
    wanted: Mapping[str, str] | None = None,
    file_name: str = "",
    sheet: str = "",
    limits: Limits | None = None,
    progress: Progress = quiet,
) -> ImportRun:
    """Read, map and survey a file; with ``options.accept_corrections`` every proposal is said yes to.

    Nothing but the run itself is written. Refusal, and no run, where the file or its columns will not do.
    """
    what = importable(kind)
    run = stage_file(
        what,
        path,
        by=by,
        at=at,
        options=options,
        file_name=file_name,
        sheet=sheet,
        limits=limits,
        progress=progress,
    )
    try:
        map_columns(run, what, wanted)
        survey_run(run, what, at=at, progress=progress)
    except BaseException:
        discard(run)
        raise
    return run


def accept_corrections(run: ImportRun, corrections: list[Correction], *, by: Member | None, at: datetime) -> None:
    """Say yes to proposals: remembered for this kind, told to the module, and the run surveyed anew."""
    if not corrections:
        return
    what = importable(run.kind)
    with transaction.atomic():
        remember(run, corrections, by=by, at=at)
    survey_run(run, what, at=at)
    yes = {(c.field, c.written) for c in corrections}
    left = [c for c in corrections_of(run.corrections) if (c.field, c.written) not in yes]
    run.corrections = corrections_json(left)
    run.save(update_fields=["corrections"])


def dry_run(run: ImportRun, *, at: datetime, progress: Progress = quiet) -> None:
    """Prepare every row and keep counts and problems on the run; no record is written."""
    check_run(run, importable(run.kind), at=at, progress=progress)


def write_run(run: ImportRun, *, clock: Clock = timezone.now, progress: Progress = quiet) -> None:
    """Write the run's rows to the end (see ``applying.apply_run``)."""
    apply_run(run, importable(run.kind), clock=clock, progress=progress)


def resume_runs(*, clock: Clock = timezone.now, progress: Progress = quiet) -> list[ImportRun]:
    """Go on with runs whose process died or which wait to be written or taken back; gives those that ended now.

    Called at start and now and then by the background worker. Returns at once where a living process writes.
    """
    ended: list[ImportRun] = []
    waiting = (ImportRun.State.APPLYING, ImportRun.State.UNDOING)
    for run in ImportRun.objects.filter(state__in=waiting).order_by("pk"):
        try:
            with speaking(run):
                _go_on(run, importable(run.kind), clock, progress)
        except Busy:
            return ended
        ended.append(run)
    return ended


def _go_on(run: ImportRun, what: Importable, clock: Clock, progress: Progress) -> None:
    if run.state == ImportRun.State.UNDOING:
        undo_run(run, what, clock=clock, progress=progress)
    else:
        apply_run(run, what, clock=clock, progress=progress)
