"""The running program: it says where it is, stops cleanly, leaves nobody behind, and names a taken port."""

import os
import signal
import socket
import time
from pathlib import Path

import pytest

from tests.infrastructure.databases import Database, run_command
from tests.infrastructure.sites import Site
from xiaoguan.config.demo import DEMO_PASSWORD

pytestmark = pytest.mark.both_databases


def test_it_announces_its_address_and_one_sign_in_per_role(demo_site: Site) -> None:
    said = demo_site.log.read_text()
    assert demo_site.url in said
    assert DEMO_PASSWORD in said
    for role in ("管理员", "销售总监", "销售经理", "销售代表", "财务"):
        assert f"{role}：" in said


def test_two_workers_announce_once_and_stop_together(
    demo_original: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XIAOGUAN_WORKERS", "2")
    database = demo_original.copy()
    site = Site(database, tmp_path / "data")
    try:
        site.start()
        group = site.group
        assert len(_processes(group)) >= 3  # the main process and both workers
        assert site.stop() == 0
    finally:
        site.kill()
        database.drop()
    assert not _processes(group)
    assert site.log.read_text().count(site.url) == 1


def test_ctrl_c_stops_it_with_code_0_and_nobody_left(live_site: Site) -> None:
    group = live_site.group
    assert live_site.stop() == 0
    assert not _processes(group)
    assert "Traceback" not in live_site.log.read_text()
    live_site.start()  # the port and the database are free again


def test_a_killed_main_process_takes_its_worker_along(live_site: Site) -> None:
    group = live_site.group
    os.kill(group, signal.SIGKILL)
    live_site.wait()
    end = time.monotonic() + 15
    while _processes(group) and time.monotonic() < end:
        time.sleep(0.1)
    assert not _processes(group)


def test_a_taken_port_is_named_with_another(empty_original: Database, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = run_command(empty_original, tmp_path, "serve", "--port", str(port))
    assert refused.returncode == 3
    assert str(port) in refused.stderr
    assert "PORT=" in refused.stderr


def _processes(group: int) -> list[int]:
    """The running processes of a group; one that ended and waits for its parent does not run."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if int(fields[2]) == group and fields[0] != "Z":
                found.append(int(entry.name))
    return found
