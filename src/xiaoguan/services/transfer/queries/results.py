"""What a file became: its records by line, and what an undo would meet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from xiaoguan.org.models import Member
from xiaoguan.org.records import Opened, open_records
from xiaoguan.services.transfer.contract import Did, Importable
from xiaoguan.services.transfer.models import ImportRow, ImportRun
from xiaoguan.services.transfer.undoing import undo_preview

_PAGE = 100
_NAMED = 50
DONE = {Did.CREATED: _("New"), Did.UPDATED: _("Changed"), Did.UNCHANGED: _("Unchanged")}


@dataclass(frozen=True, slots=True)
class Came:
    """A row and the record it became; the record is named only where the viewer may see it."""

    line: int
    did: str
    words: object
    undone: bool
    record: Opened


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    listed: Sequence[Came]
    chosen: str
    next_url: str
    first_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What an undo would take back; ``edited`` counts records that were changed since, ``named`` are some of them."""

    rows: int
    created: int
    updated: int
    edited: int
    named: Sequence[Came]

    @property
    def more(self) -> int:
        """Edited records that are not named."""
        return self.edited - len(self.named)


def results_page(run: ImportRun, what: Importable, member: Member, *, did: str = "", after: str = "") -> Results:
    """A page of the rows that came in, behind a line, of one outcome or of all."""
    chosen = did if did in set(DONE) else ""
    start = int(after) if after.isdecimal() and len(after) < 10 else 0
    found = _rows(run).filter(line__gt=start)
    if chosen:
        found = found.filter(did=chosen)
    rows = list(found.order_by("line")[: _PAGE + 1])
    page = rows[:_PAGE]
    return Results(
        listed=_came(page, what, member),
        chosen=chosen,
        next_url=f"?did={chosen}&after={page[-1].line}" if len(rows) > _PAGE else "",
        first_url=f"?did={chosen}" if start else "",
    )


def preview_of(run: ImportRun, what: Importable, member: Member) -> Preview:
    """What taking the run back would meet, with the edited records by name."""
    found = undo_preview(run, what)
    named = _rows(run).filter(line__in=found.edited[:_NAMED]).order_by("line")
    return Preview(
        rows=found.rows,
        created=_rows(run).filter(did=Did.CREATED, undone=False).count(),
        updated=_rows(run).filter(did=Did.UPDATED, undone=False).count(),
        edited=len(found.edited),
        named=_came(named, what, member),
    )


def _rows(run: ImportRun) -> QuerySet[ImportRow]:
    return ImportRow.objects.filter(run=run, object_id__isnull=False)


def _came(rows: Iterable[ImportRow], what: Importable, member: Member) -> list[Came]:
    rows = list(rows)
    records = open_records(member, {(what.object_kind, row.object_id or 0) for row in rows})
    return [
        Came(row.line, row.did, DONE[Did(row.did)], row.undone, records[what.object_kind, row.object_id or 0])
        for row in rows
    ]
