"""Whose customers somebody may see is read from two indexes alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("deals", "0007_company_attention")]

    operations = [
        migrations.RemoveIndex(model_name="deal", name="deal_owner"),
        migrations.AddIndex(
            model_name="deal",
            index=models.Index(fields=["owner", "state", "-id", "customer"], name="deal_owner"),
        ),
        migrations.RemoveIndex(model_name="deal", name="deal_customer"),
        migrations.AddIndex(
            model_name="deal",
            index=models.Index(fields=["customer", "-id", "owner", "state"], name="deal_customer"),
        ),
    ]
