"""From a checked draft to records: the person's yes. The rows are written by whoever resumes runs, not here."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from xiaoguan.lib.refusal import Refusal
from xiaoguan.org.models import Member
from xiaoguan.services.transfer.checking import context_of, reader_of
from xiaoguan.services.transfer.contract import Correction
from xiaoguan.services.transfer.drafts import past
from xiaoguan.services.transfer.kinds import importable
from xiaoguan.services.transfer.models import AcceptedCorrection, ImportRun
from xiaoguan.services.transfer.stored import corrections_of

State = ImportRun.State


def start_writing(run: ImportRun, *, revision: int, by: Member, at: datetime) -> None:
    """Say yes to a checked draft: accepted corrections are remembered, its rows wait to be written.

    ``revision`` is that of the figures the person saw. Refusal where the draft changed since, or where this yes was
    said before: a button pressed twice imports once.
    """
    with transaction.atomic():
        draft = ImportRun.objects.select_for_update().get(pk=run.pk)
        if draft.state != State.CHECKED:
            raise Refusal(past(draft), code="past")
        if draft.revision != revision:
            raise Refusal(
                _("Columns or options were changed meanwhile. Look at the new figures, then import."), code="changed"
            )
        remember(draft, _accepted(draft), by=by, at=at)
        draft.state = State.APPLYING
        for name in ("created", "updated", "unchanged", "skipped"):
            setattr(draft, name, 0)
        draft.save()


def go_on(run: ImportRun) -> None:
    """Let a run that a fault stopped be written, or taken back, from where it stands. Refusal in another state."""
    onward = {State.FAILED: State.APPLYING, State.UNDO_FAILED: State.UNDOING}
    to = onward.get(State(run.state))
    if to is None or not ImportRun.objects.filter(pk=run.pk, state=run.state).update(state=to, error=""):
        raise Refusal(_("This import was not stopped; there is nothing to go on with."), code="past")


def _accepted(run: ImportRun) -> list[Correction]:
    said = [answer for answer in run.answers if answer["yes"]]
    return corrections_of([{k: v for k, v in answer.items() if k != "yes"} for answer in said])


def remember(run: ImportRun, corrections: list[Correction], *, by: Member | None, at: datetime) -> None:
    """Keep accepted spellings for later files of this kind, and tell the module those that it keeps as aliases."""
    what = importable(run.kind)
    for c in corrections:
        AcceptedCorrection.objects.update_or_create(
            kind=what.kind, field=c.field, written=c.written, defaults={"meant": c.meant, "by": by, "at": at}
        )
    aliases = {column.field for column in what.columns if column.alias}
    told = [c for c in corrections if c.field in aliases]
    if told and what.accept:
        what.accept(told, context_of(run, reader_of(run, what), at=at, dry=False))
