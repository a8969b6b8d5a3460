"""The relation of entries to further objects, made by hand: WITHOUT ROWID takes half the space on SQLite."""

from django.db import migrations

TABLE = """
CREATE TABLE journal_object (
    object_key bigint NOT NULL,
    entry_id bigint NOT NULL,
    role varchar(32) NOT NULL,
    PRIMARY KEY (object_key, entry_id, role)
)
"""


def make_table(apps, schema_editor):
    suffix = " WITHOUT ROWID" if schema_editor.connection.vendor == "sqlite" else ""
    schema_editor.execute(TABLE + suffix)


def drop_table(apps, schema_editor):
    schema_editor.execute("DROP TABLE journal_object")


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]
    operations = [migrations.RunPython(make_table, drop_table)]
