"""The rows that are left out and why, a page at a time, by kind of problem."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from xiaoguan.services.transfer.contract import Problem
from xiaoguan.services.transfer.models import ImportRun
from xiaoguan.services.transfer.report import problems_of_run
from xiaoguan.services.transfer.tally import reason_label

_PAGE = 20


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: its number in the list (what addresses carry), its words and how many rows have it."""

    number: int
    reason: str
    label: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Problems:
    """``rows`` counts the rows left out; the addresses lead to the next and the first page, "" where this is it."""

    rows: int
    kinds: Sequence[Kind]
    chosen: int
    listed: Sequence[Problem]
    next_url: str
    first_url: str


def problems_page(run: ImportRun, *, kind: str = "", after: str = "") -> Problems:
    """A page of problems behind a line, of one kind or of all."""
    kinds = kinds_of(run)
    chosen = next((k for k in kinds if str(k.number) == kind), None)
    kind = str(chosen.number) if chosen else ""
    start = int(after) if after.isdecimal() and len(after) < 10 else 0
    problems = problems_of_run(run, reason=chosen.reason if chosen else "", after=start)
    listed, next_line = _cut(problems)
    return Problems(
        rows=run.skipped,
        kinds=kinds,
        chosen=chosen.number if chosen else 0,
        listed=listed,
        next_url=f"?why={kind}&after={next_line}#problems" if next_line else "",
        first_url=f"?why={kind}#problems" if start else "",
    )


def kinds_of(run: ImportRun) -> list[Kind]:
    """The kinds of problems of a run, the most frequent first."""
    reasons = sorted(run.tally.get("reasons", {}).items(), key=lambda item: (-item[1], item[0]))
    return [Kind(number, reason, reason_label(reason), rows) for number, (reason, rows) in enumerate(reasons, start=1)]


def _cut(problems: Iterator[Problem]) -> tuple[list[Problem], int]:
    """A page never parts the problems of one row."""
    listed: list[Problem] = []
    for problem in problems:
        if len(listed) >= _PAGE and problem.line != listed[-1].line:
            return listed, listed[-1].line
        listed.append(problem)
    return listed, 0


def csv_head() -> list[str]:
    return [_("Line"), _("Column"), _("Value"), _("Reason"), _("What can be done")]


def csv_rows(run: ImportRun) -> Iterator[list[object]]:
    """The problems of all rows as a table."""
    for p in problems_of_run(run):
        yield [p.line, p.column, p.value, str(p.reason), str(p.hint)]
