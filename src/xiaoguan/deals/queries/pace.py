"""How long deals usually take: in each stage, and from opening to winning. Typical values, not figures of record."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, TypeVar, cast

from django.core.cache import cache

from xiaoguan.ledger.measures.answers import MeasureAnswer
from xiaoguan.ledger.measures.asking import Ask
from xiaoguan.ledger.measures.engine import ask
from xiaoguan.ledger.measures.figures import Figure
from xiaoguan.ledger.measures.language import measure
from xiaoguan.lib.periods import Period

T = TypeVar("T")
FEWEST: Final = 5
_KEPT_SECONDS: Final = 3600


@dataclass(frozen=True, slots=True)
class StagePace:
    """The median of the days that ``count`` deals took."""

    median: Decimal
    count: int


def stage_paces(today: date) -> dict[int, StagePace]:
    """By stage, over the whole company, how long deals stayed that left it in the twelve whole months before this one.
    Stages that fewer than five deals left are absent."""
    return _kept("stage_days_median", today, lambda: _by_stage(_asked("stage_days_median", today, "stage")))


def cycle_pace(today: date) -> StagePace | None:
    """How long won deals took from opening to winning in the same months; None where fewer than five were won."""
    return _kept("cycle_days_median", today, lambda: _pace(_asked("cycle_days_median", today).total))


def twelve_months_before(today: date) -> Period:
    """The twelve whole months before the month of a day."""
    end = today.replace(day=1) - timedelta(days=1)
    return Period(today.replace(year=today.year - 1, day=1), end)


def _kept(name: str, today: date, make: Callable[[], T]) -> T:
    """Worked out once an hour: late entries may still move the median of past months."""
    return cast("T", cache.get_or_set(f"pace:{name}:{today:%Y-%m}", make, _KEPT_SECONDS))


def _asked(key: str, today: date, *by: str) -> MeasureAnswer:
    question = Ask(measures=(measure(key),), period=twelve_months_before(today), today=today, by=by)
    return ask(question).measures[key]


def _by_stage(answer: MeasureAnswer) -> dict[int, StagePace]:
    found = {key[0]: _pace(figure) for key, figure in answer.groups.items()}
    return {stage_id: pace for stage_id, pace in found.items() if isinstance(stage_id, int) and pace is not None}


def _pace(figure: Figure) -> StagePace | None:
    if figure.value is None or figure.count < FEWEST:
        return None
    return StagePace(figure.value, figure.count)
