"""Who does it, and locking rows: shared by the actions of this service."""

from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from xiaoguan.lib.refusal import Refusal


def locked(model: type[models.Model], ids: list[int]) -> dict[int, Any]:
    """Rows by id, locked until the transaction ends. Refused where one is missing or removed."""
    wanted = sorted(set(ids))
    found = model._default_manager.select_for_update().in_bulk(wanted)
    if len(found) < len(wanted) or any(getattr(row, "removed_at", None) for row in found.values()):
        raise Refusal(_("This is not here any more."), code="missing")
    return found
