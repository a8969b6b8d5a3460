"""Answers over sealed postings, remembered: what is sealed never changes, so neither does what it adds up to.

Sums outlive a sealing: what it added is asked alone, and added to what is known.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Final, Generic, NamedTuple, TypeVar

from xiaoguan.ledger.measures.totals import Totals, added_up
from xiaoguan.ledger.segments.reading import Sealed

T = TypeVar("T")
Rows = list[tuple[Any, ...]]
_MOST_ROWS: Final = 100_000
_MOST_OF_ONE: Final = 50_000


class _Answer(NamedTuple, Generic[T]):
    """An answer and how many rows it has; of sums also over what they are."""

    answer: T
    rows: int
    over: Sealed | None = None


class Remembered:
    """The answers asked for last, up to a number of rows in all. For all threads of a process."""

    def __init__(self) -> None:
        self._lock, self._asking = threading.Lock(), threading.Lock()
        self._answers: OrderedDict[Hashable, _Answer[Any]] = OrderedDict()
        self._rows = 0

    def get(self, key: Hashable, ask: Callable[[], Rows]) -> Rows:
        """The answer to a question, asked where it is not known. The caller leaves it as it is."""

        def asked(_known: _Answer[Rows] | None) -> _Answer[Rows]:
            rows = ask()
            return _Answer(rows, len(rows))

        return self._get(key, None, asked)

    def totals(self, key: Hashable, sealed: Sealed, ask: Callable[[Sealed], Totals]) -> Totals:
        """The same of sums over sealed postings, asked of those alone that came after what is known."""

        def further(known: _Answer[Totals] | None) -> _Answer[Totals]:
            beyond = sealed.beyond(known.over) if known and known.over else None
            if known is None or beyond is None:
                totals = ask(sealed)
            else:
                totals = added_up(known.answer, ask(beyond))
            return _Answer(totals, sum(map(len, totals.values())), sealed)

        return self._get(key, sealed, further)

    def _get(self, key: Hashable, over: Sealed | None, answer: Callable[[_Answer[T] | None], _Answer[T]]) -> T:
        known: _Answer[T] | None = self._known(key)
        if known is not None and known.over == over:
            return known.answer
        with self._asking:
            # Whoever waited here may have waited for the very answer.
            latest: _Answer[T] | None = self._known(key)
            if latest is not None and latest.over == over:
                return latest.answer
            found = answer(latest)
            if found.rows <= _MOST_OF_ONE:
                self._keep(key, found)
            return found.answer

    def _known(self, key: Hashable) -> _Answer[Any] | None:
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
            return self._answers.get(key)

    def _keep(self, key: Hashable, answer: _Answer[Any]) -> None:
        with self._lock:
            if key in self._answers:
                self._rows -= _room(self._answers.pop(key))
            self._answers[key] = answer
            self._rows += _room(answer)
            while self._rows > _MOST_ROWS:
                _key, oldest = self._answers.popitem(last=False)
                self._rows -= _room(oldest)


def _room(answer: _Answer[Any]) -> int:
    return answer.rows + 1  # an empty answer takes room too


remembered: Final = Remembered()
