"""Cycles are collected, whoever has to ask for it."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from xiaoguan.lib.garbage import collect_all, leave_whole_alone, uncollected


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    thresholds = gc.get_threshold()
    yield
    gc.set_threshold(*thresholds)


class Ring:
    def __init__(self) -> None:
        self.own = self


def old_ring() -> "weakref.ref[Ring]":
    """A cycle that has outlived the collections of what is new, and is then let go."""
    ring = Ring()
    gc.collect(0)
    gc.collect(1)
    return weakref.ref(ring)


def test_the_whole_is_looked_through_when_asked_alone() -> None:
    leave_whole_alone()
    gone = old_ring()
    before = gc.get_stats()[2]["collections"]
    kept = [[] for _ in range(400_000)]  # type: ignore[var-annotated]
    assert gc.get_stats()[2]["collections"] == before
    assert gone() is not None
    collect_all()
    assert gone() is None
    assert kept


def test_a_block_collects_nothing() -> None:
    with uncollected():
        assert not gc.isenabled()
    assert gc.isenabled()
