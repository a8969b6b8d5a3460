"""What the demo company's people did with their customers, and what they have to do next."""

from datetime import date, timedelta
from typing import Any, Final

from xiaoguan.journal.kinds import CUSTOMER
from xiaoguan.journal.models import Origin
from xiaoguan.lib.demo import DemoContext
from xiaoguan.org.models import Member
from xiaoguan.services.calendar.actions import (
    NewActivity,
    NewTask,
    complete_tasks,
    create_tasks,
    log_activities,
)
from xiaoguan.services.calendar.models import Activity

Kind = Activity.Kind
_WORDS: Final = {
    Kind.CALL: ("确认了打样时间，客户希望提前一周。", "采购问付款方式，已答复三七分期。", "约好下周带样件过去。"),
    Kind.VISIT: (
        "现场看了节拍，瓶颈在上料。",
        "和设备总监走了一遍产线，记了六个改造点。",
        "演示了检测效果，误判率还要压。",
    ),
    Kind.MEETING: ("技术交流会，验收标准谈定两条。", "和财务一起过了预算，年内可以立项。"),
    Kind.MAIL: ("发了方案第二版和报价。", "补发了同行业案例。"),
    Kind.NOTE: ("客户换了采购经理，需要重新认识。",),
}
_MINUTES: Final = {Kind.CALL: (5, 25), Kind.VISIT: (60, 180), Kind.MEETING: (30, 120)}
_TODO: Final = (
    "回复客户的技术问题",
    "催客户确认打样时间",
    "准备下周的交流会",
    "整理现场改造点",
    "更新方案中的节拍数据",
    "发送会议纪要",
)
_DAYS: Final = 150


def fill(context: DemoContext) -> None:
    """Log activities day by day over the last months; give every seller some tasks around the as-of day."""
    pairs = list(zip(context.ids["customers"], context.ids["customer_owners"], strict=True))
    for days_ago in range(_DAYS, 0, -1):
        day = context.day(days_ago)
        if day.weekday() < 5:
            done = [_activity(context, day, *context.random.choice(pairs)) for _ in range(context.random.randint(1, 3))]
            log_activities(done, **_doing(context, day, done[0].member_id))
    for seller in dict.fromkeys(context.ids["customer_owners"]):
        _tasks(context, seller, [customer_id for customer_id, owner in pairs if owner == seller])


def _doing(context: DemoContext, day: date, member_id: int) -> dict[str, Any]:
    return {"by": Member(pk=member_id), "at": context.at(day, 18), "origin": Origin.DEMO}


def _activity(context: DemoContext, day: date, customer_id: int, owner: int) -> NewActivity:
    random = context.random
    kind = random.choices(list(_WORDS), weights=(5, 3, 2, 3, 1))[0]
    return NewActivity(
        kind=kind,
        about_kind=CUSTOMER,
        about_id=customer_id,
        customer_id=customer_id,
        member_id=owner,
        happened_at=context.at(day, random.randint(9, 17)),
        minutes=random.randint(*_MINUTES[kind]) if kind in _MINUTES else None,
        text=random.choice(_WORDS[kind]),
    )


def _tasks(context: DemoContext, seller: int, customers: list[int]) -> None:
    """A seller's tasks: one overdue, one for the as-of day, three later, one done the day before."""
    random = context.random
    for place, distance in enumerate((-1, 0, 1, 2, 4, 0)):
        given = context.day(random.randint(2, 6))
        customer_id = random.choice(customers)
        task = NewTask(
            title=_TODO[place],
            due_on=context.as_of + timedelta(days=distance),
            owner_id=seller,
            about_kind=CUSTOMER,
            about_id=customer_id,
            customer_id=customer_id,
        )
        (pk,) = create_tasks([task], **_doing(context, given, seller))
    complete_tasks([pk], **_doing(context, context.day(1), seller))
