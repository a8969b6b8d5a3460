"""The database of tests that roll back: a copy as well, had long before each process could have migrated its own."""

from collections.abc import Iterator

import pytest

from tests.infrastructure.databases import Database, pointed_at


@pytest.fixture(scope="session")
def django_db_setup(empty_original: Database, django_test_environment: None) -> Iterator[None]:
    """Takes the place of pytest-django's."""
    database = empty_original.copy()
    try:
        with pointed_at(database):
            yield
    finally:
        database.drop()
