"""Tables that PostgreSQL is to vacuum often.

Sums of a list are read from an index alone, as long as the pages of the table are known to hold nothing else. A change
of one row takes that away from all of its page until the next vacuum, which usually waits for a fifth of the table:
at a million deals for weeks, while every look at an index looks at the table as well.
"""

from typing import Any

from django.db import migrations

_SHARE = 0.01


def vacuumed_often(*tables: str) -> migrations.RunPython:
    """The operation of a migration that lets these tables be vacuumed after a hundredth of them has changed."""

    def forward(_apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            for table in tables:
                name = schema_editor.quote_name(table)
                schema_editor.execute(f"ALTER TABLE {name} SET (autovacuum_vacuum_scale_factor = {_SHARE})")

    return migrations.RunPython(forward, migrations.RunPython.noop)
