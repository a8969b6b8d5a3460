"""One look per request: what is asked again within a request is not read again.

Outside a request (commands, workers, tests) nothing is kept, so nothing can be stale.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

T = TypeVar("T")
_kept: ContextVar[dict[Hashable, Any] | None] = ContextVar("org_memo", default=None)


@contextmanager
def one_request() -> Iterator[None]:
    """Keep answers until the block ends."""
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def remember(key: Hashable, make: Callable[[], T]) -> T:
    """The answer kept under the key in this request, else ``make()``."""
    kept = _kept.get()
    if kept is None:
        return make()
    if key not in kept:
        kept[key] = make()
    result: T = kept[key]
    return result


def forget() -> None:
    """Something was written: ask again."""
    kept = _kept.get()
    if kept is not None:
        kept.clear()
