"""The books hold: append-only on both databases, migrations complete, and facts readable for ever."""

import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib import import_module
from io import StringIO
from pathlib import Path
from pkgutil import iter_modules
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from tests.guards.world import World
from tests.infrastructure.plugin import ROOT
from xiaoguan.journal import facts
from xiaoguan.journal.facts import base
from xiaoguan.lib.append_only import TABLES, missing_triggers

GOLDEN = Path(__file__).with_name("golden_facts.json")


@pytest.mark.both_databases
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("statement", ["UPDATE {table} SET {column} = {column}", "DELETE FROM {table}"])
def test_no_row_of_the_books_can_be_changed(world: World, table: str, statement: str) -> None:
    assert _count(table), "an empty table would let everything pass"
    columns = [column.name for column in _columns(table) if column.name != "id"]
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(statement.format(table=table, column=columns[0]))
    assert _count(table)


@pytest.mark.both_databases
@pytest.mark.parametrize("table", TABLES)
def test_no_row_of_the_books_can_be_replaced_or_cut_off(world: World, table: str) -> None:
    """INSERT OR REPLACE passes plain triggers on SQLite, TRUNCATE on PostgreSQL."""
    attempt = f"TRUNCATE {table} CASCADE"
    if connection.vendor == "sqlite":
        attempt = f"INSERT OR REPLACE INTO {table} SELECT * FROM {table} LIMIT 1"
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(attempt)


@pytest.mark.both_databases
def test_triggers_stand_after_migrations(world: World) -> None:
    assert missing_triggers(connection) == []
    call_command("migrate", verbosity=0)
    assert missing_triggers(connection) == []


@pytest.mark.django_db
def test_models_and_migrations_agree() -> None:
    out = StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=out)
    except SystemExit:
        pytest.fail(f"run makemigrations:\n{out.getvalue()}")


def test_every_fact_has_its_golden_payload() -> None:
    """Facts live for ever. A new fact adds its line here; a changed one keeps the old line and adds a reader."""
    golden = _golden()
    missing = [fact for key, fact in _facts().items() if key not in golden]
    written = json.dumps({_key(fact): _line(fact) for fact in missing}, indent=2, ensure_ascii=False)
    assert not missing, f"add to {GOLDEN.name}:\n{written}"


def test_a_command_knows_every_fact_without_the_pages() -> None:
    """`xiaoguan rebuild` must read entries that only a page ever wrote."""
    script = (
        "import django; django.setup()\n"
        "from xiaoguan.journal.facts.base import FACTS; print(sorted(fact.code for fact in FACTS.values()))"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "xiaoguan.config.settings", "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == sorted(fact.code for fact in _facts().values())


@pytest.mark.parametrize("key", sorted(json.loads(GOLDEN.read_text())) if GOLDEN.exists() else [])
def test_a_golden_payload_still_reads(key: str) -> None:
    line = _golden()[key]
    code, version = (int(part) for part in key.split("."))
    fact = base.FACTS.get(code)
    assert fact is not None, f"fact {code} ({line['name']}) is gone, but its entries stand in every journal"
    told = fact.from_payload(line["payload"], version)
    assert told.subject_key() > 0
    if version == fact.version:
        assert [name for name, _write, _read in fact._fields] == line["fields"], "give it a new version and a reader"
        assert told.payload() == line["payload"]


def _golden() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(GOLDEN.read_text())
    return found


def _facts() -> dict[str, type[base.Fact]]:
    for module in iter_modules(facts.__path__):
        import_module(f"{facts.__name__}.{module.name}")
    return {_key(fact): fact for fact in base.FACTS.values() if fact.__module__.startswith("xiaoguan.journal.facts.")}


def _key(fact: type[base.Fact]) -> str:
    return f"{fact.code}.{fact.version}"


def _line(fact: type[base.Fact]) -> dict[str, Any]:
    """What to write for a fact, with an example of each of its fields."""
    hints = get_type_hints(fact)
    values = {name: _example(hints[name], place) for place, (name, _w, _r) in enumerate(fact._fields, start=1)}
    return {"name": fact.__name__, "fields": list(values), "payload": fact(**values).payload()}


def _example(hint: Any, place: int) -> Any:
    if isinstance(hint, UnionType):
        hint = next(part for part in get_args(hint) if part is not NoneType)
    if get_origin(hint) is tuple:
        return tuple(_example(get_args(hint)[0], place + i) for i in range(2))
    examples: dict[Any, Any] = {
        int: place, str: f"code{place}", bool: True, Decimal: Decimal(place) + Decimal("0.5"),
        date: date(2026, 1, place), datetime: datetime(2026, 1, place, 12, tzinfo=UTC),
    }  # fmt: skip
    return examples[hint]


def _count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])


def _columns(table: str) -> list[Any]:
    with connection.cursor() as cursor:
        return list(connection.introspection.get_table_description(cursor, table))
