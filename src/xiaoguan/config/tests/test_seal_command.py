"""`xiaoguan seal`: seals, proves, names what is missing and makes it again."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from xiaoguan.config.cli import FOUND_WRONG, OK, main
from xiaoguan.journal.models import Entry
from xiaoguan.ledger.models import Segment
from xiaoguan.ledger.segments.files import path_of
from xiaoguan.ledger.segments.tests.tiny import seal_all
from xiaoguan.org.actions import ensure_company_unit

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def _said(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    return json.loads(capsys.readouterr().out)


def test_a_lost_segment_is_named_and_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(settings, "DATA", tmp_path)
    ensure_company_unit(by=None, at=timezone.now())
    assert Entry.objects.exists()
    seal_all()
    capsys.readouterr()
    assert main(["seal", "--verify", "--json"]) == OK
    assert _said(capsys) == {"clean": True, "faults": []}
    file = Segment.objects.earliest("id").file
    path_of(file).unlink()
    assert main(["seal", "--verify", "--json"]) == FOUND_WRONG
    assert _said(capsys)["faults"][0]["file"] == file
    assert main(["seal", "--json"]) == OK
    assert _said(capsys)["mended"] == 1
    assert main(["seal", "--verify", "--json"]) == OK
