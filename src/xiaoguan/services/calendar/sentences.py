"""Each fact about activities and tasks as a sentence."""

from typing import Any, Final

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from xiaoguan.journal.facts import calendar as facts
from xiaoguan.journal.kinds import MEMBER
from xiaoguan.journal.sentences import Change, Sentence, Story, register
from xiaoguan.services.calendar.models import Activity
from xiaoguan.ui import format as write

ICONS: Final = {
    "call": "phone",
    "visit": "map-pin",
    "meeting": "users",
    "mail": "mail",
    "note": "note",
    "other": "point",
}
_DONE: Final = {
    "call": gettext_lazy("%(who)s made a call"),
    "visit": gettext_lazy("%(who)s paid a visit"),
    "meeting": gettext_lazy("%(who)s held a meeting"),
    "mail": gettext_lazy("%(who)s sent a message"),
    "note": gettext_lazy("%(who)s wrote a note"),
    "other": gettext_lazy("%(who)s was in contact"),
}


def _day(value: Any) -> str:
    return write.day(value, "long", language=get_language() or "zh-hans")


def _title(story: Story) -> str:
    """The task's wording, where this reader may see it."""
    found = next((value["new"] for value in story.private if value["field"] == "title"), None)
    return found or ""


@register(facts.ActivityLogged)
def _logged(story: Story) -> Sentence:
    fact: Any = story.entry.fact
    said = _DONE.get(fact.activity_kind, _DONE["other"]) % {"who": story.names(MEMBER, fact.member_id)}
    length = _("%(minutes)s minutes") % {"minutes": fact.minutes} if fact.minutes else ""
    return Sentence(icon=ICONS.get(fact.activity_kind, "point"), title=said, detail=length, tone="info")


@register(facts.ActivityAmended)
def _amended(story: Story) -> Sentence:
    fact: Any = story.entry.fact
    kind = Activity.Kind(fact.activity_kind).label
    return Sentence(icon="edit", title=_("Activity amended: %(kind)s") % {"kind": kind})


@register(facts.TaskCreated)
def _created(story: Story) -> Sentence:
    fact: Any = story.entry.fact
    words = {"who": story.names(MEMBER, fact.owner_id), "day": _day(fact.due_on)}
    return Sentence(icon="checkbox", title=_("Task for %(who)s by %(day)s") % words, detail=_title(story))


@register(facts.TaskDone)
def _done(story: Story) -> Sentence:
    fact: Any = story.entry.fact
    return Sentence(icon="circle-check", title=_("Task done by %(who)s") % {"who": story.names(MEMBER, fact.owner_id)})


@register(facts.TaskAmended)
def _task_amended(story: Story) -> Sentence:
    fact: Any = story.entry.fact
    changes = []
    if fact.due_on != fact.due_from:
        changes.append(Change(label=_("Due on"), old=_day(fact.due_from), new=_day(fact.due_on)))
    if fact.owner_id != fact.owner_from:
        old, new = story.names(MEMBER, fact.owner_from), story.names(MEMBER, fact.owner_id)
        changes.append(Change(label=_("Owner"), old=old, new=new))
    words = next((value for value in story.private if value["field"] == "title"), None)
    if words:
        changes.append(Change(label=_("Task"), old=words["old"], new=words["new"]))
    return Sentence(icon="edit", title=_("Task amended"), changes=tuple(changes))
