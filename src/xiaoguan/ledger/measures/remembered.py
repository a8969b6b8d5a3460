"""Sums over sealed postings, remembered: what is sealed never changes, so neither does what it adds up to."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Final

Rows = list[tuple[Any, ...]]
_MOST_ROWS: Final = 100_000
_MOST_OF_ONE: Final = 10_000


class Remembered:
    """The answers asked for last, up to a number of rows in all. For all threads of a process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: OrderedDict[Hashable, Rows] = OrderedDict()
        self._rows = 0

    def get(self, key: Hashable, ask: Callable[[], Rows]) -> Rows:
        """The answer to a question, asked where it is not known. The caller leaves it as it is."""
        with self._lock:
            known = self._answers.get(key)
            if known is not None:
                self._answers.move_to_end(key)
                return known
        rows = ask()
        if len(rows) <= _MOST_OF_ONE:
            self._keep(key, rows)
        return rows

    def _keep(self, key: Hashable, rows: Rows) -> None:
        with self._lock:
            if key in self._answers:
                return
            self._answers[key] = rows
            self._rows += len(rows) + 1  # an empty answer takes room too
            while self._rows > _MOST_ROWS:
                _key, oldest = self._answers.popitem(last=False)
                self._rows -= len(oldest) + 1


remembered: Final = Remembered()
