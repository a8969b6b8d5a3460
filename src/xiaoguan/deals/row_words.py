"""Words of cards and rows of deals that have a context, a plural or something put in."""

from datetime import date

from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, npgettext, pgettext

from xiaoguan.journal.sentences import Change
from xiaoguan.ui import format as write
from xiaoguan.ui.tags.words import language


def due(day: str) -> SafeString:
    """The day is markup (a <time>), and so is what is said of it."""
    return mark_safe(escape(_("by %(due)s")) % {"due": conditional_escape(day)})


def stage_of(at: int, all_: int) -> str:
    return _("stage %(at)s of %(all)s") % {"at": at, "all": all_}


def move_to(stage: str) -> str:
    return _("Move to %(stage)s") % {"stage": stage}


def change(label: str) -> str:
    return _("Change: %(label)s") % {"label": label}


def deals(n: int) -> str:
    return ngettext("%(shown)s deal", "%(shown)s deals", n) % {"shown": write.number(n)}


def amounts_unknown(n: int) -> str:
    return ngettext("%(shown)s amount not known", "%(shown)s amounts not known", n) % {"shown": write.number(n)}


def none_of(group_label: str) -> str:
    return _("%(group_label)s: none") % {"group_label": group_label}


def days_late(n: int) -> str:
    return ngettext("%(n)s day late", "%(n)s days late", n) % {"n": n}


def belongs_to(day: date) -> str:
    return _("belongs to %(day)s") % {"day": write.day(day, "long", language=language())}


def expected(day: date) -> str:
    return _("expected %(day)s") % {"day": write.day(day, "narrow", language=language())}


def became(was: Change) -> str:
    return _("%(label)s: %(old)s → %(new)s") % {"label": was.label, "old": was.old or "–", "new": was.new or "–"}


def entry(n: int) -> str:
    return _("entry %(n)s") % {"n": n}


def rests(n: int) -> str:
    return npgettext("rests", "%(n)s day", "%(n)s days", n) % {"n": n}


def add_step() -> str:
    return pgettext("next step", "Add")


def select(name: str) -> str:
    return _("Select %(name)s") % {"name": name}


def won() -> str:
    return pgettext("deal", "Won")


def lost() -> str:
    return pgettext("deal", "Lost")
