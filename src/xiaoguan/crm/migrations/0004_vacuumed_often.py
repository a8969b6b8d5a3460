from django.db import migrations

from xiaoguan.lib.vacuuming import vacuumed_often


class Migration(migrations.Migration):
    dependencies = [("crm", "0003_list_filters")]
    operations = [vacuumed_often("crm_customer")]
