"""The console command: what it prints for programs and for people."""

import argparse
import json

import pytest
from django.db import transaction

from xiaoguan.analysis.command import add_arguments, run
from xiaoguan.ledger.measures.language import all_measures
from xiaoguan.ledger.measures.tests.world import Post, World, day
from xiaoguan.lib.refusal import Refusal

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture(autouse=True)
def _books():
    world = World()
    with transaction.atomic():
        world.post(
            Post("won", day("01-10"), 100, 1, world.ann, 1), Post("won", day("04-10"), 50, 1, world.cai, 2),
            Post("lost", day("01-12"), 0, 1, world.ann, 3), Post("lost_unknown", day("01-12"), 0, 1, world.ann, 3),
            Post("pipeline", day("01-12"), 7, 1, world.ann, 4, "new"),
        )  # fmt: skip


def asked(capsys, *arguments):
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    assert run(parser.parse_args([*arguments, "--json"])) == 0
    return json.loads(capsys.readouterr().out)


def test_ungrouped(capsys):
    found = asked(capsys, "won_amount", "--period", "2026")
    assert found["rows"] == [{"group": None, "key": None, "value": 150, "count": 2, "unknown": 0}]
    assert found["period"] == {"start": "2026-01-01", "end": "2026-12-31"}


def test_by_region_and_quarter(capsys):
    rows = asked(capsys, "won_amount", "--period", "2026", "--by", "region")["rows"]
    assert [(row["group"], row["value"], row["count"]) for row in rows] == [("West", 100, 1), ("East", 50, 1)]
    rows = asked(capsys, "won_amount", "--period", "2026", "--by", "quarter")["rows"]
    assert [(row["group"], row["key"], row["value"]) for row in rows] == [
        ("2026-Q1", "2026-Q1", 100), ("2026-Q2", "2026-Q2", 50),
    ]  # fmt: skip


def test_unknown_is_null_with_words(capsys, settings):
    settings.LANGUAGE_CODE = "en"
    row = asked(capsys, "win_rate_value", "--period", "2026-Q1")["rows"][0]
    assert (row["value"], row["unknown"]) == (None, 1)
    assert "lost" in row["reason"] or "输单" in row["reason"]


def test_ratios_are_numbers_between_nought_and_one(capsys):
    assert asked(capsys, "win_rate", "--period", "2026")["rows"][0]["value"] == 0.6667


def test_known_on(capsys):
    assert asked(capsys, "won_amount", "--period", "2026", "--known-on", "2026-02-01")["rows"][0]["value"] == 100


def test_reasons_of_a_movement_are_words(capsys):
    row = asked(capsys, "pipeline_moved", "--period", "2026", "--by", "why")["rows"][0]
    assert (row["key"], row["value"], row["count"]) == ("new", 7, 1)
    assert row["group"] in ("New", "新增")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("nonsense", "--period", "2026"), "no_measure"),
        (("won_amount", "--period", "yesterday"), "bad_period"),
        (("won_amount",), "no_period"),
        (("won_amount", "--period", "2026", "--by", "id; drop table"), "no_dimension"),
        (("won_amount", "--period", "2026", "--by", "month,week"), "bad_groups"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_words(capsys, arguments, code):
    with pytest.raises(Refusal) as refused:
        asked(capsys, *arguments)
    assert refused.value.code == code


def test_people_read_lines_with_thousands_and_a_total(capsys):
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    run(parser.parse_args(["won_amount", "--period", "2026", "--by", "person"]))
    out = capsys.readouterr().out.splitlines()
    assert out[2].split() == ["Ann", "100.00", "(1)"]
    assert out[-1].split() == ["=", "150.00", "(2)"]


def test_without_a_key_the_measures_are_listed(capsys):
    keys = [item["measure"] for item in asked(capsys)]
    assert len(keys) == len(all_measures())
    assert keys[0] == "won_amount"
