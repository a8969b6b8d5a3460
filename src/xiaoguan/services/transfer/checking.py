"""Going through all rows without writing any record: what the whole file tells, what is assumed, what is wrong."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from xiaoguan.lib.garbage import uncollected
from xiaoguan.org import memo
from xiaoguan.org.company import company
from xiaoguan.services.transfer.contract import (
    Context,
    Correction,
    Did,
    Importable,
    Problem,
    Row,
)
from xiaoguan.services.transfer.matching import Matcher
from xiaoguan.services.transfer.models import AcceptedCorrection, ImportRun, StagedRow
from xiaoguan.services.transfer.rows import RowReader
from xiaoguan.services.transfer.spelling import propose
from xiaoguan.services.transfer.staging import Progress, column_map, quiet, staged_chunk
from xiaoguan.services.transfer.stored import (
    added_up,
    assumptions_json,
    assumptions_of,
    corrections_json,
    options_of,
    problems_json,
)
from xiaoguan.services.transfer.survey import Survey
from xiaoguan.services.transfer.tally import Tally

_CHUNK = 2_000


class Superseded(RuntimeError):
    """The run's columns or options were changed while it was being read or checked with the former ones."""


COUNTS = ("created", "updated", "unchanged", "skipped")


def reader_of(run: ImportRun, importable: Importable) -> RowReader:
    """The reader of a mapped run, with the day orders and the corrections known so far."""
    return RowReader(
        importable.columns,
        run.headers,
        column_map(run),
        options=options_of(run.options),
        currency=company().currency,
        orders=run.mapping.get("orders", {}),
        substitutions=_accepted(run, importable),
    )


def _accepted(run: ImportRun, importable: Importable) -> Mapping[str, Mapping[str, str]]:
    """Spellings said yes to: earlier ones of this kind, and those of this file that are not remembered yet."""
    found: dict[str, dict[str, str]] = {}
    for name, written, meant in AcceptedCorrection.objects.filter(kind=importable.kind).values_list(
        "field", "written", "meant"
    ):
        found.setdefault(name, {})[written] = meant
    for answer in run.answers:
        if answer["yes"]:
            found.setdefault(answer["field"], {})[answer["written"]] = answer["meant"]
    return found


def keep(run: ImportRun, *names: str) -> None:
    """Save what was found out about a run. ``Superseded``, and nothing saved, where its columns or options were
    changed meanwhile."""
    fields = {name: getattr(run, name) for name in names}
    if not ImportRun.objects.filter(pk=run.pk, revision=run.revision).update(**fields):
        raise Superseded(f"import {run.pk}")


def context_of(run: ImportRun, reader: RowReader, *, at: datetime, dry: bool) -> Context:
    return Context(
        run_id=run.pk,
        by=run.by,
        at=at,
        options=options_of(run.options),
        headers=reader.headers,
        survey=Survey.from_json(run.survey),
        memory=run.memory,
        dry=dry,
    )


def survey_run(run: ImportRun, importable: Importable, *, at: datetime, progress: Progress = quiet) -> None:
    """Read all rows once: survey, what the module notes, assumptions, proposals of corrections."""
    orders = _survey(run, importable, progress)
    if orders:
        # Some later cell proved how days such as 03/04/2026 are meant: read again, now knowing it.
        run.mapping = run.mapping | {"orders": orders}
        _survey(run, importable, progress)
    reader = reader_of(run, importable)
    context = context_of(run, reader, at=at, dry=True)
    assumed = importable.assume(context) if importable.assume else ()
    run.assumptions = assumptions_json(added_up(assumed))
    run.corrections = corrections_json(_proposals(importable, context))
    keep(run, "mapping", "survey", "memory", "assumptions", "corrections")


@uncollected()
def _survey(run: ImportRun, importable: Importable, progress: Progress) -> dict[str, Any]:
    reader = reader_of(run, importable)
    survey = Survey.of([c for c in importable.columns if c.field in reader.headers])
    memory: dict[str, Any] = {}
    last, done = -1, 0
    while chunk := staged_chunk(run, last, _CHUNK):
        rows = [row for line, cells in chunk if isinstance(row := reader.read(line, cells), Row)]
        survey.add(rows)
        if importable.study:
            importable.study(rows, memory)
        last, done = chunk[-1][0], done + len(chunk)
        progress("survey", done, run.rows)
    run.survey, run.memory = survey.as_json(), memory
    return dict(reader.decided_orders())


def _proposals(importable: Importable, context: Context) -> list[Correction]:
    corrections: list[Correction] = []
    for column in importable.columns:
        facts = context.survey.columns.get(column.field)
        if facts is None or not facts.values or not (column.known or column.reference):
            continue
        known = column.known() if column.known else ()
        reference = column.reference() if column.reference else ()
        corrections += [
            Correction(
                field=column.field,
                column=context.headers[column.field],
                written=proposal.written,
                meant=proposal.meant,
                rows=facts.values[proposal.written],
                why=proposal.why,
            )
            for proposal in propose(facts.values, known, reference)
        ]
    return corrections


def check_run(run: ImportRun, importable: Importable, *, at: datetime, progress: Progress = quiet) -> None:
    """The dry run: every row prepared, nothing written but the counts and the reasons of rows to be skipped."""
    reader = reader_of(run, importable)
    context = context_of(run, reader, at=at, dry=True)
    matcher = Matcher(importable, reader)
    counts, tally = dict.fromkeys(COUNTS, 0), Tally()
    assumed = assumptions_of(run.assumptions)
    last, done = -1, 0
    StagedRow.objects.filter(run=run, problems__isnull=False).update(problems=None)
    while chunk := staged_chunk(run, last, _CHUNK):
        with memo.one_request():
            sorted_out = matcher.sort_out(chunk, context)
        assumed += sorted_out.assumptions
        counts["unchanged"] += len(sorted_out.unchanged)
        counts["skipped"] += len({problem.line for problem in sorted_out.problems})
        for ready in sorted_out.ready:
            counts[str(Did.CREATED if ready.object_id is None else Did.UPDATED)] += 1
        tally.add(sorted_out.problems)
        _keep_problems(run, sorted_out.problems)
        last, done = chunk[-1][0], done + len(chunk)
        progress("check", done, run.rows)
    for name, count in counts.items():
        setattr(run, name, count)
    run.assumptions = assumptions_json(added_up(assumed))
    run.tally = tally.as_json()
    run.state = ImportRun.State.CHECKED
    keep(run, *COUNTS, "assumptions", "tally", "state")


def by_line(problems: list[Problem]) -> dict[int, list[Problem]]:
    found: dict[int, list[Problem]] = {}
    for problem in problems:
        found.setdefault(problem.line, []).append(problem)
    return found


def _keep_problems(run: ImportRun, problems: list[Problem]) -> None:
    if not problems:
        return
    with transaction.atomic():
        for line, found in by_line(problems).items():
            StagedRow.objects.filter(run=run, line=line).update(problems=problems_json(found))
