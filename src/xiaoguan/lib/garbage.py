"""Python's collector of cyclic garbage: set aside while very many records are made, and out of the way of pages."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

# Collections of what is new are few and short so; the whole is left to ``collect_all``.
_NEW: Final = 10_000
_YOUNG: Final = 20
_NEVER: Final = 1_000_000


def leave_whole_alone() -> None:
    """From here on only what is new is collected by itself. Every tenth large page waited 40 ms for the whole to be
    looked through; ``collect_all`` does it now and then, between pages for the most part."""
    gc.set_threshold(_NEW, _YOUNG, _NEVER)


def collect_all() -> None:
    """Look through everything."""
    gc.collect()


@contextmanager
def uncollected() -> Iterator[None]:
    """A block that makes many objects and next to no cycles. The collector would look through all of them, and through
    the whole program, over and over (an eighth of an import's time); it goes on after the block."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
