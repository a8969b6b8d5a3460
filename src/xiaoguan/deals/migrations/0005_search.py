from django.db import migrations

from xiaoguan.journal.kinds import DEAL


def fill(apps, schema_editor):
    from xiaoguan.services.search.keeping import keep

    rows = apps.get_model("deals", "Deal").objects.order_by("pk").values_list("pk", "name")
    keep(DEAL, ((pk, (name,)) for pk, name in rows.iterator(5_000)), fresh=True)


class Migration(migrations.Migration):
    dependencies = [("deals", "0004_list_orders"), ("search", "0001_initial")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
