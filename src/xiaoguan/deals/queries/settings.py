"""What the settings page of the pipeline shows."""

from django.db.models import Count, Prefetch, Q

from xiaoguan.deals.models import Deal, LossReason, Pipeline, Stage


def pipelines() -> list[Pipeline]:
    """Pipelines, the default one first, each with its stages and how many open deals stand in them."""
    stages = Stage.objects.annotate(open_deals=Count("deals", filter=Q(deals__state=Deal.State.OPEN))).order_by(
        "position"
    )
    return list(Pipeline.objects.prefetch_related(Prefetch("stages", queryset=stages)).order_by("-is_default", "id"))


def reasons() -> list[LossReason]:
    """Reasons for losing, each with how often it was given."""
    given = Count("deals", filter=Q(deals__state=Deal.State.LOST))
    # Grouping drops the order that the model has by itself.
    return list(LossReason.objects.annotate(given=given).order_by("position", "id"))


def stage(pk: int) -> Stage | None:
    return Stage.objects.filter(pk=pk).first()


def reason(pk: int) -> LossReason | None:
    return LossReason.objects.filter(pk=pk).first()
