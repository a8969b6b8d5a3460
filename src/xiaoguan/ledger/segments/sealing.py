"""Seal what is settled, and put small neighbours together."""

from collections.abc import Callable
from datetime import datetime
from itertools import takewhile

from xiaoguan.ledger.models import Segment
from xiaoguan.ledger.segments import manifest
from xiaoguan.ledger.segments.books import LIMITS, Contents, Limits
from xiaoguan.ledger.segments.files import write_merged, write_range
from xiaoguan.ledger.segments.horizon import settled_horizon
from xiaoguan.ledger.segments.manifest import State

Clock = Callable[[], datetime]


def worth_sealing(contents: Contents, limits: Limits = LIMITS) -> bool:
    """Whether enough new rows may stand in the tail: two small queries, for a look every few seconds."""
    state = manifest.state_of(contents)
    newest, least = manifest.newest_id(contents), _least(state, limits)
    # Ids run ahead of rows: some were given up, some belong to generations that count no more.
    return newest - state.sealed_to >= least and manifest.nth_id(contents, state, newest, least) is not None


def seal(contents: Contents, clock: Clock, *, limits: Limits = LIMITS, patience: float = 5.0) -> int:
    """Seal all that is settled and enough for a segment; how many were made. Nobody waits for it."""
    if not worth_sealing(contents, limits):
        return 0
    horizon = settled_horizon(contents.table, patience)
    made = 0
    while horizon is not None and _seal_next(contents, horizon, clock(), limits):
        made += 1
    return made


def _seal_next(contents: Contents, horizon: int, at: datetime, limits: Limits) -> bool:
    state = manifest.state_of(contents)
    if manifest.nth_id(contents, state, horizon, _least(state, limits)) is None:
        return False
    hi = manifest.nth_id(contents, state, horizon, limits.close) or horizon
    written = write_range(contents, state.generation, state.sealed_to + 1, hi)
    return manifest.add(contents, state, hi, written, at)


def _least(state: State, limits: Limits) -> int:
    return limits.seal if state.sealed_to else limits.start


def compact(contents: Contents, clock: Clock, *, limits: Limits = LIMITS) -> bool:
    """Put the open segments at the end together, where there are many."""
    found = mergeable(contents, limits)
    if not found:
        return False
    first, last = found[0], found[-1]
    written = write_merged(contents, first.generation, [item.file for item in found], first.lo, last.hi)
    return manifest.replace(contents, found, written, clock(), level=1)


def mergeable(contents: Contents, limits: Limits = LIMITS) -> list[Segment]:
    """The open segments behind the last closed one, as many as make about one that can be closed; [] while too few."""
    segments = manifest.segments_of(contents, manifest.generation_of(contents))
    is_open = list(takewhile(lambda item: item.rows < limits.close, reversed(segments)))[::-1]
    return is_open if len(is_open) >= limits.merge else []


def closed_segments(contents: Contents, limits: Limits = LIMITS) -> list[Segment]:
    """The segments from the first on that are never merged again."""
    segments = manifest.segments_of(contents, manifest.generation_of(contents))
    return list(takewhile(lambda item: item.rows >= limits.close, segments))
