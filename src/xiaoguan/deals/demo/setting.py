"""The stages and the reasons for losing that the demo company sells by."""

from xiaoguan.deals.models import LossReason
from xiaoguan.deals.setup import ensure_loss_reasons, ensure_pipeline
from xiaoguan.lib.demo import Ids


def arrange(ids: Ids) -> None:
    """Make the usual pipeline and reasons, and note their ids."""
    ensure_loss_reasons()
    pipeline = ensure_pipeline()
    ids.pipeline = pipeline.pk
    ids.stages += pipeline.stages.order_by("position").values_list("pk", flat=True)
    ids.reasons += LossReason.objects.order_by("position").values_list("pk", flat=True)
