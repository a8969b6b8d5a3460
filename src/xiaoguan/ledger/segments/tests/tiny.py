"""Segments of a few rows, so that a handful of postings is sealed, merged and gathered."""

from datetime import UTC, datetime

from xiaoguan.ledger.segments.books import BOOKS, Limits
from xiaoguan.ledger.segments.gathering import gather
from xiaoguan.ledger.segments.reading import forget_manifest
from xiaoguan.ledger.segments.sealing import compact, seal

TINY = Limits(start=1, seal=1, merge=3, close=6)


def now() -> datetime:
    return datetime.now(UTC)


def seal_all(limits: Limits = TINY) -> None:
    """Seal whatever stands in the tables, merge what may be merged, gather what is closed; then all is read."""
    for contents in BOOKS:
        seal(contents, now, limits=limits)
        compact(contents, now, limits=limits)
    gather(limits)
    forget_manifest()
