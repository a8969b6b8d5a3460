"""The real program as a process: started, asked, stopped, killed."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest

from tests.infrastructure.databases import Database, command

_START_SECONDS = 60


class Site:
    """``xiaoguan serve`` on a free port, in a process group of its own."""

    def __init__(self, database: Database, data: Path, *, port: int | None = None) -> None:
        data.mkdir(parents=True, exist_ok=True)
        self.database, self.data, self.port = database, data, port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = data / "serve.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> "Site":
        """Start and wait until a page answers."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command("serve", "--port", str(self.port)), env=self.database.environment(self.data),
                stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True, cwd=self.data,
            )  # fmt: skip
        end = time.monotonic() + _START_SECONDS
        while time.monotonic() < end and self._process.poll() is None:
            if self.answers():
                return self
            time.sleep(0.1)
        self.kill()
        raise RuntimeError(f"the site did not start:\n{self.log.read_text(errors='replace')}")

    def answers(self) -> bool:
        try:
            with urlopen(f"{self.url}/", timeout=5):
                return True
        except HTTPError:
            return True
        except (URLError, OSError):
            return False

    @property
    def group(self) -> int:
        """The id of the main process and of the group of all its processes."""
        if self._process is None:
            raise RuntimeError("the site was not started")
        return self._process.pid

    def wait(self) -> int:
        """Wait until the main process has ended."""
        return self._process.wait(20) if self._process else 0

    def stop(self) -> int:
        """End as Ctrl-C does and give the exit code."""
        if self._process is None:
            return 0
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGINT)
        try:
            return self._process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    def kill(self) -> None:
        """End all its processes at once, as a power cut would."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._wait_for_port()

    def _wait_for_port(self) -> None:
        """A worker killed in the middle of a disk write outlives its parent by that write, and holds the port."""
        end = time.monotonic() + _START_SECONDS
        while time.monotonic() < end:
            with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", self.port)):
                return
            time.sleep(0.05)


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


@pytest.fixture
def live_site(demo_original: Database, tmp_path: Path) -> Iterator[Site]:
    """The running program with a demo company of the test's own, for tests that write, stop or kill."""
    yield from _running(demo_original, tmp_path / "data")


@pytest.fixture(scope="module")
def story_site(demo_original: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The same for all tests of a file in this process: each writes, and finds its way whatever the others wrote."""
    yield from _running(demo_original, tmp_path_factory.mktemp("story-site"))


@pytest.fixture(scope="session")
def demo_site(demo_original: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The running program with the demo company, shared by tests that only look."""
    yield from _running(demo_original, tmp_path_factory.mktemp("demo-site"))


def _running(original: Database, data: Path) -> Iterator[Site]:
    database = original.copy()
    site = Site(database, data)
    try:
        yield site.start()
    finally:
        site.stop()
        database.drop()
