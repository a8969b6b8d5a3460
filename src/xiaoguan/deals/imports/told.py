"""How an imported deal stood before a repeated file corrected it, kept so that an undo can tell it again."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from xiaoguan.deals import rules
from xiaoguan.deals.actions import Ending, NewDeal
from xiaoguan.deals.models import Deal
from xiaoguan.lib.days import start_of_day

_PLAIN: Final = ("name", "owner_id", "pipeline_id", "stage_id", "customer_id", "product_id", "source_id", "currency",
                 "tax", "external_id")  # fmt: skip
_DAYS: Final = ("opened_on", "due_on", "closed_on")


def as_told(deal_ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Deals as JSON-ready values by id."""
    return {deal.pk: _told(deal) for deal in Deal.objects.filter(pk__in=list(deal_ids))}


def _told(deal: Deal) -> dict[str, Any]:
    days = {name: day.isoformat() for name in _DAYS if (day := getattr(deal, name))}
    amount = None if deal.amount is None else str(deal.amount)
    plain = {name: getattr(deal, name) for name in _PLAIN}
    return plain | days | {"state": deal.state, "amount": amount, "reason_id": deal.loss_reason_id}


def from_told(told: Mapping[str, Any] | None) -> NewDeal:
    """The deal that such values describe. The amount before closing is not known of an imported deal."""
    values = told or {}
    amount = Decimal(values["amount"]) if values["amount"] is not None else None
    opened_on = date.fromisoformat(values["opened_on"])
    end = None
    if values["state"] != rules.OPEN:
        closed_on = date.fromisoformat(values["closed_on"])
        end = Ending(
            state=values["state"],
            on=closed_on,
            amount=amount,
            reason_id=values["reason_id"],
            known_at=start_of_day(closed_on),
            known_assumed=True,
        )
    return NewDeal(
        **{name: values[name] for name in _PLAIN},
        opened_on=opened_on,
        due_on=date.fromisoformat(values["due_on"]) if "due_on" in values else None,
        amount=None if end else amount,
        known_at=start_of_day(opened_on),
        known_assumed=True,
        end=end,
    )
