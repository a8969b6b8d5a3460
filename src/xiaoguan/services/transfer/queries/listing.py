"""The list of imports, and the kinds that a member may bring in."""

from dataclasses import dataclass

from xiaoguan.org.models import Member
from xiaoguan.services.transfer import kinds, policy
from xiaoguan.services.transfer.contract import Importable
from xiaoguan.services.transfer.models import ImportRun
from xiaoguan.services.transfer.queries.progress import BUSY, Progress, progress_of
from xiaoguan.services.transfer.undoing import UNDOABLE
from xiaoguan.services.transfer.words import listed

_NEWEST = 100
_HEAVY = ("headers", "repeated", "notes", "mapping", "survey", "memory", "corrections", "assumptions", "answers")
_ICONS = {
    "members": "users",
    "customers": "building",
    "contacts": "user",
    "products": "package",
    "deals": "layout-kanban",
    "activities": "phone",
}
State = ImportRun.State
COUNTED = (State.APPLYING, State.DONE, State.FAILED, State.UNDOING, State.UNDO_FAILED, State.UNDONE)
"""states in which the counts are of rows that were really written"""


@dataclass(frozen=True, slots=True)
class Door:
    """A kind that can be brought in: its icon, and which columns a file must and may have."""

    kind: str
    label: object
    icon: str
    required: str
    more: str


@dataclass(frozen=True, slots=True)
class ListedRun:
    """An import as its list shows it: the kind in words, a tone where a person should look, what can be done."""

    run: ImportRun
    kind: object
    tone: str
    counted: bool
    progress: Progress | None
    undoable: bool


def doors(member: Member) -> list[Door]:
    """The kinds that a member may bring in, in the order in which a company does it."""
    return [_door(what) for what in kinds.importables() if policy.may_import(member, what)]


def _door(what: Importable) -> Door:
    required = listed(column.label for column in what.columns if column.required)
    more = listed(column.label for column in what.columns if not column.required)
    return Door(what.kind, what.label, _ICONS.get(what.kind, "table"), required, more)


def kind_label(kind: str) -> object:
    return next((what.label for what in kinds.importables() if what.kind == kind), kind)


def newest_runs(member: Member) -> list[ListedRun]:
    """The newest hundred imports that a member may see, drafts among them, newest first."""
    runs = policy.visible_runs(member).defer(*_HEAVY).order_by("-pk")
    labels = {what.kind: what.label for what in kinds.importables()}
    return [_listed(run, labels.get(run.kind, run.kind), member) for run in runs[:_NEWEST]]


def unfinished(member: Member) -> tuple[int, int]:
    """How many imports that a member may see wait for a person: drafts, and those that failed on the way."""
    drafts = (State.UPLOADED, State.MAPPED, State.CHECKED)
    runs = policy.visible_runs(member).filter(state__in=(*drafts, State.FAILED, State.UNDO_FAILED))
    states = list(runs.values_list("state", flat=True)[:1000])
    return sum(state in drafts for state in states), sum(state not in drafts for state in states)


def _listed(run: ImportRun, kind: object, member: Member) -> ListedRun:
    undoable = run.state in UNDOABLE and run.state != State.UNDOING and run.writes > 0
    return ListedRun(
        run=run,
        kind=kind,
        tone=_tone(run),
        counted=run.state in COUNTED,
        progress=progress_of(run) if run.state in BUSY and not run.sheets else None,
        undoable=undoable and policy.may_undo(member, run),
    )


def _tone(run: ImportRun) -> str:
    if run.state in (State.FAILED, State.UNDO_FAILED, State.REFUSED):
        return "bad"
    if run.state in BUSY:
        return "info"
    if run.state in (State.UPLOADED, State.MAPPED, State.CHECKED):
        return "warn"
    return "good" if run.state == State.DONE else ""
