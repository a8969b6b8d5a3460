"""What happened to the books, in words. Imported by the app's start-up."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xiaoguan.journal.facts.ledger import PeriodClosed, UnitsCorrected
from xiaoguan.journal.kinds import MEMBER
from xiaoguan.journal.sentences import Sentence, Story, register


@register(PeriodClosed)
def _closed(story: Story) -> Sentence:
    fact = story.entry.fact
    assert isinstance(fact, PeriodClosed)
    return Sentence(icon="lock", title=_("Closed the books through %(day)s") % {"day": fact.through})


@register(UnitsCorrected)
def _units(story: Story) -> Sentence:
    fact = story.entry.fact
    assert isinstance(fact, UnitsCorrected)
    count = len(fact.entries)
    detail = ngettext("%(count)s entry was attributed anew", "%(count)s entries were attributed anew", count)
    return Sentence(
        icon="arrows-exchange",
        title=_("A late move of %(name)s changed which unit figures belong to")
        % {"name": story.names(MEMBER, fact.member_id)},
        detail=detail % {"count": count},
    )
