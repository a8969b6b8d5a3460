"""Who asks: an open session's member, and nobody whose session ended or who may not work any more."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from tests.cast import Cast, hire
from xiaoguan.org.models import Member

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def cast(db: None) -> Cast:
    return hire(password=None)


def signed_in(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.lin)
    assert client.get("/").status_code == 200
    return client


def test_an_ended_session_is_nobodys(cast: Cast) -> None:
    client = signed_in(cast)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert client.get("/").status_code == 302


def test_a_key_that_is_not_known_is_nobodys_and_never_taken_over(cast: Cast) -> None:
    client = signed_in(cast)
    client.cookies["sessionid"] = "k" * 32
    assert client.get("/").status_code == 302
    assert not Session.objects.filter(session_key="k" * 32).exists()


@pytest.mark.parametrize("change", [{"is_active": False}, {"removed": True}])
def test_whoever_may_not_work_any_more_is_sent_away(cast: Cast, change: dict[str, bool]) -> None:
    client = signed_in(cast)
    Member.objects.filter(pk=cast.lin.pk).update(**change)
    assert client.get("/").status_code == 302
