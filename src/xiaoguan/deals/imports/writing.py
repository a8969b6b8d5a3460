"""Write the deals of a file by the actions; correct those that a repeated file tells differently; take all back."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from xiaoguan.deals import rules
from xiaoguan.deals.actions import (
    Close,
    NewDeal,
    Restated,
    create_deals,
    lose_deals,
    remove_deals,
    restate_deals,
    win_deals,
)
from xiaoguan.deals.imports.columns import Neighbours
from xiaoguan.deals.imports.reading import DealRow
from xiaoguan.deals.models import Stage, Tax
from xiaoguan.deals.setup import ensure_pipeline
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
    items: list[DealRow] = [row.payload for row in rows]
    places = _Places(items, context, neighbours)
    fresh = [row for row in rows if row.object_id is None]
    changed = [row for row in rows if row.object_id is not None]
    ids = create_deals([places.new_deal(row.payload) for row in fresh], **_doing(context))
    closing = [(deal_id, row.payload) for deal_id, row in zip(ids, fresh, strict=True)]
    for state, close in ((rules.WON, win_deals), (rules.LOST, lose_deals)):
        ended = [_close(deal_id, item) for deal_id, item in closing if item.state == state]
        # In the order of their days, so that "new customer" falls on the first win.
        close(sorted(ended, key=lambda end: end.on), **_doing(context))
    restate_deals([_restated(row, places) for row in changed], **_doing(context))
    created = [Outcome(row.line, deal_id, Did.CREATED) for row, deal_id in zip(fresh, ids, strict=True)]
    return created + [Outcome(row.line, row.object_id or 0, Did.UPDATED) for row in changed]


def undo(rows: Sequence[AppliedRow], context: Context) -> None:
    """Take imported deals back: every entry reversed, the rows marked removed."""
    remove_deals([row.object_id for row in rows], reason=IMPORT_UNDONE, **_doing(context))


def _doing(context: Context) -> dict[str, Any]:
    return {"by": context.by, "at": context.at, "origin": Origin.IMPORT, "batch_id": context.run_id}


class _Places:
    """Where the names of a chunk lead: customers, products and stages, found or created once."""

    def __init__(self, items: Sequence[DealRow], context: Context, neighbours: Neighbours) -> None:
        self._context = context
        self._customers = neighbours.customers(_named(item.customer for item in items), context)
        self._products = neighbours.products(_named(item.product for item in items), context)
        self._pipeline_id, self._stages = _stages(context)
        _tell_first_wins(self._customers, context, neighbours)

    def new_deal(self, item: DealRow) -> NewDeal:
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
        )


def _named(names: Any) -> list[str]:
    return sorted({name for name in names if name})


def _stages(context: Context) -> tuple[int, dict[str, int]]:
    """The default pipeline and its stages by name; stages of the file are created in the order met."""
    known = context.scratch.get("stages")
    if known is None:
        pipeline = ensure_pipeline(with_stages=False)
        stages = {}
        for stage in Stage.objects.filter(pipeline=pipeline):
            stages |= {stage.name: stage.pk, **({stage.name_en: stage.pk} if stage.name_en else {})}
        last = max(Stage.objects.filter(pipeline=pipeline).values_list("position", flat=True), default=0)
        for name in context.memory.get("stages", []):
            if name not in stages:
                last += 1
                stages[name] = Stage.objects.create(pipeline=pipeline, position=last, name=name).pk
        known = context.scratch["stages"] = pipeline.pk, stages
    return known


def _tell_first_wins(customers: Mapping[str, int], context: Context, neighbours: Neighbours) -> None:
    told = context.memory.get("first_wins", {})
    days = {customers[name]: date.fromisoformat(told[name]) for name in customers if name in told}
    if days:
        neighbours.first_wins(days)


def _close(deal_id: int, item: DealRow) -> Close:
    assert item.closed_on is not None
    return Close(
        deal_id=deal_id,
        on=item.closed_on,
        amount=item.amount,
        known_at=start_of_day(item.closed_on),
        known_assumed=True,
    )


def _restated(row: Ready, places: _Places) -> Restated:
    item: DealRow = row.payload
    deal_id = row.object_id or 0
    close = _close(deal_id, item) if item.state != rules.OPEN else None
    return Restated(deal_id=deal_id, opened=places.new_deal(item), state=item.state, close=close)
