"""Who may import, and who sees which imports."""

from typing import Final

from django.db.models import QuerySet
from django.utils import timezone

from xiaoguan.lib.days import company_day
from xiaoguan.org.models import Member
from xiaoguan.org.scope import allowed
from xiaoguan.services.transfer import kinds
from xiaoguan.services.transfer.contract import Importable
from xiaoguan.services.transfer.models import ImportRun

PERMISSION: Final = "imports.run"
UNDO: Final = "imports.undo"


def _allowed(member: Member, permission: str) -> bool:
    return allowed(member, permission, company_day(timezone.now()))


def visible_runs(member: Member) -> QuerySet[ImportRun]:
    """A file's contents are confidential: one's own imports, or all of them for who may take imports back."""
    runs = ImportRun.objects.select_related("by", "undone_by")
    if _allowed(member, UNDO):
        return runs
    return runs.filter(by=member) if _allowed(member, PERMISSION) else runs.none()


def watched_runs(member: Member) -> QuerySet[ImportRun]:
    """The same without what is heavy, for looking every second how far they are."""
    return visible_runs(member).defer(
        "headers", "repeated", "notes", "mapping", "survey", "memory", "assumptions", "corrections", "answers", "tally"
    )


def may_import(member: Member, what: Importable) -> bool:
    """Whether a member may bring in this kind of records."""
    return _allowed(member, PERMISSION) and _allowed(member, what.permission or PERMISSION)


def may_change(member: Member, run: ImportRun) -> bool:
    """Choosing columns, answering, importing, dropping a draft: who uploaded the file, and nobody else."""
    return run.by_id == member.pk and any(
        what.kind == run.kind and may_import(member, what) for what in kinds.importables()
    )


def may_go_on(member: Member, run: ImportRun) -> bool:
    """Going on with an import that a fault stopped."""
    return may_change(member, run) or may_undo(member, run)


def may_undo(member: Member, run: ImportRun) -> bool:
    """Taking a whole import back."""
    return _allowed(member, UNDO)
