"""Words of activities that have a plural, and their icons."""

from django.utils.translation import ngettext

from xiaoguan.services.calendar.sentences import ICONS


def icon(kind: str) -> str:
    """The same as in a timeline."""
    return ICONS.get(kind, "point")


def minutes(many: int) -> str:
    return ngettext("%(minutes)s minute", "%(minutes)s minutes", many) % {"minutes": many}
