"""What the pages of the books read."""

from django.utils.translation import gettext as _

from xiaoguan.ledger.models import PeriodClose, Proof
from xiaoguan.org.models import Member


def closes() -> list[tuple[PeriodClose, Member | None]]:
    """Closed periods, latest first, each with who closed it (None: the console)."""
    rows = list(PeriodClose.objects.order_by("-through"))
    names = Member.objects.in_bulk([row.closed_by_id for row in rows if row.closed_by_id])
    return [(row, names.get(row.closed_by_id or 0)) for row in rows]


def asked_by(proof: Proof) -> Member | None:
    """Who asked for a proof of the books."""
    return Member.objects.filter(pk=proof.asked_by_id).first()


def time_taken(proof: Proof) -> str:
    """How long a proof was worked at, the last time it was begun; empty where that is not known."""
    if proof.started_at is None or proof.finished_at is None:
        return ""
    minutes, seconds = divmod(max(1, round((proof.finished_at - proof.started_at).total_seconds())), 60)
    if not minutes:
        return _("%(seconds)d s") % {"seconds": seconds}
    return _("%(minutes)d min %(seconds)d s") % {"minutes": minutes, "seconds": seconds}
