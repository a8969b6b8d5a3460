"""The guards' world: built once a run, copied for each test that looks at it or writes into it."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest

from tests.guards.answers import Asker
from tests.guards.asking import Asked, ask_everything
from tests.guards.crawl import Walk, walk
from tests.guards.world import World, build
from tests.infrastructure.databases import Database, connected

Original = tuple[Database, World]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write-query-counts", action="store_true", help="write tests/guards/query_counts.json anew")
    parser.addoption("--screenshots", action="store_true", help="keep a picture of every page under artefacts/")


@pytest.fixture(autouse=True)
def _quiet_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    """A guard asks for thousands of pages that are refused on purpose; what went wrong stands in its own words. And it
    reads what is sent, not what the templates were given, of which Django's client keeps copies."""
    monkeypatch.setattr(logging.getLogger("django.request"), "level", logging.CRITICAL)
    monkeypatch.setattr("django.test.client.store_rendered_templates", lambda *_given, **_named: None)


@pytest.fixture(scope="session")
def world_original(empty_original: Database, django_db_blocker: Any) -> Iterator[Original]:
    """A database with the world in it. Never connect to it: use ``world``."""
    yield from _built(empty_original, django_db_blocker, scale=1)


@pytest.fixture(scope="session")
def large_original(empty_original: Database, django_db_blocker: Any) -> Iterator[Original]:
    """The same with three times the customers and deals."""
    yield from _built(empty_original, django_db_blocker, scale=3)


@pytest.fixture
def world(world_original: Original, django_db_blocker: Any) -> Iterator[World]:
    """This process is connected to a copy of the world; commits are real."""
    with on_copy(world_original, django_db_blocker) as world:
        yield world


@pytest.fixture(scope="session")
def walks(world_original: Original, django_db_blocker: Any) -> Callable[[str], Walk]:
    """The walk of a role, which several guards read: done once by each process that needs it."""

    @cache
    def walk_of(role: str) -> Walk:
        with on_copy(world_original, django_db_blocker) as world:
            return walk(Asker(world, role))

    return walk_of


@pytest.fixture(scope="session")
def asked(world_original: Original, django_db_blocker: Any) -> Callable[[str], list[Asked]]:
    """What a role, or a visitor, was answered at every address in every way: likewise."""

    @cache
    def asked_by(role: str) -> list[Asked]:
        with on_copy(world_original, django_db_blocker) as world:
            return ask_everything(world, role)

    return asked_by


def _built(empty: Database, blocker: Any, *, scale: int) -> Iterator[Original]:
    database = empty.copy()
    try:
        with connected(database, blocker):
            world = build(scale)
        yield database, world
    finally:
        database.drop()


@contextmanager
def on_copy(original: Original, blocker: Any) -> Iterator[World]:
    """This process is connected to a copy of a world for a while."""
    database, world = original
    copy = database.copy()
    try:
        with connected(copy, blocker):
            yield world
    finally:
        copy.drop()
