"""A file may name stages that the company has not: that is said before anything is written."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import translation

from xiaoguan.deals.imports.reading import assume
from xiaoguan.deals.imports.stages import stages_missing, stages_of_file
from xiaoguan.deals.models import Stage
from xiaoguan.deals.setup import ensure_pipeline
from xiaoguan.services.transfer.contract import Context, Options

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def a_file_with(*stages: str) -> Context:
    survey: Any = None
    return Context(
        run_id=1, by=None, at=datetime(2026, 3, 2, tzinfo=UTC), options=Options(), headers={}, survey=survey,
        memory={"stages": list(stages)}, dry=True,
    )  # fmt: skip


def said(context: Context) -> list[str]:
    with translation.override("en"):
        return [str(item.words) for item in assume(context) if item.code == "new_stages"]


def test_stages_by_either_name_are_known():
    ensure_pipeline()
    context = a_file_with("需求确认", "Negotiation")
    assert stages_missing(context) == []
    assert said(context) == []


def test_new_stages_are_named_and_then_created_behind_the_others():
    ensure_pipeline()
    context = a_file_with("Site visit", "需求确认", "投标")
    assert said(context) == ["Stages that do not exist yet will be created behind the others: Site visit, 投标."]
    _pipeline, ids = stages_of_file(context)
    assert list(Stage.objects.order_by("position").values_list("name", flat=True))[-2:] == ["Site visit", "投标"]
    assert ids["投标"] == Stage.objects.get(name="投标").pk
    assert stages_missing(a_file_with("Site visit", "投标")) == []


def test_a_company_without_a_pipeline_is_told_of_all():
    assert stages_missing(a_file_with("Prospecting")) == ["Prospecting"]
