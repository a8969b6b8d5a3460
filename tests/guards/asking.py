"""Asking at every address, with rows that a role may see and rows that it may not, in every way that a browser asks.

Whole pages are asked for with every row; as a fragment, and by sending nothing, with each row that is hidden and one
that is not: those answers are parts of the same pages.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.guards.addresses import Visit, visits
from tests.guards.answers import Answer, Asker
from tests.guards.world import World


@dataclass(frozen=True, slots=True)
class Asked:
    """One visit, how it was made, and what came back."""

    visit: Visit
    way: str
    answer: Answer


def ask_everything(world: World, role: str) -> list[Asked]:
    asker, met = Asker(world, role), visits(world, role)
    fully = {visit.path for visit in one_of_each(met)}
    return [asked for visit in met for asked in _in_every_way(asker, visit, whole_only=visit.path not in fully)]


def one_of_each(met: list[Visit]) -> list[Visit]:
    """Of each address the first row that the role may see, and all that it may not."""
    first = {visit.address.name: visit for visit in reversed(met) if visit.visible is not False}
    return [visit for visit in met if visit.visible is False or visit is first[visit.address.name]]


def _in_every_way(asker: Asker, visit: Visit, *, whole_only: bool) -> Iterator[Asked]:
    yield Asked(visit, "GET", asker.get(visit.path))
    if not whole_only:
        yield Asked(visit, "GET by htmx", asker.get(visit.path, htmx=True))
        yield Asked(visit, "POST", asker.post(visit.path))
