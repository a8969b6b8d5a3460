"""Words of cards and rows of deals that have a context, a plural or something put in."""

from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import npgettext, pgettext


def due(day: str) -> SafeString:
    """The day is markup (a <time>), and so is what is said of it."""
    return mark_safe(escape(_("by %(due)s")) % {"due": conditional_escape(day)})


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
