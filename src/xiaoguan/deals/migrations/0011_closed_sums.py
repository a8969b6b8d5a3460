from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0004_vacuumed_often"),
        ("deals", "0010_vacuumed_often"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ClosedSum",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "kind",
                        "state",
                        "closed",
                        "value",
                        "stage",
                        "rate",
                        "slot",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "kind",
                    models.SmallIntegerField(
                        choices=[(0, "Whole"), (1, "Owner"), (2, "Product"), (3, "Source"), (4, "Month")]
                    ),
                ),
                ("state", models.SmallIntegerField(choices=[(1, "Open"), (2, "Won"), (3, "Lost"), (4, "Removed")])),
                ("closed", models.IntegerField()),
                ("value", models.BigIntegerField()),
                ("stage", models.BigIntegerField()),
                ("rate", models.BigIntegerField()),
                ("slot", models.BigIntegerField()),
                ("deals", models.BigIntegerField()),
                ("known", models.BigIntegerField()),
                ("amount", models.BigIntegerField()),
            ],
        ),
        migrations.RemoveIndex(
            model_name="deal",
            name="deal_product",
        ),
        migrations.RemoveIndex(
            model_name="deal",
            name="deal_source",
        ),
        migrations.RemoveIndex(
            model_name="deal",
            name="deal_by_closed",
        ),
        migrations.AddIndex(
            model_name="deal",
            index=models.Index(
                fields=["product", "state", "id", "source", "owner", "stage", "due_on", "rate", "amount"],
                name="deal_product",
            ),
        ),
        migrations.AddIndex(
            model_name="deal",
            index=models.Index(
                fields=["source", "state", "id", "product", "owner", "stage", "due_on", "rate", "amount"],
                name="deal_source",
            ),
        ),
        migrations.AddIndex(
            model_name="deal",
            index=models.Index(
                fields=["state", "closed_on", "id", "due_on", "owner", "stage", "product", "source", "rate", "amount"],
                name="deal_by_closed",
            ),
        ),
        migrations.AddIndex(
            model_name="closedsum",
            index=models.Index(
                condition=models.Q(("slot", 0), _negated=True), fields=["slot"], name="closed_sum_waiting"
            ),
        ),
    ]
