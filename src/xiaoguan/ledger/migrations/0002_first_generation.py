"""The ledger begins with generation 1."""

from django.db import migrations


def begin(apps, schema_editor):
    apps.get_model("ledger", "LedgerState").objects.get_or_create(pk=1, defaults={"generation": 1})


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
