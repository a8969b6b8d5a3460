"""The project's pytest plugin: an own data folder, tests left out are counted aloud, time is compared with a budget."""

import json
import os
import secrets
import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.infrastructure import postgresql

pytest_plugins = (
    "tests.infrastructure.databases",
    "tests.infrastructure.sites",
    "tests.infrastructure.browsers",
    "tests.infrastructure.sharing",
)

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = "left out: "
_started: list[postgresql.Server | str] = []


def leave_out(reason: str) -> None:
    """Skip the running test because the machine lacks something; counted and printed at the end."""
    pytest.skip(LEFT_OUT + reason)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--postgresql", action="store_true", help="run on a PostgreSQL server started for this run")


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Before the settings are read: they take the data folder and the database from the environment."""
    if not os.environ.get("XIAOGUAN_DATA"):
        folder = tempfile.mkdtemp(prefix="xiaoguan-test-")
        os.environ["XIAOGUAN_DATA"] = folder
        _started.append(folder)
    Path(os.environ["XIAOGUAN_DATA"], "static").mkdir(parents=True, exist_ok=True)  # its absence is warned of
    # One for all processes of a run: a site knows the sessions that a test opens in its database.
    os.environ.setdefault("XIAOGUAN_SECRET_KEY", secrets.token_urlsafe(50))
    if not early_config.known_args_namespace.postgresql or "PYTEST_XDIST_WORKER" in os.environ:
        return
    if postgresql.programs() is not None:
        server = postgresql.Server()
        _started.append(server)
        os.environ["DATABASE_URL"] = server.url()


def pytest_configure(config: pytest.Config) -> None:
    """Of two fixtures of a name the one registered later counts: now pytest-django's are."""
    config.pluginmanager.import_plugin("tests.infrastructure.rolled_back")


def pytest_unconfigure() -> None:
    while _started:
        thing = _started.pop()
        if isinstance(thing, str):
            shutil.rmtree(thing, ignore_errors=True)
        else:
            thing.stop()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    no_server = config.getoption("postgresql") and not os.environ.get("DATABASE_URL")
    for item in items:
        if no_server:
            item.add_marker(pytest.mark.skip(reason=f"{LEFT_OUT}PostgreSQL is missing (make test-deps)"))
        marker = item.get_closest_marker("django_db")
        fixtures = getattr(item, "fixturenames", ())
        if (marker and marker.kwargs.get("transaction")) or "transactional_db" in fixtures:
            raise pytest.UsageError(
                f"{item.nodeid}: append-only tables refuse the flush after such a test; use the fixture fresh_db"
            )
        if marker and "fresh_db" in fixtures:
            raise pytest.UsageError(f"{item.nodeid}: either django_db (rolled back) or fresh_db (a copy), not both")


@pytest.fixture(autouse=True, scope="session")
def _quick_passwords() -> Iterator[None]:
    """Argon2 is slow on purpose; tests of sign-in over a running server still use it."""
    from django.test import override_settings

    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(autouse=True, scope="module")
def _wired_again() -> Iterator[None]:
    """Whatever a file of tests wired for itself, the next one meets the program as it is."""
    yield
    from xiaoguan.config import wiring

    wiring.connect()


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    """What the process keeps for a while belongs to the database of one test."""
    yield
    from django.core.cache import cache

    cache.clear()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data beside the project; tests that need it are left out where it is absent."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        leave_out("../shared/data is absent")
    return folder


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Tests left out, the time of each group against its budget, and the counts for `make test`."""
    left_out = _left_out(terminalreporter)
    for reason, count in sorted(left_out.items()):
        terminalreporter.write_line(f"{LEFT_OUT}{count} tests, {reason}", yellow=True)
    seconds = _seconds(terminalreporter)
    if path := os.environ.get("XIAOGUAN_TEST_REPORT"):
        kinds = ("passed", "failed", "error", "skipped", "xfailed", "xpassed")
        counts = {kind: len(terminalreporter.getreports(kind)) for kind in kinds}
        Path(path).write_text(json.dumps({"counts": counts, "left_out": left_out, "seconds": seconds}))


def _left_out(terminalreporter: Any) -> dict[str, int]:
    reasons: Counter[str] = Counter()
    for report in terminalreporter.getreports("skipped"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        reason = reason.removeprefix("Skipped: ")
        reasons[reason.removeprefix(LEFT_OUT)] += 1
    return dict(reasons)


def _seconds(terminalreporter: Any) -> dict[str, float]:
    total: defaultdict[str, float] = defaultdict(float)
    for reports in terminalreporter.stats.values():
        for report in reports:
            if isinstance(report, pytest.TestReport):
                total[group_of(report.nodeid)] += report.duration
    return dict(total)


def group_of(nodeid: str) -> str:
    """The room or the folder of tests that a test belongs to: ``crm``, ``services/jobs``, ``tests/stories``."""
    parts = Path(nodeid.split("::")[0]).parts
    if parts[0] == "src":
        return "/".join(parts[2:4] if parts[2] == "services" else parts[2:3])
    return "/".join(parts[:2]) if len(parts) > 2 else parts[0]
