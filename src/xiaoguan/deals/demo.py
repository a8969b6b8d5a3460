"""The deals of the demo company: some four hundred days of selling, through the same actions that people use."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from xiaoguan.deals.actions import (
    Amendment,
    Close,
    NewDeal,
    amend_deals,
    create_deals,
    lose_deals,
    move_deals,
    transfer_deals,
    win_deals,
)
from xiaoguan.deals.models import LossReason, Stage, Tax
from xiaoguan.deals.setup import ensure_loss_reasons, ensure_pipeline
from xiaoguan.journal.models import Origin
from xiaoguan.lib.demo import DemoContext
from xiaoguan.org.models import Member

_WHAT = (
    "视觉检测线",
    "码垛单元",
    "焊接工作站",
    "AGV 调度",
    "涂装线",
    "装配单元",
    "追溯系统",
    "点胶机",
    "换模系统",
    "二期产线",
)
_STEPS = ("拜访客户，确认验收标准", "发送报价", "约技术交流会", "催客户法务", "确认付款日期", "送样板", "请总监同访")
_DEALS = 150


@dataclass(frozen=True, slots=True)
class _Step:
    """Something that happens to one deal on a day."""

    on: date
    do: Callable[[date], Any]


def fill(context: DemoContext) -> None:
    """Open, move and close deals day by day, so that the books are in the order in which life was."""
    ensure_loss_reasons()
    pipeline = ensure_pipeline()
    stages = list(pipeline.stages.order_by("position"))
    reasons = list(LossReason.objects.values_list("pk", flat=True))
    sellers = context.ids["sellers"]
    opened = sorted(context.day(context.random.randint(1, 400)) for _ in range(_DEALS))
    later: list[_Step] = []
    for day in opened:
        later = _run(later, day)
        later.extend(_life(context, day, pipeline.pk, stages, reasons, sellers))
        later.sort(key=lambda step: step.on)
    _run(later, context.as_of)


def _run(steps: list[_Step], until: date) -> list[_Step]:
    """Do what falls before or on a day; return the rest."""
    for step in steps:
        if step.on <= until:
            step.do(step.on)
    return [step for step in steps if step.on > until]


def _doing(context: DemoContext, day: date, member_id: int) -> dict[str, Any]:
    return {"by": Member.objects.get(pk=member_id), "at": context.at(day, 15), "origin": Origin.DEMO}


def _life(
    context: DemoContext, day: date, pipeline_id: int, stages: list[Stage], reasons: list[int], sellers: list[int]
) -> Iterator[_Step]:
    """Open one deal now and say what will happen to it."""
    random = context.random
    seller = random.choice(sellers)
    amount = Decimal(random.randint(8, 240)) * 10_000
    new = NewDeal(
        name=random.choice(_WHAT),
        owner_id=seller,
        pipeline_id=pipeline_id,
        stage_id=stages[0].pk,
        customer_id=random.choice(context.ids["customers"]),
        product_id=random.choice(context.ids["products"]),
        source_id=random.choice(context.ids["sources"]) if context.ids.get("sources") else None,
        opened_on=day,
        amount=amount if random.random() > 0.08 else None,
        tax=Tax.INCLUDED,
        due_on=day + timedelta(days=random.randint(30, 120)),
    )
    (deal_id,) = create_deals([new], **_doing(context, day, seller))
    yield from _steps(context, deal_id, day, amount, seller, stages, reasons, sellers)


def _steps(
    context: DemoContext, deal_id: int, day: date, amount: Decimal, seller: int, stages: list[Stage],
    reasons: list[int], sellers: list[int],
) -> Iterator[_Step]:  # fmt: skip
    random = context.random
    reached = random.randint(1, len(stages))
    for stage in stages[1:reached]:
        day += timedelta(days=random.randint(4, 21))
        yield _Step(day, partial(_move, context, deal_id, stage.pk, seller))
    if random.random() < 0.3:
        day += timedelta(days=random.randint(1, 5))
        changed = (amount * random.choice((90, 95, 105, 120)) / 100).quantize(Decimal(1))
        yield _Step(
            day,
            lambda on: amend_deals([Amendment(deal_id=deal_id, amount=changed)], on=on, **_doing(context, on, seller)),
        )
        amount = changed
    if random.random() < 0.06:
        day += timedelta(days=3)
        to = random.choice([member for member in sellers if member != seller])
        yield _Step(day, partial(_transfer, context, deal_id, to, seller))
        seller = to
    day += timedelta(days=random.randint(3, 25))
    chance = random.random()
    if chance < 0.36:
        yield _Step(day, lambda on: _win(context, deal_id, on, amount, seller))
    elif chance < 0.66:
        reason = random.choice(reasons)
        yield _Step(day, lambda on: _lose(context, deal_id, on, amount, reason, seller))
    elif random.random() < 0.7:
        step = random.choice(_STEPS)
        due = context.as_of + timedelta(days=random.randint(-3, 12))
        planned = Amendment(deal_id=deal_id, next_step=step, next_step_on=due)
        yield _Step(day, lambda on: amend_deals([planned], on=on, **_doing(context, on, seller)))


def _move(context: DemoContext, deal_id: int, stage_id: int, seller: int, on: date) -> None:
    move_deals([(deal_id, stage_id)], on=on, **_doing(context, on, seller))


def _transfer(context: DemoContext, deal_id: int, to: int, seller: int, on: date) -> None:
    transfer_deals([(deal_id, to)], on=on, **_doing(context, on, seller))


def _win(context: DemoContext, deal_id: int, on: date, amount: Decimal, seller: int) -> None:
    win_deals([Close(deal_id=deal_id, on=on, amount=amount)], **_doing(context, on, seller))


def _lose(context: DemoContext, deal_id: int, on: date, amount: Decimal, reason: int, seller: int) -> None:
    lost = Close(deal_id=deal_id, on=on, amount=amount, reason_id=reason)
    lose_deals([lost], **_doing(context, on, seller))
