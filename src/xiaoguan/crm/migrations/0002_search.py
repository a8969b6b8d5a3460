from django.db import migrations

from xiaoguan.journal.kinds import CUSTOMER


def fill(apps, schema_editor):
    from xiaoguan.services.search.keeping import keep

    rows = (
        apps.get_model("crm", "Customer").objects.order_by("pk").values_list("pk", "name", "short_name", "credit_code")
    )
    keep(CUSTOMER, ((pk, (name, short, code or "")) for pk, name, short, code in rows.iterator(5_000)), fresh=True)


class Migration(migrations.Migration):
    dependencies = [("crm", "0001_initial"), ("search", "0001_initial")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
