"""What a company needs before its first deal: a pipeline with stages named by what the buyer agreed, loss reasons."""

from typing import Final

from django.db import transaction

from xiaoguan.deals.models import LossReason, Pipeline, Stage
from xiaoguan.org.tree import touch

# Five stages: enough to see where deals rest, few enough to be kept honestly. Buyer's words under each name.
_STAGES: Final = (
    ("需求确认", "Need confirmed", "有预算、有时间表", "Has a budget and a date", 20),
    ("方案认可", "Solution accepted", "技术负责人书面认可", "Technical lead agreed in writing", 40),
    ("商务谈判", "Negotiation", "已谈价格和付款", "Talks price and payment", 60),
    ("合同流转", "Contract in review", "客户法务在审", "With the customer's lawyers", 80),
    ("承诺付款", "Payment promised", "首款日期已确认", "Date of first payment confirmed", 95),
)
_REASONS: Final = (
    ("price", "价格", "Price"),
    ("product", "产品不合适", "Product does not fit"),
    ("competitor", "输给竞争对手", "Chose a competitor"),
    ("no_budget", "没有预算或项目取消", "No budget or project cancelled"),
    ("no_answer", "客户没有回应", "Customer stopped answering"),
    ("relationship", "关系或决策人变动", "Relationship or decision maker changed"),
    ("other", "其他", "Other"),
)


def ensure_pipeline(*, with_stages: bool = True) -> Pipeline:
    """The default pipeline; made where there is none, with the usual stages unless an import brings its own."""
    with transaction.atomic():
        pipeline = Pipeline.objects.select_for_update().filter(is_default=True).first()
        if pipeline is None:
            pipeline = Pipeline.objects.create(name="标准销售流程", name_en="Standard pipeline", is_default=True)
        if with_stages and not pipeline.stages.exists():
            for place, (name, name_en, words, words_en, probability) in enumerate(_STAGES, start=1):
                Stage.objects.create(
                    pipeline=pipeline, position=place, name=name, name_en=name_en, buyer_words=words,
                    buyer_words_en=words_en, probability=probability,
                )  # fmt: skip
            touch()
        return pipeline


def ensure_loss_reasons() -> None:
    """The usual reasons for losing, where there are none."""
    with transaction.atomic():
        if not LossReason.objects.exists():
            for place, (code, name, name_en) in enumerate(_REASONS, start=1):
                LossReason.objects.create(code=code, name=name, name_en=name_en, position=place)
            touch()
