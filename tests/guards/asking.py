"""Asking at every address, with rows that a role may see and rows that it may not, in every way that a browser asks."""

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
    asker = Asker(world, role)
    return [asked for visit in visits(world, role) for asked in _in_every_way(asker, visit)]


def _in_every_way(asker: Asker, visit: Visit) -> Iterator[Asked]:
    yield Asked(visit, "GET", asker.get(visit.path))
    yield Asked(visit, "GET by htmx", asker.get(visit.path, htmx=True))
    yield Asked(visit, "POST", asker.post(visit.path))
