"""The rows without which nothing works: the company, the version of the tree and the default roles."""

import uuid

from django.conf import settings
from django.db import migrations

from xiaoguan.org.roles import ensure_roles


def create(apps, schema_editor):
    apps.get_model("org", "Company").objects.create(id=1, name="", currency=settings.COMPANY_CURRENCY)
    apps.get_model("org", "TreeVersion").objects.create(id=1, token=uuid.uuid4().hex)
    ensure_roles(apps.get_model("org", "Role"))


class Migration(migrations.Migration):
    dependencies = [("org", "0001_initial")]
    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
