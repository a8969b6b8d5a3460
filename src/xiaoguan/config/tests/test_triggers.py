"""A trigger that is missing is named by `xiaoguan check` and put up again by `xiaoguan migrate`."""

import json
from typing import Any

import pytest
from django.db import connection

from xiaoguan.config.cli import FOUND_WRONG, OK, main
from xiaoguan.config.triggers import missing_triggers

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def _checked(capsys: pytest.CaptureFixture[str]) -> tuple[int, Any]:
    capsys.readouterr()
    code = main(["check", "--json"])
    return code, json.loads(capsys.readouterr().out)["found"]


@pytest.mark.parametrize(
    ("table", "name"), [("journal_entry", "journal_entry_no_update"), ("deals_deal", "deals_closed_sums_update")]
)
def test_a_missing_trigger_is_named_and_put_up_again(table: str, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert missing_triggers() == []
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {name}{f' ON {table}' if connection.vendor == 'postgresql' else ''}")
    code, found = _checked(capsys)
    assert code == FOUND_WRONG
    assert f"trigger {name} is missing: xiaoguan migrate" in found
    assert main(["migrate"]) == OK
    assert missing_triggers() == []
    code, found = _checked(capsys)
    assert not [line for line in found if name in line]
