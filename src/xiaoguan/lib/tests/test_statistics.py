"""SQLite counts its tables when they are twice what they were."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from xiaoguan.lib.bulk import insert_rows
from xiaoguan.lib.statistics import renew_if_outgrown

TABLES = (ContentType,)


def _more(rows: int) -> None:
    many = ContentType.objects.count()
    insert_rows(ContentType, ("app_label", "model"), [("many", str(many + number)) for number in range(rows)])


def _renewed() -> bool:
    return renew_if_outgrown(connection, TABLES)


@pytest.mark.both_databases
@pytest.mark.django_db
def test_a_table_is_counted_when_it_is_large_and_again_when_it_has_doubled() -> None:
    on_sqlite = connection.vendor == "sqlite"
    _more(500)
    assert not _renewed(), "too few to matter"
    _more(600)
    assert _renewed() is on_sqlite
    assert not _renewed()
    _more(900)
    assert not _renewed()
    _more(600)
    assert _renewed() is on_sqlite


@pytest.mark.both_databases
@pytest.mark.django_db
def test_after_a_migration_what_is_large_is_counted_whatever_was_known() -> None:
    on_sqlite = connection.vendor == "sqlite"
    _more(500)
    assert not renew_if_outgrown(connection, TABLES, migrated=True)
    _more(600)
    assert _renewed() is on_sqlite
    assert renew_if_outgrown(connection, TABLES, migrated=True) is on_sqlite
