"""Who does something, when, and where it comes from: what every action passes on to the journal."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from xiaoguan.journal.models import Origin
from xiaoguan.org.models import Member


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """The same for every record of one call. ``by`` None is the console or the system itself."""

    by: Member | None
    at: datetime
    origin: int = Origin.LIVE
    batch_id: int | None = None

    def book(self) -> dict[str, Any]:
        """The arguments that ``record`` takes of it."""
        return {
            "by": self.by.pk if self.by else None,
            "at": self.at,
            "origin": self.origin,
            "batch_id": self.batch_id,
        }
