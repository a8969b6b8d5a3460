"""The measures of the company, as data. Accounts are declared in ``config.accounts``."""

from typing import Final

from xiaoguan.ledger.measures.language import (
    Direction,
    Measure,
    Unit,
    Words,
    balance,
    count,
    mean,
    median,
    movement,
    quantity,
    ratio,
    total,
    units,
)

MEASURES: Final = (
    Measure(
        "won_amount", total(quantity("won")), unit=Unit.MONEY, direction=Direction.UP,
        zh=Words("赢单金额", "期内赢单金额之和，减去重新打开的"),
        en=Words("Won amount", "Sum of the amounts won in the period, less those re-opened"),
    ),
    Measure(
        "won_count", count("won"), unit=Unit.COUNT, direction=Direction.UP,
        zh=Words("赢单数", "期内赢单的商机数，减去重新打开的"),
        en=Words("Deals won", "Number of deals won in the period, less those re-opened"),
    ),
    Measure(
        "lost_count", count("lost"), unit=Unit.COUNT, direction=Direction.DOWN,
        zh=Words("输单数", "期内输单的商机数，减去重新打开的"),
        en=Words("Deals lost", "Number of deals lost in the period, less those re-opened"),
    ),
    Measure(
        "win_rate", ratio(units("won"), units("won", "lost")), unit=Unit.PERCENT, direction=Direction.UP,
        zh=Words("赢率（按单数）", "赢单数 ÷（赢单数 + 输单数）"),
        en=Words("Win rate (by number)", "Deals won ÷ (deals won + deals lost)"),
    ),
    Measure(
        "win_rate_value", ratio(quantity("won"), quantity("won", "lost")), unit=Unit.PERCENT, direction=Direction.UP,
        zh=Words("赢率（按金额）", "赢单金额 ÷（赢单金额 + 输单金额）"),
        en=Words("Win rate (by value)", "Won amount ÷ (won amount + lost amount)"),
    ),
    Measure(
        "average_deal", mean(quantity("won")), unit=Unit.MONEY, direction=Direction.UP,
        zh=Words("平均单价", "赢单金额 ÷ 金额已知的赢单数"),
        en=Words("Average deal", "Won amount ÷ number of won deals whose amount is known"),
    ),
    Measure(
        "cycle_days", mean(quantity("cycle_days")), unit=Unit.DAYS, direction=Direction.DOWN,
        zh=Words("平均成交周期", "赢单商机从建立到赢单的天数之和 ÷ 赢单数"),
        en=Words("Mean cycle", "Days from opening to winning, summed over won deals ÷ number of won deals"),
    ),
    Measure(
        "cycle_days_median", median(quantity("cycle_days")), unit=Unit.DAYS, direction=Direction.DOWN,
        zh=Words("成交周期中位数", "赢单商机从建立到赢单的天数，居中的那一个"),
        en=Words("Median cycle", "The middle one of the days from opening to winning of won deals"),
    ),
    Measure(
        "pipeline_amount", balance(quantity("pipeline")), unit=Unit.MONEY, direction=Direction.UP,
        zh=Words("在手管道金额", "期末仍打开的商机金额之和，按当日归属的部门"),
        en=Words("Open pipeline", "Amounts of the deals still open at the period's end, by that day's assignments"),
    ),
    Measure(
        "pipeline_count", balance(units("pipeline")), unit=Unit.COUNT, direction=Direction.UP,
        zh=Words("在手商机数", "期末仍打开的商机数，按当日归属的部门"),
        en=Words("Open deals", "Number of deals still open at the period's end, by that day's assignments"),
    ),
    Measure(
        "pipeline_moved", movement(quantity("pipeline")), unit=Unit.MONEY, direction=Direction.NONE,
        zh=Words("管道净变动", "期内管道的增减之和：新增、改价、赢单、输单等"),
        en=Words("Pipeline moved", "What entered the pipeline in the period less what left it, for every reason"),
    ),
    Measure(
        "new_deals", count("new_deals"), unit=Unit.COUNT, direction=Direction.UP,
        zh=Words("新建商机数", "期内建立的商机数"),
        en=Words("New deals", "Number of deals created in the period"),
    ),
    Measure(
        "stage_days", mean(quantity("stage_days")), unit=Unit.DAYS, direction=Direction.DOWN,
        zh=Words("阶段停留天数", "期内离开阶段的商机停留天数之和 ÷ 离开次数"),
        en=Words("Days in stage", "Days spent in the stages left in the period ÷ number of times one was left"),
    ),
    Measure(
        "stage_days_median", median(quantity("stage_days")), unit=Unit.DAYS, direction=Direction.DOWN,
        zh=Words("阶段停留中位数", "期内离开阶段的商机在该阶段停留的天数，居中的那一个；多次进入的合计"),
        en=Words("Median days in stage", "The middle one of the days that deals spent in a stage left in the period; "
                                         "several stays of a deal are added up"),
    ),
    Measure(
        "activity_count", count("activity"), unit=Unit.COUNT, direction=Direction.UP,
        zh=Words("跟进次数", "期内记录的跟进次数"),
        en=Words("Activities", "Number of activities in the period"),
    ),
    Measure(
        "customers_new", count("customers_new"), unit=Unit.COUNT, direction=Direction.UP,
        zh=Words("新客户数", "期内新建的客户数"),
        en=Words("New customers", "Number of customers created in the period"),
    ),
)  # fmt: skip
