"""Words of rows that have a plural."""

from django.utils.translation import ngettext


def days(n: int) -> str:
    return ngettext("%(n)s day", "%(n)s days", n) % {"n": n}
