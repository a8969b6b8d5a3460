"""Writes of the settings page: stages of the pipeline and reasons for losing. Told in the journal as edited fields."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from xiaoguan.deals.models import LossReason, Pipeline, Stage
from xiaoguan.journal.facts.general import FieldsChanged
from xiaoguan.journal.kinds import PIPELINE, STAGE
from xiaoguan.journal.recording import Happening, Private, record
from xiaoguan.lib.days import company_day
from xiaoguan.lib.refusal import Refusal
from xiaoguan.org.models import Member
from xiaoguan.org.tree import touch

Values = Mapping[str, Any]


def save_stage(stage_id: int | None, values: Values, *, by: Member, at: datetime) -> None:
    """Amend a stage, or append a new one (None) to the default pipeline. Refused for a name that is taken there."""
    with transaction.atomic():
        stage = _stage(stage_id)
        same_name = Stage.objects.filter(pipeline_id=stage.pipeline_id, name=values["name"]).exclude(pk=stage.pk)
        if same_name.exists():
            raise Refusal(_("Another stage has this name already."), field="name")
        old = {} if stage_id is None else {name: getattr(stage, name) for name in values}
        for name, value in values.items():
            setattr(stage, name, value)
        stage.save()
        touch()
        _tell(STAGE, stage.pk, old, values, by, at)


def _stage(stage_id: int | None) -> Stage:
    if stage_id is not None:
        return Stage.objects.select_for_update().get(pk=stage_id)
    pipeline = Pipeline.objects.select_for_update().filter(is_default=True).first()
    if pipeline is None:
        pipeline = Pipeline.objects.create(name="标准销售流程", name_en="Standard pipeline", is_default=True)
    last = pipeline.stages.order_by("-position").first()
    return Stage(pipeline=pipeline, position=last.position + 1 if last else 1)


def move_stage_up(stage_id: int, *, by: Member, at: datetime) -> None:
    """Let a stage and the one before it change places; the first one stays."""
    with transaction.atomic():
        stage = Stage.objects.select_for_update().get(pk=stage_id)
        earlier = Stage.objects.select_for_update().filter(pipeline=stage.pipeline_id, position__lt=stage.position)
        above = earlier.order_by("-position").first()
        if above is None:
            return
        places = {"position": above.position}, {"position": stage.position}
        # The places are unique: one of the two must stand aside for a moment.
        Stage.objects.filter(pk=above.pk).update(position=-above.position - 1)
        Stage.objects.filter(pk=stage.pk).update(**places[0])
        Stage.objects.filter(pk=above.pk).update(**places[1])
        touch()
        _tell(STAGE, stage.pk, places[1], places[0], by, at)
        _tell(STAGE, above.pk, places[0], places[1], by, at)


def save_reason(reason_id: int | None, values: Values, *, by: Member, at: datetime) -> None:
    """Amend a reason for losing, or append a new one (None)."""
    with transaction.atomic():
        reason = LossReason.objects.select_for_update().get(pk=reason_id) if reason_id else _new_reason(values)
        old = {} if reason_id is None else {name: getattr(reason, name) for name in values}
        for name, value in values.items():
            setattr(reason, name, value)
        reason.save()
        touch()
        pipeline = Pipeline.objects.filter(is_default=True).first()
        if pipeline is not None:
            told = {f"reason_{name}": value for name, value in values.items()}
            _tell(PIPELINE, pipeline.pk, {f"reason_{name}": value for name, value in old.items()}, told, by, at)


def _new_reason(values: Values) -> LossReason:
    last = LossReason.objects.order_by("-position").first()
    place = last.position + 1 if last else 1
    stem = slugify(values["name_en"])[:20] or "reason"
    number = LossReason.objects.count() + 1
    while LossReason.objects.filter(code=f"{stem}-{number}").exists():
        number += 1
    return LossReason(code=f"{stem}-{number}", position=place)


def _tell(kind: int, object_id: int, old: Values, new: Values, by: Member, at: datetime) -> None:
    """One entry with what really changed; the words are free text and therefore private values."""
    changed = tuple(name for name, value in new.items() if old.get(name) != value)
    if not changed:
        return
    private = tuple(Private(field=name, old=_text(old.get(name)), new=_text(new[name])) for name in changed)
    told = FieldsChanged(kind=kind, object_id=object_id, fields=changed)
    record([Happening(fact=told, on=company_day(at), private=private)], by=by.pk, at=at)


def _text(value: object) -> str | None:
    return None if value in (None, "") else str(value)
