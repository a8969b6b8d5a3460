"""Who does it, and locking rows: shared by the actions of this service."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from xiaoguan.journal.models import Origin
from xiaoguan.lib.refusal import Refusal
from xiaoguan.org.models import Member


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """Who does something, when, and where it comes from: the same for every record of one call."""

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


def locked(model: type[models.Model], ids: list[int]) -> dict[int, Any]:
    """Rows by id, locked until the transaction ends. Refused where one is missing or removed."""
    wanted = sorted(set(ids))
    found = model._default_manager.select_for_update().in_bulk(wanted)
    if len(found) < len(wanted) or any(getattr(row, "removed_at", None) for row in found.values()):
        raise Refusal(_("This is not here any more."), code="missing")
    return found
