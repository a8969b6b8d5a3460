"""Every test of measures runs twice: over the database alone, and over segments with a tail behind them."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from xiaoguan.ledger.measures.tests.world import World
from xiaoguan.ledger.segments.books import Limits
from xiaoguan.ledger.segments.upkeep import round_of_upkeep

TINY = Limits(start=1, seal=1, merge=3, close=6)


@pytest.fixture(autouse=True, params=["database", "segments"])
def read_from(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> Iterator[str]:
    """Where postings are read. With segments each lot of postings is sealed except its last half."""
    if request.param == "segments":
        from django.conf import settings

        monkeypatch.setattr(settings, "DATA", tmp_path)
        write = World.post

        def post_and_seal(world: World, *posts: object) -> None:
            half = (len(posts) + 1) // 2
            write(world, *posts[:half])  # type: ignore[arg-type]
            round_of_upkeep(lambda: datetime.now(UTC), limits=TINY)
            write(world, *posts[half:])  # type: ignore[arg-type]

        monkeypatch.setattr(World, "post", post_and_seal)
    with caplog.at_level(logging.ERROR, logger="xiaoguan.ledger.measures.queries"):
        yield request.param
    assert not [record for record in caplog.records if "segments cannot be read" in record.message]
