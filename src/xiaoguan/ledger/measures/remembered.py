"""Answers over sealed postings, remembered: what is sealed never changes, so neither does what it adds up to.

Sums outlive a sealing: what it added is asked alone, and added to what is known.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Final, NamedTuple

from xiaoguan.ledger.measures.building import added_up
from xiaoguan.ledger.segments.reading import Sealed

Rows = list[tuple[Any, ...]]
_MOST_ROWS: Final = 100_000
_MOST_OF_ONE: Final = 10_000


class _Answer(NamedTuple):
    """The rows of an answer; of sums also over what they are."""

    rows: Rows
    over: Sealed | None = None


class Remembered:
    """The answers asked for last, up to a number of rows in all. For all threads of a process."""

    def __init__(self) -> None:
        self._lock, self._asking = threading.Lock(), threading.Lock()
        self._answers: OrderedDict[Hashable, _Answer] = OrderedDict()
        self._rows = 0

    def get(self, key: Hashable, ask: Callable[[], Rows]) -> Rows:
        """The answer to a question, asked where it is not known. The caller leaves it as it is."""
        return self._get(key, None, lambda _known: _Answer(ask()))

    def sums(self, key: Hashable, sealed: Sealed, ask: Callable[[Sealed], Rows]) -> Rows:
        """The same of sums over sealed postings, asked of those alone that came after what is known."""

        def further(known: _Answer | None) -> _Answer:
            beyond = sealed.beyond(known.over) if known and known.over else None
            if known is None or beyond is None:
                return _Answer(ask(sealed), sealed)
            return _Answer(added_up([*known.rows, *ask(beyond)]), sealed)

        return self._get(key, sealed, further)

    def _get(self, key: Hashable, over: Sealed | None, answer: Callable[[_Answer | None], _Answer]) -> Rows:
        known = self._known(key)
        if known is not None and known.over == over:
            return known.rows
        with self._asking:
            # Whoever waited here may have waited for the very answer.
            known = self._known(key)
            if known is not None and known.over == over:
                return known.rows
            found = answer(known)
            if len(found.rows) <= _MOST_OF_ONE:
                self._keep(key, found)
            return found.rows

    def _known(self, key: Hashable) -> _Answer | None:
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
            return self._answers.get(key)

    def _keep(self, key: Hashable, answer: _Answer) -> None:
        with self._lock:
            if key in self._answers:
                self._rows -= _room(self._answers.pop(key))
            self._answers[key] = answer
            self._rows += _room(answer)
            while self._rows > _MOST_ROWS:
                _key, oldest = self._answers.popitem(last=False)
                self._rows -= _room(oldest)


def _room(answer: _Answer) -> int:
    return len(answer.rows) + 1  # an empty answer takes room too


remembered: Final = Remembered()
