"""One round of upkeep: mend, seal, compact, gather, sweep. One process at a time, by a lock on a file."""

from dataclasses import dataclass

from xiaoguan.ledger.segments.books import BOOKS, LIMITS, Limits
from xiaoguan.ledger.segments.files import LOCK, folder
from xiaoguan.ledger.segments.gathering import gather, worth_gathering
from xiaoguan.ledger.segments.mending import lost_segments, mend
from xiaoguan.ledger.segments.sealing import Clock, compact, mergeable, seal, worth_sealing
from xiaoguan.ledger.segments.sweeping import sweep
from xiaoguan.lib.alone import alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a round did. ``busy``: another process is at it."""

    mended: int = 0
    sealed: int = 0
    merged: int = 0
    gathered: int = 0
    swept: int = 0
    busy: bool = False

    @property
    def made_something(self) -> bool:
        return bool(self.mended or self.sealed or self.merged or self.gathered)

    def plus(self, other: "Done") -> "Done":
        return Done(
            mended=self.mended + other.mended,
            sealed=self.sealed + other.sealed,
            merged=self.merged + other.merged,
            gathered=self.gathered + other.gathered,
            swept=self.swept + other.swept,
            busy=other.busy,
        )


def due(limits: Limits = LIMITS) -> bool:
    """Whether a round would find something to make. A few small queries."""
    return (
        any(worth_sealing(contents, limits) or mergeable(contents, limits) for contents in BOOKS)
        or bool(lost_segments())
        or worth_gathering(limits)
    )


def round_of_upkeep(clock: Clock, *, limits: Limits = LIMITS, patience: float = 5.0) -> Done:
    """Do all there is to do, unless another process is at it."""
    with alone(folder() / LOCK) as mine:
        if not mine:
            return Done(busy=True)
        return Done(
            mended=sum(mend(contents, segment, clock) for contents, segment in lost_segments()),
            sealed=sum(seal(contents, clock, limits=limits, patience=patience) for contents in BOOKS),
            merged=sum(compact(contents, clock, limits=limits) for contents in BOOKS),
            gathered=int(gather(limits)),
            swept=sweep(clock()),
        )
