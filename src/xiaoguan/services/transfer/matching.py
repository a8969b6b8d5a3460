"""Sorting a chunk of rows: with a problem, unchanged since the last file, or ready to be written."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext_noop

from xiaoguan.services.transfer.contract import Assumption, Column, Context, Importable, Problem, Ready, Row
from xiaoguan.services.transfer.models import ImportedRecord
from xiaoguan.services.transfer.rows import RowReader, shown
from xiaoguan.services.transfer.words import Words

_LONGEST_ID = 200
_IDS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Known:
    """What an earlier file made of an external id."""

    record_id: int
    object_id: int
    row_hash: str


@dataclass(slots=True)
class SortedOut:
    """A chunk sorted. By line, for ready rows with an external id: the row's hash, and what stood before."""

    ready: list[Ready] = field(default_factory=list)
    unchanged: list[tuple[Ready, int]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    assumptions: list[Assumption] = field(default_factory=list)
    hashes: dict[int, str] = field(default_factory=dict)
    known: dict[int, Known] = field(default_factory=dict)


class Matcher:
    """Knows which external ids this run met already (``seen``: id → line), over all its chunks."""

    def __init__(self, importable: Importable, reader: RowReader, seen: dict[str, int] | None = None) -> None:
        self._importable, self._reader = importable, reader
        self._seen = seen if seen is not None else {}
        self._first = not ImportedRecord.objects.filter(kind=importable.kind).exists()

    def sort_out(self, chunk: Sequence[tuple[int, list[str]]], context: Context) -> SortedOut:
        result = SortedOut()
        rows: dict[int, Row] = {}
        for line, cells in chunk:
            row = self._reader.read(line, cells)
            if isinstance(row, Row):
                rows[line] = row
            else:
                result.problems.extend(row)
        prepared = self._importable.prepare(list(rows.values()), context)
        result.problems.extend(self._with_column(problem, context) for problem in prepared.problems)
        result.assumptions = prepared.assumptions
        wrong = {problem.line for problem in prepared.problems}
        if wrong | {ready.line for ready in prepared.rows} != set(rows):
            raise RuntimeError("prepare must answer for every row")
        known = self._known([ready.external_id for ready in prepared.rows if ready.external_id])
        for ready in prepared.rows:
            if ready.line not in wrong:
                self._place(ready, rows[ready.line], known, context, result)
        return result

    def forget(self, chunk: Sequence[tuple[int, list[str]]]) -> None:
        """The chunk was rolled back and comes again: its ids were not met after all."""
        lines = {line for line, _cells in chunk}
        for external_id in [key for key, line in self._seen.items() if line in lines]:
            del self._seen[external_id]

    def _known(self, ids: Sequence[str]) -> dict[str, Known]:
        found: dict[str, Known] = {}
        if self._first:  # nothing of this kind was imported before this run, and one import writes at a time
            return found
        for start in range(0, len(ids), _IDS_AT_ONCE):
            records = ImportedRecord.objects.filter(
                kind=self._importable.kind, external_id__in=ids[start : start + _IDS_AT_ONCE]
            )
            for record in records:
                found[record.external_id] = Known(record.pk, record.object_id, record.row_hash)
        return found

    def _place(self, ready: Ready, row: Row, known: dict[str, Known], context: Context, result: SortedOut) -> None:
        if ready.external_id is None:
            result.ready.append(ready)
            return
        problem = self._wrong_id(ready, row)
        if problem is not None:
            result.problems.append(self._with_column(problem, context))
            return
        self._seen[ready.external_id] = ready.line
        row_hash = self._reader.fingerprint(row)
        earlier = known.get(ready.external_id)
        if earlier is not None and earlier.row_hash == row_hash:
            result.unchanged.append((ready, earlier.object_id))
            return
        if earlier is not None:
            ready.object_id = earlier.object_id
            result.known[ready.line] = earlier
        result.ready.append(ready)
        result.hashes[ready.line] = row_hash

    def _wrong_id(self, ready: Ready, row: Row) -> Problem | None:
        external_id = ready.external_id or ""
        value = external_id[:80]
        name = next((name for name, cell in row.values.items() if cell == external_id), None)
        if len(external_id) > _LONGEST_ID:
            words = Words(_TOO_LONG, {"limit": _LONGEST_ID})
            return Problem(line=ready.line, reason=words, hint=Words(_TOO_LONG_HINT), field=name, value=value)
        if external_id in self._seen:
            words = Words(_TWICE, {"id": value, "line": self._seen[external_id]})
            return Problem(line=ready.line, reason=words, hint=Words(_TWICE_HINT), field=name, value=value)
        return None

    def _with_column(self, problem: Problem, context: Context) -> Problem:
        if problem.field is None:
            return problem
        column = next((column for column in self._importable.columns if column.field == problem.field), None)
        if column is not None and column.private and problem.value:
            problem = _masked(problem, column)
        header = context.headers.get(problem.field or "", problem.field or "")
        return replace(problem, column=problem.column or header)


def _masked(problem: Problem, column: Column) -> Problem:
    """A module may quote the cell in its sentence too; a personal value is nowhere shown whole."""
    value = shown(column, problem.value)

    def mask(words: Words) -> Words:
        return Words(words.text, {k: value if v == problem.value else v for k, v in words.params.items()})

    return replace(problem, value=value, reason=mask(problem.reason), hint=mask(problem.hint))


_TWICE = gettext_noop("“%(id)s” stands in line %(line)d already")
_TWICE_HINT = gettext_noop("only the first of the two is imported; give one of them an id of its own or delete it")
_TOO_LONG = gettext_noop("an id of more than %(limit)d characters")
_TOO_LONG_HINT = gettext_noop("choose the right column for the id")
