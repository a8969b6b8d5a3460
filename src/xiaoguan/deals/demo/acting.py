"""Carry the steps of the demo company out one by one, by the actions that people use."""

from typing import Any

from xiaoguan.deals.actions import (
    Amendment,
    Close,
    NewDeal,
    Reopening,
    amend_deals,
    create_deals,
    lose_deals,
    move_deals,
    reopen_by_mistake,
    reopen_deals,
    transfer_deals,
    win_deals,
)
from xiaoguan.deals.models import Tax
from xiaoguan.lib.days import company_day
from xiaoguan.lib.demo import (
    HandDeal,
    Ids,
    LoseDeal,
    MoveDeal,
    OpenDeal,
    PlanDeal,
    PriceDeal,
    RedateDeal,
    ReopenDeal,
    UncloseDeal,
    WinDeal,
)


class Acting:
    def __init__(self, ids: Ids) -> None:
        self._ids = ids

    def open(self, step: OpenDeal, doing: dict[str, Any]) -> None:
        new = NewDeal(
            name=step.name,
            owner_id=doing["by"].pk,
            pipeline_id=self._ids.pipeline,
            stage_id=self._ids.stages[0],
            customer_id=self._ids.customers[step.customer],
            product_id=self._ids.products[step.product],
            source_id=self._ids.sources[step.source],
            opened_on=company_day(doing["at"]),
            amount=step.amount,
            tax=Tax.INCLUDED,
            due_on=step.due_on,
        )
        (self._ids.deals[step.number],) = create_deals([new], **doing)

    def move(self, step: MoveDeal, doing: dict[str, Any]) -> None:
        move_deals([(self._ids.deals[step.deal], self._ids.stages[step.stage])], **doing)

    def price(self, step: PriceDeal, doing: dict[str, Any]) -> None:
        amend_deals([Amendment(deal_id=self._ids.deals[step.deal], amount=step.amount)], **doing)

    def redate(self, step: RedateDeal, doing: dict[str, Any]) -> None:
        amend_deals([Amendment(deal_id=self._ids.deals[step.deal], due_on=step.due_on)], **doing)

    def plan(self, step: PlanDeal, doing: dict[str, Any]) -> None:
        planned = Amendment(
            deal_id=self._ids.deals[step.deal], next_step=step.next_step, next_step_on=step.next_step_on
        )
        amend_deals([planned], **doing)

    def hand(self, step: HandDeal, doing: dict[str, Any]) -> None:
        transfer_deals([(self._ids.deals[step.deal], self._ids.members[step.to])], **doing)

    def win(self, step: WinDeal, doing: dict[str, Any]) -> None:
        won = Close(deal_id=self._ids.deals[step.deal], on=company_day(doing["at"]), amount=step.amount)
        win_deals([won], **doing)

    def lose(self, step: LoseDeal, doing: dict[str, Any]) -> None:
        lost = Close(
            deal_id=self._ids.deals[step.deal],
            on=company_day(doing["at"]),
            amount=step.amount,
            reason_id=self._ids.reasons[step.reason],
        )
        lose_deals([lost], **doing)

    def unclose(self, step: UncloseDeal, doing: dict[str, Any]) -> None:
        reopen_by_mistake([self._ids.deals[step.deal]], **doing)

    def reopen(self, step: ReopenDeal, doing: dict[str, Any]) -> None:
        reopen_deals([Reopening(deal_id=self._ids.deals[step.deal], on=company_day(doing["at"]))], **doing)
