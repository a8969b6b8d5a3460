"""Python's collector of cyclic garbage, set aside while very many records are made."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


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
