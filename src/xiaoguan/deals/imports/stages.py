"""The stages that a file of deals names."""

from collections.abc import Iterable

from xiaoguan.deals.models import Stage
from xiaoguan.deals.setup import ensure_pipeline
from xiaoguan.org.tree import touch
from xiaoguan.services.transfer.contract import Context


def stages_missing(context: Context) -> list[str]:
    """Those that the default pipeline has not: they will be created."""
    there = _by_name(Stage.objects.filter(pipeline__is_default=True))
    return [name for name in context.memory.get("stages", []) if name not in there]


def stages_of_file(context: Context) -> tuple[int, dict[str, int]]:
    """The default pipeline and its stages by name; stages of the file are created in the order met."""
    known: tuple[int, dict[str, int]] | None = context.scratch.get("stages")
    if known is None:
        pipeline = ensure_pipeline(with_stages=False)
        stages = _by_name(Stage.objects.filter(pipeline=pipeline))
        last = max(Stage.objects.filter(pipeline=pipeline).values_list("position", flat=True), default=0)
        for name in context.memory.get("stages", []):
            if name not in stages:
                last += 1
                stages[name] = Stage.objects.create(pipeline=pipeline, position=last, name=name).pk
        touch()
        known = context.scratch["stages"] = pipeline.pk, stages
    return known


def _by_name(stages: Iterable[Stage]) -> dict[str, int]:
    """Ids by each name that a stage has."""
    return {name: stage.pk for stage in stages for name in (stage.name, stage.name_en) if name}
