from django.db import migrations

from xiaoguan.lib.vacuuming import vacuumed_often


class Migration(migrations.Migration):
    dependencies = [("calendar", "0003_last_moments")]
    operations = [vacuumed_often("calendar_task", "calendar_activity")]
