"""Ask the database beside one's own work.

The first page of a large company waits for a few long questions, while the rest of it is worked out in Python. Within
the server a second thread with a connection of its own waits for them. Anywhere else (commands, tests, inside a
transaction, whose rows no other connection sees) they are asked when their answer is wanted.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import cache
from typing import Final, TypeVar

from django.db import close_old_connections, connection
from django.utils.translation import get_language, override

T = TypeVar("T")
_THREADS: Final = 2
_in_server = False


def allow() -> None:
    """From here on this process may use threads of its own. Called once by a worker of the server."""
    global _in_server
    _in_server = True


def begin(ask: Callable[[], T]) -> Callable[[], T]:
    """Begin to ask; what comes back gives the answer, or raises what asking raised.

    ``ask`` sees the language and the look at the organisation of this request. It must only read.
    """
    if not _in_server or connection.in_atomic_block:
        return cache(ask)
    return _pool().submit(copy_context().run, _with_own_connection, ask, get_language()).result


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_THREADS, thread_name_prefix="beside")


def _with_own_connection(ask: Callable[[], T], language: str | None) -> T:
    close_old_connections()  # one that the database has given up must not be used again
    with override(language):  # Django keeps the language by thread, not by context
        return ask()
