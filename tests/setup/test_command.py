"""The console command: help, exit codes, and a database that makes itself."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.infrastructure.databases import Database, command, run_command
from tests.infrastructure.plugin import ROOT
from xiaoguan.config.cli import COMMANDS, FOUND_WRONG, NOT_SET_UP, OK, REFUSED, main


@pytest.fixture
def database(empty_original: Database):
    copy = empty_original.copy()
    yield copy
    copy.drop()


def test_help_names_every_command_without_loading_the_framework() -> None:
    program = "import sys; from xiaoguan.config.cli import main; main(['--help']); print('django' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=True,
    )
    for name in COMMANDS:
        assert f"  {name} " in done.stdout
    assert done.stdout.endswith("False\n")


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_help_with_exit_codes(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    assert ended.value.code == OK
    assert "退出码" in capsys.readouterr().out


def test_an_unknown_command_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sevre"]) == REFUSED
    assert "sevre" in capsys.readouterr().err


def test_the_embedded_database_makes_itself(tmp_path: Path) -> None:
    database = Database(url=f"sqlite:///{tmp_path}/new/own.sqlite3", name=f"{tmp_path}/new/own.sqlite3")
    done = run_command(database, tmp_path, "reconcile", "--json")
    assert done.returncode == OK, done.stderr
    assert json.loads(done.stdout) == {
        "clean": True, "entries": 0, "postings": 0, "checks": json.loads(done.stdout)["checks"], "differences": [],
    }  # fmt: skip


def test_an_unreachable_database_is_named_with_what_to_do(tmp_path: Path) -> None:
    nowhere = Database(url=f"postgresql://nobody@/none?host={tmp_path}", name="none")
    done = run_command(nowhere, tmp_path, "reconcile")
    assert done.returncode == NOT_SET_UP
    assert "DATABASE_URL" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.both_databases
def test_a_person_is_created_listed_and_given_a_role(database: Database, tmp_path: Path) -> None:
    environment = database.environment(tmp_path)
    created = subprocess.run(
        command("user", "create", "Wang.Fang", "--name", "王芳", "--password-stdin"),
        input="correct-horse-9\n", env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert created.returncode == OK, created.stderr
    assert run_command(database, tmp_path, "user", "role", "wang.fang", "administrator").returncode == OK
    (listed,) = json.loads(run_command(database, tmp_path, "user", "list", "--json").stdout)
    assert (listed["username"], listed["name"], listed["may_sign_in"]) == ("wang.fang", "王芳", True)
    assert sorted(listed["roles"]) == ["administrator", "representative"]


def test_a_refusal_is_read_by_programs_too(database: Database, tmp_path: Path) -> None:
    refused = run_command(database, tmp_path, "user", "role", "nobody", "administrator", "--json")
    assert refused.returncode == REFUSED
    assert json.loads(refused.stdout)["field"] == "username"
    assert "nobody" in refused.stderr


@pytest.mark.both_databases
def test_closing_is_refused_for_a_day_that_is_not_over(database: Database, tmp_path: Path) -> None:
    assert run_command(database, tmp_path, "close", "2017-12-31").returncode == OK
    again = run_command(database, tmp_path, "close", "2017-12-31")
    assert (again.returncode, "Traceback" in again.stderr) == (REFUSED, False)
    assert run_command(database, tmp_path, "close", "2999-12-31").returncode == REFUSED


def test_reconcile_finds_a_changed_posting(demo_original: Database, tmp_path: Path) -> None:
    database = demo_original.copy()
    try:
        assert run_command(database, tmp_path, "reconcile").returncode == OK
        _tamper(database)
        found = run_command(database, tmp_path, "reconcile", "--json")
        assert found.returncode == FOUND_WRONG
        checks = {difference["check"] for difference in json.loads(found.stdout)["differences"]}
        assert "replay" in checks
        assert "triggers" not in checks
    finally:
        database.drop()


def _tamper(database: Database) -> None:
    """Past the triggers, as somebody with the file in his hands could."""
    import sqlite3

    if not database.on_sqlite:
        pytest.skip("the same check on another database proves nothing more")
    connection = sqlite3.connect(database.name)
    with connection:
        (trigger,) = connection.execute(
            "SELECT sql FROM sqlite_master WHERE name = 'ledger_posting_no_update'"
        ).fetchone()
        connection.execute("DROP TRIGGER ledger_posting_no_update")
        connection.execute("UPDATE ledger_posting SET quantity = quantity + 1 WHERE line = 0 AND entry_id % 50 = 0")
        connection.execute(trigger)
    connection.close()
