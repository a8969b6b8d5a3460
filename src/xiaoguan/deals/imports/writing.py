"""Write the deals of a file by the actions; correct those that a repeated file tells differently; take all back."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from xiaoguan.deals import rules
from xiaoguan.deals.actions import Ending, NewDeal, Restated, create_deals, remove_deals, restate_deals
from xiaoguan.deals.imports.columns import Neighbours
from xiaoguan.deals.imports.reading import DealRow
from xiaoguan.deals.imports.stages import stages_of_file
from xiaoguan.deals.imports.told import as_told, from_told
from xiaoguan.deals.models import Deal, Tax
from xiaoguan.journal.facts.general import IMPORT_UNDONE
from xiaoguan.journal.models import Origin
from xiaoguan.lib.days import start_of_day
from xiaoguan.services.transfer import contract
from xiaoguan.services.transfer.contract import AppliedRow, Context, Did, Outcome, Ready

_TAX: Final = {
    contract.Tax.INCLUDED: Tax.INCLUDED,
    contract.Tax.EXCLUDED: Tax.EXCLUDED,
    contract.Tax.UNKNOWN: Tax.UNKNOWN,
}


def apply(rows: Sequence[Ready], context: Context, neighbours: Neighbours) -> list[Outcome]:
    """Write ready rows: new ones in bulk, changed ones told again. One transaction of the engine's."""
    places = _Places([row.payload for row in rows], context, neighbours)
    fresh = [row for row in rows if row.object_id is None]
    ids = create_deals([places.deal(row.payload) for row in fresh], **_doing(context))
    created = [Outcome(row.line, deal_id, Did.CREATED) for row, deal_id in zip(fresh, ids, strict=True)]
    return created + _correct([row for row in rows if row.object_id is not None], places, context)


def _correct(rows: Sequence[Ready], places: "_Places", context: Context) -> list[Outcome]:
    """Deals that a repeated file tells differently, with how they were told before: an undo needs it."""
    if not rows:
        return []
    ids = [row.object_id or 0 for row in rows]
    before = as_told(ids)
    restate_deals([Restated(deal_id=i, opened=places.deal(row.payload)) for i, row in zip(ids, rows, strict=True)],
                  **_doing(context))  # fmt: skip
    return [Outcome(row.line, i, Did.UPDATED, before[i]) for i, row in zip(ids, rows, strict=True)]


def undo(rows: Sequence[AppliedRow], context: Context, neighbours: Neighbours) -> None:
    """Take imported deals back: created ones are reversed and removed, corrected ones told as before; customers and
    products that this import brought along go too where nothing else needs them."""
    created = [row.object_id for row in rows if row.did is Did.CREATED]
    brought = list(Deal.objects.filter(pk__in=created).values_list("customer_id", "product_id"))
    remove_deals(created, reason=IMPORT_UNDONE, **_doing(context))
    changed = [Restated(deal_id=row.object_id, opened=from_told(row.before)) for row in rows if row.before]
    restate_deals(changed, **_doing(context))
    neighbours.leave({customer for customer, _ in brought}, {product for _, product in brought}, context)


def _doing(context: Context) -> dict[str, Any]:
    return {"by": context.by, "at": context.at, "origin": Origin.IMPORT, "batch_id": context.run_id}


class _Places:
    """Where the names of a chunk lead: customers, products and stages, found or created once."""

    def __init__(self, items: Sequence[DealRow], context: Context, neighbours: Neighbours) -> None:
        self._context = context
        self._customers = neighbours.customers(_named(item.customer for item in items), context)
        self._products = neighbours.products(_named(item.product for item in items), context)
        self._pipeline_id, self._stages = stages_of_file(context)
        _tell_first_wins(self._customers, context, neighbours)

    def deal(self, item: DealRow) -> NewDeal:
        options = self._context.options
        return NewDeal(
            name=item.name,
            owner_id=item.owner_id,
            pipeline_id=self._pipeline_id,
            stage_id=self._stages[item.stage] if item.stage else None,
            customer_id=self._customers[item.customer] if item.customer else None,
            product_id=self._products[item.product] if item.product else None,
            opened_on=item.opened_on,
            due_on=item.due_on,
            amount=item.amount if item.state == rules.OPEN else None,
            currency=options.currency,
            tax=_TAX[options.tax],
            external_id=item.external_id,
            known_at=start_of_day(item.opened_on),
            known_assumed=True,
            end=_ending(item),
        )


def _named(names: Any) -> list[str]:
    return sorted({name for name in names if name})


def _tell_first_wins(customers: Mapping[str, int], context: Context, neighbours: Neighbours) -> None:
    """Before wins are written in the order of the file, say on which day each customer first bought in it."""
    told: dict[str, str] = context.memory.get("first_wins", {})
    said: set[str] = context.scratch.setdefault("first_wins_said", set())
    days = {pk: date.fromisoformat(told[name]) for name, pk in customers.items() if name in told and name not in said}
    if days:
        neighbours.first_wins(days)
        said.update(customers)


def _ending(item: DealRow) -> Ending | None:
    if item.state == rules.OPEN or item.closed_on is None:
        return None
    return Ending(
        state=item.state,
        on=item.closed_on,
        amount=item.amount,
        known_at=start_of_day(item.closed_on),
        known_assumed=True,
    )
