from django.db import migrations

from xiaoguan.lib.vacuuming import vacuumed_often


class Migration(migrations.Migration):
    dependencies = [("deals", "0009_sums_and_stakes")]
    operations = [vacuumed_often("deals_deal")]
