"""How many rows a step of an import takes, by the time for which the last steps held the write lock."""

from collections import deque

AIM_SECONDS = 0.12
"""how long the slowest of the last steps would have held it; 0.2 is the most that any may"""
LAST_STEPS = 5
FIRST_CHUNK, SMALLEST_CHUNK, LARGEST_CHUNK = 250, 20, 4_000


class Pace:
    """``size`` is the number of rows for the next step.

    The slowest of the last steps counts: on a busy machine one takes twice as long as another, and a step costs some
    time whatever its size, so steps that shrink after each slow one would make the whole import slow.
    """

    def __init__(self) -> None:
        self.size = FIRST_CHUNK
        self._seconds_a_row: deque[float] = deque(maxlen=LAST_STEPS)

    def note(self, rows: int, seconds: float) -> None:
        """So many rows took so long. A step that was not full (the last one, half of a refused one) tells nothing."""
        if rows < self.size:
            return
        self._seconds_a_row.append(max(seconds, 0.001) / rows)
        wanted = AIM_SECONDS / max(self._seconds_a_row)
        self.size = int(max(SMALLEST_CHUNK, min(LARGEST_CHUNK, wanted, rows * 2)))
