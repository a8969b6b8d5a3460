"""What the actions on deals share: locking rows, their standing, the position told in facts."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from xiaoguan.deals.models import Deal
from xiaoguan.deals.rules import Standing
from xiaoguan.lib.refusal import Refusal
from xiaoguan.org.rates import rate_for


class Rates:
    """The day's rate of a currency, each looked up once."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, date], int] = {}

    def __call__(self, currency: str, day: date) -> int:
        found = self._known.get((currency, day))
        if found is None:
            found = self._known[currency, day] = rate_for(currency, day)
        return found


def lock_deals(ids: Iterable[int]) -> dict[int, Deal]:
    """The deals by id, locked until the transaction ends. Refused where one does not exist."""
    wanted = sorted(set(ids))
    found = Deal.objects.select_for_update().in_bulk(wanted)
    for deal_id in wanted:
        if deal_id not in found:
            raise Refusal(_("Deal %(id)s does not exist.") % {"id": deal_id}, code="missing")
    return found


def standing(deal: Deal) -> Standing:
    return Standing(
        state=deal.state,
        opened_on=deal.opened_on,
        closed_on=deal.closed_on,
        due_on=deal.due_on,
        amount=deal.amount,
        stage_id=deal.stage_id,
        stage_since=deal.stage_since,
        owner_id=deal.owner_id,
    )


def product_lines(product_ids: Iterable[int | None]) -> dict[int | None, int | None]:
    """The product line of each product, for the position of a deal; one query."""
    wanted = {product_id for product_id in product_ids if product_id is not None}
    if not wanted:
        return {None: None}
    products = Deal._meta.get_field("product").related_model
    lines: dict[int | None, int | None] = {None: None}
    lines.update(products._default_manager.filter(pk__in=wanted).values_list("pk", "line_id"))
    return lines


def positions(deals: Sequence[Deal]) -> dict[int, dict[str, Any]]:
    """The position of each deal as its facts tell it, by deal id."""
    lines = product_lines(deal.product_id for deal in deals)
    return {deal.pk: position(deal, lines) for deal in deals}


def position(deal: Deal, lines: dict[int | None, int | None]) -> dict[str, Any]:
    return {
        "deal_id": deal.pk,
        "person_id": deal.owner_id,
        "customer_id": deal.customer_id,
        "product_id": deal.product_id,
        "product_line_id": lines.get(deal.product_id),
        "source_id": deal.source_id,
        "stage_id": deal.stage_id,
        "due_on": deal.due_on,
        "amount": deal.amount,
        "currency": deal.currency,
        "rate": deal.rate,
        "tax": deal.tax,
    }
