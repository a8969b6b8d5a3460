"""The page of background work: who may see it, what it says, another try."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from tests.cast import Cast, hire
from xiaoguan.journal.models import Entry
from xiaoguan.services.jobs.models import Delivery

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def cast() -> Cast:
    return hire(password=None)


def signed_in(cast: Cast, who: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(getattr(cast, who), backend="xiaoguan.org.sessions.MemberBackend")
    client.cookies["xg_language"] = "en"
    return client


@pytest.fixture
def dead(cast: Cast) -> Delivery:
    entry = Entry.objects.order_by("id")[0]
    return Delivery.objects.create(
        entry_id=entry.pk, reaction="task.after_sales", state=Delivery.State.DEAD, tries=6, next_at=AT, error="boom 7"
    )


def test_it_says_what_was_given_up_and_why(cast: Cast, dead: Delivery) -> None:
    page = signed_in(cast, "he").get("/settings/work/").content.decode()
    assert "After-sales task for a deal that was won" in page
    assert "boom 7" in page
    assert "6 tries" in page


@pytest.mark.parametrize("who", ["lin", "shen", "gu", "sun"])
def test_others_may_not_see_it(cast: Cast, dead: Delivery, who: str) -> None:
    client = signed_in(cast, who)
    assert client.get("/settings/work/").status_code == 403
    assert client.post(f"/settings/work/{dead.pk}/retry/").status_code == 404


def test_another_try(cast: Cast, dead: Delivery) -> None:
    answer = signed_in(cast, "qian").post(f"/settings/work/{dead.pk}/retry/")
    assert answer.status_code == 302
    dead.refresh_from_db()
    assert (dead.state, dead.tries) == (Delivery.State.WAITING, 0)
    told = Entry.objects.order_by("-id")[0]
    assert (told.actor_id, told.payload["delivery_id"]) == (cast.qian.pk, dead.pk)
