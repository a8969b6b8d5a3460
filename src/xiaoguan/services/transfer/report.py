"""What a run came to, as plain data: for the command, the pages and programs that read JSON."""

import json
from collections.abc import Iterator
from typing import Any

from django.db.models import TextField
from django.db.models.functions import Cast

from xiaoguan.services.transfer.contract import Problem
from xiaoguan.services.transfer.models import ImportRow, ImportRun, StagedRow
from xiaoguan.services.transfer.stored import assumptions_of, corrections_of, problems_of
from xiaoguan.services.transfer.words import Words

_WRITTEN = (
    ImportRun.State.DONE,
    ImportRun.State.FAILED,
    ImportRun.State.UNDOING,
    ImportRun.State.UNDO_FAILED,
    ImportRun.State.UNDONE,
)


def problems_of_run(run: ImportRun, *, reason: str = "", after: int = 0) -> Iterator[Problem]:
    """Every problem of every row, in the order of the file: of the dry run, or of what was really written.

    ``reason`` keeps one kind of problem (its msgid); ``after`` begins behind a line.
    """
    table = ImportRow if run.state in _WRITTEN else StagedRow
    rows = table.objects.filter(run=run, problems__isnull=False, line__gt=after).order_by("line")
    if reason:
        # The database picks the rows, so that a rare kind among a million problems is found at once.
        written = json.dumps(reason, ensure_ascii=False)[1:-1]
        rows = rows.annotate(said=Cast("problems", TextField())).filter(said__contains=written)
    for line, problems in rows.values_list("line", "problems").iterator(2_000):
        yield from (p for p in problems_of(line, problems) if not reason or p.reason.text == reason)


def report(run: ImportRun) -> dict[str, Any]:
    """The run's outcome in the reader's language: counts, errors by line and column, assumptions, proposals."""
    return {
        "run": run.pk,
        "kind": run.kind,
        "file": run.file_name,
        "state": run.state,
        "encoding": run.encoding,
        "sheet": run.sheet,
        "rows": run.rows,
        "created": run.created,
        "updated": run.updated,
        "unchanged": run.unchanged,
        "skipped": run.skipped,
        "columns": run.mapping.get("headers", {}),
        "not_imported": list(run.mapping.get("left_out", [])),
        "notes": [str(Words.from_json(note)) for note in [*run.notes, *run.mapping.get("notes", [])]],
        "errors": [problem_data(problem) for problem in problems_of_run(run)],
        "assumed": [{"code": a.code, "text": str(a.words), "rows": a.rows} for a in assumptions_of(run.assumptions)],
        "corrections": [
            {
                "field": c.field,
                "column": c.column,
                "written": c.written,
                "meant": c.meant,
                "rows": c.rows,
                "why": str(c.why),
            }
            for c in corrections_of(run.corrections)
        ],
    }


def problem_data(problem: Problem) -> dict[str, Any]:
    return {
        "line": problem.line,
        "column": problem.column,
        "field": problem.field,
        "value": problem.value,
        "reason": str(problem.reason),
        "hint": str(problem.hint),
    }
