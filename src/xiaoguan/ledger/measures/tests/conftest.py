"""Tests of measures run three times: over the database alone, over segments with a tail behind them, and with all
numbers that the tail is asked for in lists (as for a thousand people, where the database takes lists)."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from xiaoguan.ledger.measures import tail
from xiaoguan.ledger.measures.tests.world import World
from xiaoguan.ledger.segments.tests.tiny import seal_all


@pytest.fixture(params=["database", "segments", "lists"])
def read_from(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> Iterator[str]:
    """Where postings are read. With segments each lot of postings is sealed except its last half."""
    if request.param == "lists":
        monkeypatch.setattr(tail, "LONGEST", 0)
    if request.param != "database":
        monkeypatch.setattr(settings, "DATA", tmp_path)
        write = World.post

        def post_and_seal(world: World, *posts: object) -> None:
            half = (len(posts) + 1) // 2
            write(world, *posts[:half])
            seal_all()
            write(world, *posts[half:])

        monkeypatch.setattr(World, "post", post_and_seal)
    with caplog.at_level(logging.ERROR, logger="xiaoguan.ledger.measures.queries"):
        yield request.param
    assert not caplog.records, "segments could not be read"
