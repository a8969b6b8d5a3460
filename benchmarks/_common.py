"""What the comparisons share: databases as a company would run them, the program as a process, tables with aims."""

import os
import platform
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from tests.infrastructure import postgresql  # noqa: E402  the path above comes first
from tests.infrastructure.databases import Database, run_command  # noqa: E402
from tests.infrastructure.sites import Site  # noqa: E402

# Of the demo company's sign-ins, as `make run` prints it.
DEMO_PASSWORD = "xiaoguan-demo"
__all__ = [
    "DEMO_PASSWORD",
    "ROOT",
    "Database",
    "Site",
    "databases",
    "filled",
    "machine",
    "percentile",
    "run_command",
    "table",
]


def machine() -> None:
    """Say on what the figures were taken."""
    print(
        f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    )


@contextmanager
def databases(folder: Path) -> Iterator[list[tuple[str, Database]]]:
    """Empty databases: an SQLite file and, where there is PostgreSQL, one on a server that syncs every commit."""
    path = folder / "bench.sqlite3"
    found = [("SQLite", Database(url=f"sqlite:///{path}", name=str(path)))]
    if postgresql.programs() is None:
        print("PostgreSQL is missing: left out")
        yield found
        return
    with _durable_server() as url:
        yield [*found, ("PostgreSQL", Database(url=url, name="postgres"))]


def filled(database: Database, data: Path, *arguments: str) -> None:
    """Run a command of the program on a database; end the comparison where it fails."""
    data.mkdir(parents=True, exist_ok=True)
    done = run_command(database, data, *arguments)
    if done.returncode:
        raise SystemExit(f"xiaoguan {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")


def percentile(seconds: Sequence[float], share: float) -> float:
    """Milliseconds below which a share of the measurements lies."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000


def table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Columns, the first to the left and the others to the right."""
    texts = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(line[i]) for line in [list(heads), *texts]) for i in range(len(heads))]
    for line in [list(heads), *texts]:
        cells = [
            line[0].ljust(widths[0]),
            *(cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True)),
        ]
        print("  ".join(cells).rstrip())


@contextmanager
def _durable_server() -> Iterator[str]:
    """PostgreSQL with its usual settings: the server of the tests does not sync, which would flatter the figures."""
    binaries = postgresql.programs()
    assert binaries is not None
    user = "postgres" if os.getuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="xgbench-", dir="/tmp"))
    if user:
        shutil.chown(folder, user)
    groups: list[str] | None = [] if user else None
    initdb = [binaries / "initdb", "-D", folder / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C"]
    subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, user=user, extra_groups=groups, cwd=folder)
    server = subprocess.Popen(
        [binaries / "postgres", "-D", folder / "data", "-k", folder, "-h", ""],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, user=user, extra_groups=groups, cwd=folder,
    )  # fmt: skip
    try:
        while subprocess.run([binaries / "pg_isready", "-q", "-h", folder], check=False).returncode:
            time.sleep(0.1)
        yield f"postgresql://postgres@/postgres?host={folder}"
    finally:
        server.terminate()
        server.wait()
        shutil.rmtree(folder, ignore_errors=True)
