"""Counts end where nobody reads on: at once for rows, and beside each row of another question."""

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db.models import OuterRef

from xiaoguan.lib.counting import counted, how_many

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.mark.parametrize(("there", "said"), [(0, 0), (1, 1), (2, 2), (3, 3), (5, 3)])
def test_a_count_ends_one_beyond_its_limit(there: int, said: int) -> None:
    kind = ContentType.objects.create(app_label="counted", model="thing")
    Permission.objects.bulk_create(
        Permission(content_type=kind, codename=str(number), name=str(number)) for number in range(there)
    )
    rows = Permission.objects.filter(content_type=OuterRef("pk"))
    assert how_many(Permission.objects.filter(content_type=kind), 2) == said
    beside = ContentType.objects.filter(pk=kind.pk).annotate(many=counted(rows, 2)).values_list("many", flat=True)
    assert list(beside) == [said]
