"""A PostgreSQL server for one run: a temporary folder, a unix socket, no fsync. Standard library only."""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path


def programs() -> Path | None:
    """The folder with the newest initdb and postgres, or None where there is no PostgreSQL."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path and shutil.which("postgres") else None


class Server:
    """Started when made; ``stop`` ends it and removes its folder."""

    def __init__(self) -> None:
        binaries = programs()
        if binaries is None:
            raise RuntimeError("PostgreSQL is missing (make test-deps)")
        self.folder = Path(tempfile.mkdtemp(prefix="xgpg-", dir="/tmp"))  # a socket's path must stay short
        self._user = _unprivileged()
        if self._user:
            os.chown(self.folder, pwd.getpwnam(self._user).pw_uid, -1)
        data = self.folder / "data"
        self._run(
            [binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
        )
        quick = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200"]
        options = [part for setting in quick for part in ("-c", setting)]
        self._log = (self.folder / "log").open("wb")
        self._process = subprocess.Popen(
            [binaries / "postgres", "-D", data, "-k", self.folder, "-h", "", *options],
            stdout=self._log, stderr=self._log, user=self._user, extra_groups=[] if self._user else None,
            cwd=self.folder, start_new_session=True,
        )  # fmt: skip
        self._wait(binaries / "pg_isready")

    def url(self, database: str = "postgres") -> str:
        """What ``DATABASE_URL`` must be to use a database of this server."""
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def stop(self) -> None:
        if self._process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(signal.SIGQUIT)
            self._process.wait(20)
        self._log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, command: list[str | Path]) -> None:
        done = subprocess.run(
            command, capture_output=True, text=True, user=self._user, cwd=self.folder, check=False,
            extra_groups=[] if self._user else None,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{command[0]} failed: {done.stderr}")

    def _wait(self, ready: Path) -> None:
        end = time.monotonic() + 30
        while time.monotonic() < end:
            if self._process.poll() is not None:
                break
            if not subprocess.run([ready, "-q", "-h", self.folder], check=False).returncode:
                return
            time.sleep(0.05)
        text = (self.folder / "log").read_text(errors="replace")
        self.stop()
        raise RuntimeError(f"PostgreSQL did not start: {text}")


def _unprivileged() -> str | None:
    """PostgreSQL refuses to run as root."""
    if os.getuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"
