"""What the pages of the import read."""

from collections.abc import Sequence
from dataclasses import dataclass

from xiaoguan.org.models import Member
from xiaoguan.services.transfer import kinds, policy
from xiaoguan.services.transfer.models import ImportRun

_NEWEST = 100
_SHOWN = (
    ImportRun.State.APPLYING,
    ImportRun.State.DONE,
    ImportRun.State.FAILED,
    ImportRun.State.UNDOING,
    ImportRun.State.UNDONE,
)


@dataclass(frozen=True, slots=True)
class ListedRun:
    """An import as its list shows it: the kind in words, and a tone where a person should look."""

    run: ImportRun
    kind: object
    tone: str


def newest_runs(member: Member) -> Sequence[ListedRun]:
    """The newest hundred imports that were written, newest first."""
    labels = {importable.kind: importable.label for importable in kinds.importables()}
    runs = policy.visible_runs(member).filter(state__in=_SHOWN).order_by("-pk")
    runs = runs.defer("headers", "repeated", "notes", "mapping", "survey", "memory", "corrections", "assumptions")
    return [ListedRun(run, labels.get(run.kind, run.kind), _tone(run)) for run in runs[:_NEWEST]]


def _tone(run: ImportRun) -> str:
    if run.state == ImportRun.State.FAILED:
        return "bad"
    if run.state in (ImportRun.State.APPLYING, ImportRun.State.UNDOING):
        return "info"
    return "warn" if run.state == ImportRun.State.DONE and run.skipped else ""
