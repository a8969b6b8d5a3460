"""The one place where this module follows foreign keys that the deals hold, by name and without importing them."""

from typing import Any

from django.db.models import QuerySet

from xiaoguan.crm.models import Customer


def standing_deals() -> QuerySet[Any]:
    """Deals that were not removed."""
    model: Any = Customer._meta.get_field("deals").related_model
    deals: QuerySet[Any] = model._default_manager.exclude(state=model.State.REMOVED)
    return deals
