"""Set-up: a missing or old Python is named with the line that installs it; nothing is done twice."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.infrastructure.plugin import ROOT

sys.path.insert(0, str(ROOT / "scripts"))

import environment
import stamps


@pytest.fixture
def fake_machine(tmp_path: Path):
    """A PATH with the usual tools and whatever Pythons a test puts there."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in ("sh", "id", "apt-get"):
        (folder / tool).symlink_to("/bin/sh" if tool == "apt-get" else f"/usr/bin/{tool}")

    def put(name: str, version: tuple[int, int, int], *, whole: bool) -> None:
        script = folder / name
        script.write_text(
            '#!/bin/sh\ncase "$2" in\n'
            f"*'sys.exit(0'*) exit {0 if version >= (3, 11, 0) else 1} ;;\n"
            f"*ensurepip*) exit {0 if whole else 1} ;;\n"
            f"*'%d.%d.%d'*) echo {'.'.join(map(str, version))} ;;\n"
            f"*'%d.%d'*) echo {version[0]}.{version[1]} ;;\n"
            "*) echo ran ;;\nesac\n"
        )
        script.chmod(0o755)

    put.folder = folder  # type: ignore[attr-defined]  # a function that carries its folder reads best in the tests
    return put


def _run(fake_machine, language: str = "en_GB.UTF-8") -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["/bin/sh", ROOT / "scripts/with-python", "script.py"], capture_output=True, text=True, check=False,
        env={"PATH": str(fake_machine.folder), "LANG": language},
    )  # fmt: skip


def test_no_python_at_all(fake_machine) -> None:
    done = _run(fake_machine)
    assert done.returncode == 3
    assert "apt-get install -y python3 python3-venv" in done.stderr


def test_a_python_that_is_too_old_is_named(fake_machine) -> None:
    fake_machine("python3", (3, 9, 2), whole=True)
    done = _run(fake_machine)
    assert done.returncode == 3
    assert "3.9.2" in done.stderr


def test_a_python_without_venv_is_told_the_package(fake_machine) -> None:
    fake_machine("python3", (3, 11, 2), whole=False)
    done = _run(fake_machine)
    assert done.returncode == 3
    assert "apt-get install -y python3.11-venv" in done.stderr
    assert "缺少 venv" in _run(fake_machine, "zh_CN.UTF-8").stderr


def test_a_newer_python_beside_an_old_one_is_taken(fake_machine) -> None:
    fake_machine("python3", (3, 9, 2), whole=True)
    fake_machine("python3.12", (3, 12, 1), whole=True)
    assert _run(fake_machine).stdout == "ran\n"


def test_a_stamp_is_fresh_until_its_inputs_change(tmp_path: Path) -> None:
    source, stamp = tmp_path / "source", tmp_path / "stamp"
    source.write_text("one")
    stamps.put(stamp, stamps.digest([source], "3.11"))
    assert stamps.fresh(stamp, stamps.digest([source], "3.11"))
    assert not stamps.fresh(stamp, stamps.digest([source], "3.12"))
    source.write_text("two")
    assert not stamps.fresh(stamp, stamps.digest([source], "3.11"))


def test_the_pinned_installer_is_found_with_its_hashes() -> None:
    block = environment._block_of("uv", (ROOT / "requirements.txt").read_text())
    assert block.startswith("uv==")
    assert block.count("\n") == block.count("--hash") + 1
    assert block.count("--hash") > 1


def test_every_pin_has_a_hash_and_no_address() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        lines = (ROOT / name).read_text().splitlines()
        pins = [index for index, line in enumerate(lines) if line[:1].isalpha()]
        assert pins
        assert all("--hash=sha256:" in lines[index + 1] for index in pins)
        assert not [line for line in lines if "://" in line]


def test_make_names_every_command() -> None:
    done = subprocess.run(
        ["make", "--no-print-directory", "-C", ROOT, "help"], capture_output=True, text=True, check=True,
        env={**os.environ, "MAKEFLAGS": ""},
    )  # fmt: skip
    for name in ("run", "test", "test-deps", "trial", "lint", "bench", "clean"):
        assert f"{name} — " in done.stdout
