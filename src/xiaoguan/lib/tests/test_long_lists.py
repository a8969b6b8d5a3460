"""A long list of numbers asks what a short one asks, in one value where the database takes it."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import F, Q

from xiaoguan.lib.long_lists import LONGEST, is_long

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
MANY = [*range(3, LONGEST + 4)]


def values_of(rows: Any) -> tuple[Any, ...]:
    return rows.query.sql_with_params()[1]


@pytest.mark.parametrize("many", [MANY, tuple(MANY), set(MANY), [*MANY, *MANY]])
def test_the_answer_is_the_same_and_one_value_travels(many: Any) -> None:
    first, last = MANY[0], MANY[-1]
    kinds = ContentType.objects.order_by("pk")
    assert list(kinds.filter(pk__in=many)) == list(kinds.filter(pk__range=(first, last)))
    assert list(kinds.exclude(pk__in=many)) == list(kinds.filter(pk__lt=first))
    rights = Permission.objects.order_by("pk")
    assert list(rights.filter(content_type__in=many)) == list(
        rights.filter(content_type_id__gte=first, content_type_id__lte=last)
    )
    both = rights.filter(~Q(content_type_id__in=many) | Q(content_type__in=[first]), pk__gt=F("pk") - 1)
    assert list(both) == list(rights.filter(content_type_id__lte=first))
    as_one = connection.vendor == "postgresql"
    assert len(values_of(kinds.filter(pk__in=many))) == (1 if as_one else len(MANY))
    assert len(values_of(rights.filter(content_type__in=many))) == (1 if as_one else len(MANY))


@pytest.mark.parametrize("values", [MANY[1:], [*MANY, None], [*MANY, "7"], [*MANY, True], None, 7])
def test_few_numbers_and_other_values_are_written_one_by_one(values: Any) -> None:
    assert not is_long(values)


def test_nothing_is_among_none_and_a_missing_value_among_no_list() -> None:
    assert list(ContentType.objects.filter(pk__in=[])) == []
    members = ContentType.objects.filter(pk__in=[*MANY, None])
    assert list(members) == list(ContentType.objects.filter(pk__in=MANY))
