"""Sums of closed deals, the open money of a customer with its last opening, and the first deals of a stage are read from
indexes alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("deals", "0008_customers_of_persons")]

    operations = [
        migrations.AddIndex(
            model_name="deal",
            index=models.Index(
                fields=["state", "owner", "stage", "product", "source", "due_on", "rate", "amount"],
                name="deal_sums",
            ),
        ),
        migrations.RemoveIndex(model_name="deal", name="deal_open_of"),
        migrations.AddIndex(
            model_name="deal",
            index=models.Index(
                fields=["customer", "amount", "rate", "opened_on"],
                name="deal_open_of",
                condition=models.Q(state=1),
            ),
        ),
        migrations.RemoveIndex(model_name="deal", name="deal_stage"),
        migrations.AddIndex(
            model_name="deal",
            index=models.Index(fields=["stage", "state", "id"], name="deal_stage"),
        ),
        migrations.RemoveIndex(model_name="deal", name="deal_by_closed"),
        migrations.AddIndex(
            model_name="deal",
            index=models.Index(fields=["state", "closed_on", "id", "due_on"], name="deal_by_closed"),
        ),
    ]
