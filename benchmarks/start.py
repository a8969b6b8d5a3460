"""From a fresh clone to the first page by ``make run``, and the second start.

Aims: under 180 s with a warm package cache on two cores; then under 5 s. The clone is of what is committed.
"""

import os
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from _common import ROOT, machine, table

from tests.infrastructure.sites import free_port

AIMS = {"fresh clone": 180, "second start": 5}


def main() -> None:
    machine()
    with tempfile.TemporaryDirectory() as name:
        clone = Path(name) / "xiaoguan"
        subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", ROOT, clone], check=True)
        rows = []
        for what, aim in AIMS.items():
            seconds = _started(clone)
            rows.append([what, f"{seconds:.1f}", aim, f"{aim / seconds:.2f}"])
    table(["start", "s to the first page", "aim", "aim / s"], rows)


def _started(clone: Path) -> float:
    """Seconds until a page answers; the program is stopped again."""
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("XIAOGUAN", "DATABASE"))}
    started = time.monotonic()
    with (clone.parent / "run.log").open("wb") as log:
        program = subprocess.Popen(
            ["make", "run"], cwd=clone, env={**environment, "PORT": str(port)}, stdout=log, stderr=log,
            stdin=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
    try:
        while not _answers(port):
            if program.poll() is not None:
                raise SystemExit((clone.parent / "run.log").read_text(errors="replace"))
            time.sleep(0.05)
        return time.monotonic() - started
    finally:
        if program.poll() is None:
            os.killpg(program.pid, signal.SIGINT)
            program.wait(30)


def _answers(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/", timeout=5):
            return True
    except HTTPError:
        return True
    except (URLError, OSError):
        return False


if __name__ == "__main__":
    main()
