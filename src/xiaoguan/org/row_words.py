"""Words of rows of the organisation that have something put in."""

from django.utils.translation import gettext as _


def people_of(unit: str) -> str:
    return _("People of %(unit)s") % {"unit": unit}
