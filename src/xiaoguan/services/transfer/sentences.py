"""What the import recorded, as sentences of the journal."""

from django.utils.translation import gettext as _

from xiaoguan.journal.facts.transfer import ImportApplied, ImportUndone
from xiaoguan.journal.sentences import Sentence, Story, register


@register(ImportApplied)
def _applied(story: Story) -> Sentence:
    fact: ImportApplied = story.entry.fact  # type: ignore[assignment]  # registered for this fact only
    detail = _("Created %(created)s, updated %(updated)s, unchanged %(unchanged)s, skipped %(skipped)s.") % {
        "created": f"{fact.created:,}",
        "updated": f"{fact.updated:,}",
        "unchanged": f"{fact.unchanged:,}",
        "skipped": f"{fact.skipped:,}",
    }
    return Sentence(icon="table-import", title=_("File imported"), detail=detail)


@register(ImportUndone)
def _undone(story: Story) -> Sentence:
    fact: ImportUndone = story.entry.fact  # type: ignore[assignment]  # registered for this fact only
    detail = _("%(rows)s rows taken back, %(kept)s kept because they were edited since.") % {
        "rows": f"{fact.rows:,}",
        "kept": f"{fact.kept:,}",
    }
    return Sentence(icon="arrow-back-up", title=_("Import taken back"), detail=detail)
