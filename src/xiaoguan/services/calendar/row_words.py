"""Words of activities that have a plural."""

from django.utils.translation import ngettext


def minutes(many: int) -> str:
    return ngettext("%(minutes)s minute", "%(minutes)s minutes", many) % {"minutes": many}
