"""How far a run is, while something is being done with it."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from xiaoguan.services.transfer import lease
from xiaoguan.services.transfer.contract import Did
from xiaoguan.services.transfer.models import ImportRow, ImportRun

State = ImportRun.State
BUSY = (State.STAGING, State.CHECKING, State.APPLYING, State.UNDOING)
_WRITTEN = (str(Did.CREATED), str(Did.UPDATED))


@dataclass(frozen=True, slots=True)
class Progress:
    """``total`` is None where it is not known yet; ``waiting`` says what the run waits for."""

    label: str
    done: int
    total: int | None
    waiting: str = ""


def progress_of(run: ImportRun, *, at: datetime | None = None) -> Progress:
    """Rows done of rows in all; with ``at`` also whether the run waits for its turn."""
    if run.state in (State.APPLYING, State.UNDOING):
        waiting = _waiting(run, at) if at else ""
        if run.state == State.APPLYING:
            return Progress(_("Rows written"), run.done, run.rows, waiting)
        back = ImportRow.objects.filter(run_id=run.pk, did__in=_WRITTEN, undone=True).count()
        return Progress(_("Records taken back"), back + run.kept, run.writes, waiting)
    labels = {"read": _("Reading rows"), "survey": _("Looking through the rows"), "check": _("Checking rows")}
    if run.step == "read" or run.state == State.STAGING:
        return Progress(labels["read"], run.step_done, None)
    return Progress(labels.get(run.step, labels["survey"]), run.step_done, run.rows)


def _waiting(run: ImportRun, at: datetime) -> str:
    """Only one import writes at a time. Whose the other is, and what its file is called, stays its own."""
    other = lease.held(at=at)
    if other is None or other.run_id == run.pk:
        return ""
    if other.run is None or not other.run.rows:
        return _("Another import is being written; this one begins by itself when that one is done.")
    return _(
        "Another import is being written (%(done)s of %(rows)s rows); this one begins by itself when that one is done."
    ) % {"done": f"{other.run.done:,}", "rows": f"{other.run.rows:,}"}
