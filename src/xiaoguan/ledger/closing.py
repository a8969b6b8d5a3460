"""Closing of periods: through which day the books are shut, and who may wait for whom."""

from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.utils.translation import gettext as _

from xiaoguan.journal.facts.ledger import PeriodClosed
from xiaoguan.journal.recording import Happening, record
from xiaoguan.ledger.models import PeriodClose
from xiaoguan.lib.refusal import Refusal

_BOOKS_LOCK = 0x5847_0001


def share_the_books() -> None:
    """Hold the books open for this transaction: a close or a rebuild waits until it ends (PostgreSQL; on SQLite the
    write lock does the same)."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [_BOOKS_LOCK])


def take_the_books() -> None:
    """Wait for every writer of the books and keep new ones out until the transaction ends."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_BOOKS_LOCK])


def closed_through() -> date | None:
    """The last closed day, or None where nothing is closed."""
    return PeriodClose.objects.order_by("-through").values_list("through", flat=True).first()


def first_open_day() -> date | None:
    """The day after the last closed one, or None where nothing is closed."""
    through = closed_through()
    return through + timedelta(days=1) if through else None


def close_through(through: date, *, by: int | None, at: datetime, today: date) -> PeriodClose:
    """Close the books through a day. Refused for a day that is not over or is closed already."""
    with transaction.atomic():
        take_the_books()
        last = closed_through()
        if last and through <= last:
            raise Refusal(
                _("The books are already closed through %(day)s. Choose a later day.") % {"day": last},
                field="through",
            )
        if through >= today:
            raise Refusal(
                _("%(day)s is not over yet. Close a period after its last day.") % {"day": through},
                field="through",
            )
        close = PeriodClose.objects.create(through=through, closed_at=at, closed_by_id=by)
        record([Happening(fact=PeriodClosed(close_id=close.pk, through=through), on=today)], by=by, at=at)
    return close
