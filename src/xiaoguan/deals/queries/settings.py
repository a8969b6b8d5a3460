"""What the settings page of the pipeline shows."""

from typing import Final

from django.db.models import OuterRef, Prefetch

from xiaoguan.deals.models import Deal, LossReason, Pipeline, Stage
from xiaoguan.lib.counting import counted_to

COUNT_TO: Final = 999


def pipelines() -> list[Pipeline]:
    """Pipelines, the default one first, each with its stages and how many open deals stand in them, up to one more than
    ``COUNT_TO``."""
    standing = Deal.objects.filter(stage=OuterRef("pk"), state=Deal.State.OPEN)
    stages = Stage.objects.annotate(open_deals=counted_to(COUNT_TO, standing)).order_by("position")
    return list(Pipeline.objects.prefetch_related(Prefetch("stages", queryset=stages)).order_by("-is_default", "id"))


def reasons() -> list[LossReason]:
    """Reasons for losing, each with how often it was given, up to one more than ``COUNT_TO``."""
    lost = Deal.objects.filter(loss_reason=OuterRef("pk"), state=Deal.State.LOST)
    return list(LossReason.objects.annotate(given=counted_to(COUNT_TO, lost)))


def stage(pk: int) -> Stage | None:
    return Stage.objects.filter(pk=pk).first()


def reason(pk: int) -> LossReason | None:
    return LossReason.objects.filter(pk=pk).first()
