"""Words of rows of the page of a customer that have something put in."""

from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _


def belongs_to(day: str) -> SafeString:
    """The day is markup (a <time>), and so is what is said of it."""
    return mark_safe(escape(_("belongs to %(day)s")) % {"day": conditional_escape(day)})


def change(label: str) -> str:
    return _("Change: %(label)s") % {"label": label}


def call(name: str) -> str:
    return _("Call %(name)s") % {"name": name}


def write_to(name: str) -> str:
    return _("Write to %(name)s") % {"name": name}
