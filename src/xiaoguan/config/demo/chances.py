"""How deals of the demo company usually go: days in each stage, how many go on, why the others are lost."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from math import log
from random import Random
from typing import Final

from xiaoguan.config.demo import words
from xiaoguan.config.demo.people import Manner, People
from xiaoguan.config.demo.sizes import Size
from xiaoguan.config.demo.workdays import Workdays

# For each stage: usual days in it (and how widely they spread), the share of deals that go on, weights of the reasons
# why the others are lost (price, product, competitor, no budget, no answer, relationship, other).
DAYS: Final = (9, 15, 12, 8, 5)
SPREAD: Final = 0.45
GOES_ON: Final = (0.72, 0.74, 0.78, 0.88, 0.95)
REASONS: Final = (
    (4, 14, 6, 30, 34, 6, 6), (12, 24, 22, 16, 16, 6, 4), (38, 4, 28, 12, 8, 6, 4), (18, 2, 22, 28, 8, 16, 6),
    (10, 1, 10, 40, 12, 20, 7),
)  # fmt: skip
NO_ANSWER: Final = 4
# Whoever bought is called again every few weeks for a year; told of the months that pages compare with one another.
CARE_EVERY: Final = (17, 25)
CARE_FOR: Final = timedelta(days=365)
CARE_TOLD: Final = timedelta(days=200)
LOG_DAYS: Final = tuple(log(days) for days in DAYS)
LAST_STAGE: Final = len(DAYS) - 1
KINDS: Final = tuple(words.KIND_WEIGHTS)
KIND_WEIGHTS: Final = tuple(words.KIND_WEIGHTS.values())
OPENED: Final = (9 * 60 + 30, 16 * 60)
AFTERNOON: Final = (13 * 60 + 30, 17 * 60)
MORNING: Final = (9 * 60 + 30, 12 * 60)
LATEST: Final = 17 * 60 + 25
HANDED: Final = 17 * 60 + 40
# Closed by mistake, or to be opened again: later than all else of the day.
REOPENED: Final = (19 * 60, 20 * 60)
PLAIN: Final = Manner(skill=1.0, pace=1.0, load=1.0, size=1.0, care=0.7)
THOUSAND: Final = Decimal(1000)


class Fate(Enum):
    """Deals live as they happen to, but for a few: pages show what they are for in the smallest company too."""

    USUAL = "usual"
    FORGOTTEN = "forgotten"  # rests in its first stage until the story ends
    MOVES_LATE = "moves late"  # has just come to its second stage
    FRESH = "fresh"  # opened a moment ago: nobody has said what comes next


@dataclass(frozen=True, slots=True)
class Setting:
    """What all lives share."""

    size: Size
    random: Random
    days: Workdays
    people: People
    as_of: date


def rounded(amount: Decimal) -> Decimal:
    """To hundreds, as offers are written."""
    return Decimal(int(amount / 100)) * 100
