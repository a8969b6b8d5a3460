"""Bringing a file's cells into the database, so that mapping, checking, applying and resuming need no file."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from xiaoguan.lib.bulk import insert_rows
from xiaoguan.lib.garbage import uncollected
from xiaoguan.lib.jsontext import compact
from xiaoguan.lib.refusal import Refusal
from xiaoguan.org.models import Member
from xiaoguan.services.transfer.contract import Importable, Options
from xiaoguan.services.transfer.mapping import ColumnMap, guess, header_score
from xiaoguan.services.transfer.models import ImportRun, StagedRow
from xiaoguan.services.transfer.readers import Limits, Table, open_table
from xiaoguan.services.transfer.stored import options_json

Progress = Callable[[str, int, int], None]
"""(step, rows done, rows in all or 0 where it is not known yet)"""
_CHUNK = 2_000
_SAMPLE = 100


def quiet(step: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


def stage_file(
    importable: Importable,
    path: Path,
    *,
    by: Member | None,
    at: datetime,
    options: Options,
    file_name: str = "",
    sheet: str = "",
    limits: Limits | None = None,
    progress: Progress = quiet,
) -> ImportRun:
    """Read a file into a new run. Refusal (and no run) where the file cannot be read or has no rows."""
    table = open_table(path, limits=limits or Limits(), score=header_score(importable.columns), sheet=sheet)
    try:
        run = ImportRun.objects.create(
            kind=importable.kind,
            by=by,
            file_name=(file_name or path.name)[-255:],
            options=options_json(options),
            created_at=at,
        )
        try:
            fill(run, table, path, progress)
        except BaseException:
            discard(run)
            raise
    finally:
        table.close()
    return run


def fill(run: ImportRun, table: Table, path: Path, progress: Progress = quiet) -> None:
    """Put an opened file's rows into a run that has none yet. Refusal for a file without rows."""
    with path.open("rb") as stream:
        run.sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    run.encoding, run.sheet, run.headers = table.encoding, table.sheet, list(table.headers)
    run.repeated = {header: list(names) for header, names in table.repeated.items()}
    run.notes = [note.as_json() for note in table.notes]
    _stage(run, table, progress)
    run.save(update_fields=["sha256", "encoding", "sheet", "headers", "repeated", "notes", "rows", "state"])


@uncollected()
def _stage(run: ImportRun, table: Table, progress: Progress) -> None:
    rows = iter(table.rows)
    total = 0
    while chunk := list(islice(rows, _CHUNK)):
        packed = [(run.pk, line, compact(cells)) for line, cells in chunk]
        with transaction.atomic():
            insert_rows(StagedRow, ("run_id", "line", "cells"), packed, ids=False)
        total += len(chunk)
        progress("read", total, 0)
    if not total:
        raise Refusal(_("The file has a header line but no rows below it. Nothing was imported."), code="no_rows")
    run.rows, run.state = total, ImportRun.State.UPLOADED


def map_columns(run: ImportRun, importable: Importable, wanted: Mapping[str, str] | None = None) -> ColumnMap:
    """Choose the columns: what a person said, else by name, else by values. May be done again until applied."""
    mapped = guess(
        importable.columns,
        run.headers,
        [cells for _line, cells in islice(staged_cells(run), _SAMPLE)],
        wanted=wanted,
        repeated={header: tuple(names) for header, names in run.repeated.items()},
    )
    run.mapping = mapped.as_json() | {"notes": [note.as_json() for note in mapped.notes]}
    run.state = ImportRun.State.MAPPED
    run.save(update_fields=["mapping", "state"])
    return mapped


def column_map(run: ImportRun) -> ColumnMap:
    """The columns as they were chosen."""
    stored = run.mapping
    return ColumnMap(headers=stored["headers"], factors=stored["factors"], left_out=tuple(stored["left_out"]))


def staged_cells(run: ImportRun, *, chunk: int = _CHUNK) -> Iterator[tuple[int, list[str]]]:
    """(line, cells) of all rows not applied yet, in the order of the file, read in portions."""
    last = -1
    while rows := staged_chunk(run, last, chunk):
        yield from rows
        last = rows[-1][0]


def staged_chunk(run: ImportRun, after: int, size: int) -> list[tuple[int, list[str]]]:
    """Up to ``size`` rows behind line ``after`` that are not applied yet."""
    found = StagedRow.objects.filter(run=run, line__gt=after).order_by("line").values_list("line", "cells")[:size]
    # Read as one text: starting for each row would take twice as long as reading it.
    cells = json.loads(f"[{','.join(cells for _line, cells in found)}]")
    return [(line, row) for (line, _cells), row in zip(found, cells, strict=True)]


def discard(run: ImportRun) -> None:
    """Remove a run of which nothing was applied. Refusal otherwise."""
    if run.results.exists():
        raise Refusal(_("Rows of this import are written already; it can be taken back but not dropped."))
    unstage(run)
    run.delete()


def unstage(run: ImportRun) -> None:
    """Delete the cells that are not applied, in portions that hold the write lock for a moment only."""
    while lines := list(StagedRow.objects.filter(run=run).values_list("pk", flat=True)[: 5 * _CHUNK]):
        StagedRow.objects.filter(run=run, pk__lte=max(lines), pk__gte=min(lines)).delete()
