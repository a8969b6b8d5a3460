"""On PostgreSQL tables whose indexes are read alone are vacuumed after a hundredth of them has changed."""

import pytest
from django.db import connection

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.mark.parametrize("table", ["deals_deal", "crm_customer", "calendar_task", "calendar_activity"])
def test_a_table_is_vacuumed_often(table: str) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite keeps no such settings")
    with connection.cursor() as cursor:
        cursor.execute("SELECT reloptions FROM pg_class WHERE relname = %s", [table])
        assert cursor.fetchone()[0] == ["autovacuum_vacuum_scale_factor=0.01"]
