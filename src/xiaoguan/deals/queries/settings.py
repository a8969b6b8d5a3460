"""What the settings page of the pipeline shows."""

from django.db.models import OuterRef, Prefetch

from xiaoguan.deals.models import Deal, LossReason, Pipeline, Stage
from xiaoguan.lib.counting import counted


def pipelines() -> list[Pipeline]:
    """Pipelines, the default one first, each with its stages and how many open deals stand in them, as far as is
    counted."""
    standing = Deal.objects.filter(stage=OuterRef("pk"), state=Deal.State.OPEN)
    stages = Stage.objects.annotate(open_deals=counted(standing)).order_by("position")
    return list(Pipeline.objects.prefetch_related(Prefetch("stages", queryset=stages)).order_by("-is_default", "id"))


def reasons() -> list[LossReason]:
    """Reasons for losing, each with how often it was given, as far as is counted."""
    lost = Deal.objects.filter(loss_reason=OuterRef("pk"), state=Deal.State.LOST)
    return list(LossReason.objects.annotate(given=counted(lost)))


def stage(pk: int) -> Stage | None:
    return Stage.objects.filter(pk=pk).first()


def reason(pk: int) -> LossReason | None:
    return LossReason.objects.filter(pk=pk).first()
