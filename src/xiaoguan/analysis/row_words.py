"""Words of rows of measures that have a plural."""

from django.utils.translation import ngettext


def further(n: int) -> str:
    return ngettext("%(n)s further row (the whole includes it)", "%(n)s further rows (the whole includes them)", n) % {
        "n": n
    }
