from django.db import migrations, models


def make_index(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(
            "CREATE VIRTUAL TABLE search_pairs USING fts5(pairs, content='', columnsize=0, tokenize='ascii')"
        )
    else:
        schema_editor.execute("ALTER TABLE search_text ADD COLUMN pairs bigint[] NOT NULL")
        schema_editor.execute("CREATE INDEX search_text_pairs ON search_text USING gin (pairs)")


def drop_index(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TABLE search_pairs")
    else:
        schema_editor.execute("ALTER TABLE search_text DROP COLUMN pairs")


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="SearchText",
            fields=[
                ("key", models.BigIntegerField(primary_key=True, serialize=False)),
                ("text", models.CharField(max_length=400)),
            ],
            options={"db_table": "search_text"},
        ),
        migrations.RunPython(make_index, drop_index),
    ]
