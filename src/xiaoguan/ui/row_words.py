"""Words of rows and parts that have a plural or something put in."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def day_of(done: int, total: int) -> str:
    return _("day %(done)s / %(total)s") % {"done": done, "total": total}


def days(n: int) -> str:
    return ngettext("%(n)s day", "%(n)s days", n) % {"n": n}
