"""The second step: how the columns of a file are mapped, what the dry run says, what is assumed and proposed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xiaoguan.journal.kinds import CONTACT, CUSTOMER, DEAL, PRODUCT
from xiaoguan.org.company import company
from xiaoguan.org.models import ExchangeRate
from xiaoguan.services.transfer.contract import Assumption, Column, Importable
from xiaoguan.services.transfer.drafts import open_fields
from xiaoguan.services.transfer.models import ImportRun
from xiaoguan.services.transfer.rows import shown
from xiaoguan.services.transfer.staging import staged_chunk
from xiaoguan.services.transfer.stored import assumptions_of, corrections_of
from xiaoguan.services.transfer.survey import ColumnFacts, Survey
from xiaoguan.services.transfer.words import Words, listed

State = ImportRun.State
_LOOKED_AT, _SAMPLES = 20, 2
"""rows among which the first filled values of a column are looked for, and how many are shown"""
_ASKED: Mapping[int, tuple[str, ...]] = {
    DEAL: ("currency", "tax", "snapshot_day"),
    CUSTOMER: ("keep_empty",),
    CONTACT: ("keep_empty",),
    PRODUCT: ("keep_empty",),
}
"""which options a kind's module heeds; one that changes nothing is not asked"""


@dataclass(frozen=True, slots=True)
class Chip:
    """The result of a column's check in few words."""

    text: str
    tone: str = ""
    icon: str = ""


@dataclass(frozen=True, slots=True)
class FileColumn:
    """A column of the file: its first values (personal ones masked), the field it goes to, what the check says."""

    index: int
    header: str
    samples: Sequence[str]
    field: str
    factor: int
    chip: Chip | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A correction with what was said to it: yes, no, or nothing yet (which keeps the file's spelling)."""

    field: str
    column: str
    written: str
    meant: str
    rows: int
    why: Words
    yes: bool | None


@dataclass(frozen=True, slots=True)
class Part:
    label: str
    value: int
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Everything on the page of the second step but the problems."""

    columns: Sequence[FileColumn]
    missing: Sequence[Column]
    asked: Sequence[str]
    notes: Sequence[Words]
    checked: bool
    parts: Sequence[Part]
    assumptions: Sequence[Assumption]
    proposals: Sequence[Proposal]

    @property
    def missing_words(self) -> str:
        return listed(column.label for column in self.missing)

    @property
    def mapped(self) -> int:
        return sum(1 for column in self.columns if column.field)

    @property
    def used(self) -> list[FileColumn]:
        """Columns worth a line: all of a small file; of a wide one those that go somewhere and the first ones."""
        return [c for c in self.columns if c.field or c.index < _WIDE]

    @property
    def unused(self) -> list[FileColumn]:
        return [c for c in self.columns if not c.field and c.index >= _WIDE]

    @property
    def undecided(self) -> int:
        return sum(1 for proposal in self.proposals if proposal.yes is None)


_WIDE = 12


def draft_of(run: ImportRun, what: Importable, posted: Mapping[str, Any] | None = None) -> Draft:
    """The draft as it stands; ``posted`` are selects that were sent and could not be taken."""
    checked = run.state == State.CHECKED
    proposals = _proposals(run)
    return Draft(
        columns=_columns(run, what, proposals, checked, posted),
        missing=open_fields(run, what),
        asked=_ASKED.get(what.object_kind, ()),
        notes=[Words.from_json(note) for note in [*run.notes, *run.mapping.get("notes", [])]],
        checked=checked,
        parts=parts_of(run) if checked else (),
        assumptions=assumptions_of(run.assumptions) if checked else (),
        proposals=proposals if checked else (),
    )


def currencies() -> list[str]:
    """The company's currency, then those with an exchange rate."""
    own = company().currency
    others = ExchangeRate.objects.exclude(currency=own).order_by("currency").values_list("currency", flat=True)
    return [own, *dict.fromkeys(others)]


def parts_of(run: ImportRun) -> list[Part]:
    """The rows of a run by what becomes of them."""
    return [
        Part(_("New"), run.created, "c1"),
        Part(_("Changed"), run.updated, "c5"),
        Part(_("Unchanged"), run.unchanged, "rest"),
        Part(_("With errors, left out"), run.skipped, "bad"),
    ]


def _columns(
    run: ImportRun,
    what: Importable,
    proposals: Sequence[Proposal],
    checked: bool,
    posted: Mapping[str, Any] | None,
) -> list[FileColumn]:
    rows = [cells for _line, cells in staged_chunk(run, -1, _LOOKED_AT)]
    fields = {header: field for field, header in run.mapping.get("headers", {}).items()}
    by_field = {column.field: column for column in what.columns}
    survey = Survey.from_json(run.survey) if checked else Survey()
    result = []
    for index, header in enumerate(run.headers):
        field = fields.get(header, "") if posted is None else posted.get(f"column-{index}", "")
        cells = [row[index] for row in rows if index < len(row) and row[index]][:_SAMPLES]
        facts = survey.columns.get(field)
        result.append(
            FileColumn(
                index=index,
                header=header,
                samples=[shown(by_field[field], cell) if field in by_field else _short(cell) for cell in cells],
                field=field,
                factor=run.mapping.get("factors", {}).get(field, 1),
                chip=_chip(run, header, facts, survey.rows, proposals) if facts else None,
            )
        )
    return result


def _short(cell: str) -> str:
    return cell if len(cell) <= 40 else cell[:39] + "…"


def _chip(run: ImportRun, header: str, facts: ColumnFacts, rows: int, proposals: Sequence[Proposal]) -> Chip:
    wrong = run.tally.get("columns", {}).get(header, 0)
    if wrong:
        text = ngettext("%(count)s row with a problem", "%(count)s rows with a problem", wrong)
        return Chip(text % {"count": f"{wrong:,}"}, "warn", "alert-triangle")
    open_ = sum(1 for p in proposals if p.column == header and p.yes is None)
    if open_:
        text = ngettext("%(count)s spelling to look at", "%(count)s spellings to look at", open_)
        return Chip(text % {"count": f"{open_:,}"}, "info", "pencil")
    if facts.filled == rows:
        return Chip(ngettext("%(count)s row", "%(count)s rows", rows) % {"count": f"{rows:,}"}, "good", "check")
    text = _("%(filled)s filled, %(empty)s empty")
    return Chip(text % {"filled": f"{facts.filled:,}", "empty": f"{rows - facts.filled:,}"}, "good", "check")


def _proposals(run: ImportRun) -> list[Proposal]:
    answered: dict[tuple[str, str], Mapping[str, Any]] = {(a["field"], a["written"]): a for a in run.answers}
    told = [(corrections_of([{k: v for k, v in a.items() if k != "yes"}])[0], a["yes"]) for a in run.answers]
    fresh = [(c, None) for c in corrections_of(run.corrections) if (c.field, c.written) not in answered]
    both: list[tuple[Any, bool | None]] = [*told, *fresh]
    both.sort(key=lambda item: (item[0].field, -item[0].rows, item[0].written))
    return [Proposal(c.field, c.column, c.written, c.meant, c.rows, c.why, yes) for c, yes in both]
