"""Proofs of the books that were asked for on a page."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0004_segments"),
    ]

    operations = [
        migrations.CreateModel(
            name="Proof",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("asked_at", models.DateTimeField()),
                ("asked_by_id", models.BigIntegerField()),
                ("started_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("is_open", models.BooleanField(default=True)),
                ("tries", models.SmallIntegerField(default=0)),
                ("entries", models.BigIntegerField(null=True)),
                ("postings", models.BigIntegerField(null=True)),
                ("differing", models.BigIntegerField(null=True)),
                ("differences", models.JSONField(default=list)),
            ],
            options={
                "db_table": "ledger_proof",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_open", True)), fields=("is_open",), name="one_open_proof"
                    )
                ],
            },
        ),
    ]
