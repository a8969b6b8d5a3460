"""What an activity and a task may be. Pure."""

from datetime import date, datetime
from typing import Final

from django.utils.translation import gettext as _

from xiaoguan.lib.refusal import Refusal

MOST_MINUTES: Final = 24 * 60
_FIRST_YEAR: Final = 1990
_TITLE_LENGTH: Final = 200


def check_activity(*, happened_at: datetime, minutes: int | None, at: datetime) -> None:
    """Refused for something that has not happened yet and for impossible lengths."""
    if happened_at > at:
        raise Refusal(_("This has not happened yet. Enter it as a task, or check the date."), field="happened_at")
    if happened_at.year < _FIRST_YEAR:
        sentence = _("Check the date: activities are kept from %(year)s on.") % {"year": _FIRST_YEAR}
        raise Refusal(sentence, field="happened_at")
    if minutes is not None and not 0 <= minutes <= MOST_MINUTES:
        raise Refusal(_("Minutes are between 0 and 1,440."), field="minutes")


def clean_title(title: str) -> str:
    """A task's title without idle spaces. Refused where it is empty or too long."""
    cleaned = " ".join(title.split())
    if not cleaned:
        raise Refusal(_("Say what is to be done."), field="title")
    if len(cleaned) > _TITLE_LENGTH:
        raise Refusal(_("At most 200 characters; write the rest in a note."), field="title")
    return cleaned


def when(due_on: date, today: date) -> str:
    """The heading under which an open task stands: overdue, today or later."""
    if due_on < today:
        return "overdue"
    return "today" if due_on == today else "later"
