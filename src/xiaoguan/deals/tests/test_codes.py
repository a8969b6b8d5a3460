"""States are written into the text of a query, so that indexes of a state serve."""

import pytest
from django.db import connection

from xiaoguan.deals.models import Deal
from xiaoguan.lib.codes import CodeField

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def test_a_state_stands_in_the_text() -> None:
    text, values = Deal.objects.filter(state=Deal.State.OPEN, name="a").values("pk").query.sql_with_params()
    assert '"state" = 1' in text
    assert values == ("a",)
    text, values = Deal.objects.filter(state__in=[Deal.State.OPEN, 2]).values("pk").query.sql_with_params()
    assert '"state" IN (1, 2)' in text
    assert values == ()


def test_nothing_but_numbers_gets_into_the_text() -> None:
    with pytest.raises(ValueError, match="expected a number"):
        list(Deal.objects.filter(state="1 OR 1=1"))
    assert list(Deal.objects.filter(state="1").values("pk")) == []
    assert list(Deal.objects.filter(state__in=[])) == []


def test_an_index_of_the_open_deals_serves() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL reads bound values when it plans")
    text, values = Deal.objects.filter(state__in=(1, 2)).values("customer_id").query.sql_with_params()
    with connection.cursor() as cursor:
        # SQLite answers "no query solution" where the index cannot serve.
        cursor.execute(text.replace('FROM "deals_deal"', 'FROM "deals_deal" INDEXED BY deal_matters'), values)
        assert cursor.fetchall() == []


def test_migrations_know_it_as_a_small_integer() -> None:
    assert CodeField().deconstruct()[1] == "django.db.models.SmallIntegerField"
