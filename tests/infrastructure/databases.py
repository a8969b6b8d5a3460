"""Databases to throw away, for tests that need real commits: threads, processes, a running server.

Append-only tables refuse the flush of a transactional test, so each such test gets a copy: of a file on SQLite, by
``CREATE DATABASE … TEMPLATE`` on PostgreSQL. The originals are made once a run by the program's own commands.
"""

import fcntl
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from tests.infrastructure.plugin import ROOT

_numbers = count(1)


@dataclass(frozen=True)
class Database:
    """A database by the URL that a process needs and the name that Django's settings need."""

    url: str
    name: str

    @property
    def on_sqlite(self) -> bool:
        return self.url.startswith("sqlite:")

    def copy(self) -> "Database":
        """A new database with the same contents. Nobody may be connected to the original."""
        number = f"{os.getpid()}_{next(_numbers)}"
        if self.on_sqlite:
            target = Path(self.name).with_name(f"copy_{number}.sqlite3")
            shutil.copyfile(self.name, target)
            return _sqlite(target)
        copy = _on_server(f"copy_{number}")
        _administer(f'CREATE DATABASE "{copy.name}" TEMPLATE "{self.name}"')
        return copy

    def settle(self) -> None:
        """Before the first copy: everything into the one file that is copied."""
        if self.on_sqlite:
            with closing(sqlite3.connect(self.name)) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def drop(self) -> None:
        if self.on_sqlite:
            for path in Path(self.name).parent.glob(Path(self.name).name + "*"):
                path.unlink()
        else:
            _administer(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')

    def environment(self, data: Path) -> dict[str, str]:
        """What a process needs to use this database with its own data folder."""
        return {
            **os.environ,
            "DATABASE_URL": self.url,
            "XIAOGUAN_DATA": str(data),
            "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
            "LANG": "C.UTF-8",
            # Two tests run at once; whoever wants to see workers side by side says so.
            "XIAOGUAN_WORKERS": os.environ.get("XIAOGUAN_WORKERS", "1"),
        }


def command(*arguments: str) -> list[str]:
    """The command line that runs ``xiaoguan`` with this very Python, installed or not."""
    return [sys.executable, "-m", "xiaoguan.config.cli", *arguments]


def run_command(database: Database, data: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run ``xiaoguan`` to its end on a database; the caller looks at exit code and output."""
    return subprocess.run(
        command(*arguments), env=database.environment(data), capture_output=True, text=True, check=False, cwd=data
    )


@pytest.fixture(scope="session")
def empty_original(tmp_path_factory: pytest.TempPathFactory) -> Database:
    """A migrated database without members; shared by the processes of a run. Never connect to it: copy it."""
    return _original("empty", tmp_path_factory, "migrate")


@pytest.fixture(scope="session")
def demo_original(tmp_path_factory: pytest.TempPathFactory) -> Database:
    """A database with the smallest demo company as of today. Never connect to it: copy it."""
    return _original("demo", tmp_path_factory, "demo", "--if-empty", "--size", "tiny")


@pytest.fixture
def fresh_db(empty_original: Database, django_db_blocker: DjangoDbBlocker) -> Iterator[Database]:
    """A migrated, empty database of the test's own; this process is connected to it and commits are real."""
    yield from _use(empty_original.copy(), django_db_blocker)


@pytest.fixture
def demo_db(demo_original: Database, django_db_blocker: DjangoDbBlocker) -> Iterator[Database]:
    """Like ``fresh_db``, with the demo company in it."""
    yield from _use(demo_original.copy(), django_db_blocker)


def _use(database: Database, blocker: DjangoDbBlocker) -> Iterator[Database]:
    try:
        with connected(database, blocker):
            yield database
    finally:
        database.drop()


@contextmanager
def connected(database: Database, blocker: DjangoDbBlocker) -> Iterator[None]:
    """Point this process at another database for a while, and let it ask there."""
    with blocker.unblock(), pointed_at(database):
        yield


@contextmanager
def pointed_at(database: Database) -> Iterator[None]:
    """All threads of this process."""
    former = _point_at(database.name)
    try:
        yield
    finally:
        _point_at(former)


def _point_at(name: str) -> str:
    """Connect to a database of that name from now on; the name of the one before."""
    from django.contrib.contenttypes.models import ContentType
    from django.db import connection, connections

    settings = connections.settings["default"]
    former: str = settings["NAME"]
    connections.close_all()
    settings["NAME"] = connection.settings_dict["NAME"] = name
    ContentType.objects.clear_cache()
    return former


def _original(kind: str, factory: pytest.TempPathFactory, *arguments: str) -> Database:
    base = factory.getbasetemp()
    folder = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    on_server = os.environ.get("DATABASE_URL", "").startswith("postgres")
    database = _on_server(f"original_{kind}") if on_server else _sqlite(folder / f"original_{kind}.sqlite3")
    done = folder / f"original_{kind}.done"
    with (folder / "originals.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            if on_server:
                _administer(f'CREATE DATABASE "{database.name}"')
            _make(database, folder, *arguments)
            done.touch()
    return database


def _make(database: Database, data: Path, *arguments: str) -> None:
    made = run_command(database, data, *arguments)
    if made.returncode:
        raise RuntimeError(f"xiaoguan {' '.join(arguments)} failed:\n{made.stdout}{made.stderr}")
    database.settle()


def _sqlite(path: Path) -> Database:
    return Database(url=f"sqlite:///{path}", name=str(path))


def _on_server(name: str) -> Database:
    before, _, after = os.environ["DATABASE_URL"].partition("?")
    return Database(url=f"{before.rpartition('/')[0]}/{name}?{after}", name=name)


def _administer(statement: str) -> None:
    import psycopg

    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(statement.encode())


@pytest.fixture(autouse=True)
def _no_manifest_of_another_test() -> None:
    """A process keeps the manifest of its database for some seconds; here databases and folders change under it."""
    from xiaoguan.ledger.segments.reading import forget_manifest  # the settings are read by now

    forget_manifest()
