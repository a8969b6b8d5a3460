"""Today's tasks and the part about a record over HTTP."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.cast import Cast, hire
from xiaoguan.journal.kinds import MEMBER
from xiaoguan.lib.days import company_day
from xiaoguan.services.calendar import queries
from xiaoguan.services.calendar.actions import NewActivity, NewTask, create_tasks, log_activities
from xiaoguan.services.calendar.models import Activity, Task

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "HX-Target": "task-lists"}


@pytest.fixture
def cast() -> Cast:
    return hire(password=None)


def signed_in(cast: Cast, who: str) -> Client:
    client = Client()
    client.force_login(getattr(cast, who), backend="xiaoguan.org.sessions.MemberBackend")
    client.cookies["xg_language"] = "en"
    return client


def task(cast: Cast, who: str, title: str, days: int = 0, by: str | None = None) -> Task:
    owner = getattr(cast, who)
    due_on = company_day(timezone.now()) + timedelta(days=days)
    giver = getattr(cast, by) if by else owner
    (pk,) = create_tasks([NewTask(title=title, due_on=due_on, owner_id=owner.pk)], by=giver, at=timezone.now())
    return Task.objects.get(pk=pk)


def test_tasks_stand_under_their_headings(cast: Cast) -> None:
    for title, days in (("gone", -1), ("now", 0), ("soon", 3)):
        task(cast, "lin", title, days)
    task(cast, "wang", "not hers")
    found = queries.tasks_of(cast.lin, company_day(timezone.now()))
    assert [[about.row.title for about in rows] for rows in (found.overdue, found.today, found.later)] == [  # type: ignore[union-attr]
        ["gone"],
        ["now"],
        ["soon"],
    ]
    body = signed_in(cast, "lin").get("/tasks/").content.decode()
    assert body.index(">gone<") < body.index(">now<") < body.index(">soon<")
    assert "not hers" not in body


def test_one_tap_and_the_way_back(cast: Cast) -> None:
    one = task(cast, "lin", "call back")
    client = signed_in(cast, "lin")
    body = client.post(f"/tasks/{one.pk}/done/", headers=HTMX).content.decode()
    assert "Done: call back" in body
    assert f"/tasks/{one.pk}/reopen/" in body
    one.refresh_from_db()
    assert one.done_at is not None
    client.post(f"/tasks/{one.pk}/reopen/")
    one.refresh_from_db()
    assert one.done_at is None


@pytest.mark.parametrize(("who", "seen", "done"), [("shen", 200, 302), ("wang", 404, 404), ("qian", 200, 403)])
def test_who_sees_and_finishes_a_task(cast: Cast, who: str, seen: int, done: int) -> None:
    one = task(cast, "lin", "call back")
    client = signed_in(cast, who)
    assert client.get(f"/tasks/{one.pk}/").status_code == seen
    assert client.post(f"/tasks/{one.pk}/done/").status_code == done


def test_a_seller_gives_tasks_to_himself_only_and_a_manager_to_his_team(cast: Cast) -> None:
    for who, owner, status in (
        ("lin", "lin", 302), ("lin", "wang", 422), ("shen", "wang", 302), ("shen", "zhou", 422),
    ):  # fmt: skip
        data = {"title": "x", "due_on": "2026-12-01", "owner": getattr(cast, owner).pk}
        assert signed_in(cast, who).post("/tasks/new/", data).status_code == status, (who, owner)


def test_amending_keeps_the_owner_who_stands_there(cast: Cast) -> None:
    one = task(cast, "lin", "old", by="shen")
    data = {"title": "new", "due_on": "2026-12-01", "due_time": "10:30", "owner": cast.lin.pk}
    signed_in(cast, "lin").post(f"/tasks/{one.pk}/", data)
    one.refresh_from_db()
    assert (one.title, str(one.due_time)) == ("new", "10:30:00")


@pytest.mark.parametrize("url", ["/calendar/about/1/1/", "/calendar/about/99/1/", "/calendar/activities/?kind=4&id=99"])
def test_about_what_one_may_not_open_there_is_nothing(cast: Cast, url: str) -> None:
    assert signed_in(cast, "lin").get(url).status_code == 404


def test_activities_follow_the_record_not_the_person(cast: Cast) -> None:
    """What an activity is about decides: nobody here may open customer 99, not even who logged it."""
    item = NewActivity(kind="call", about_kind=4, about_id=99, member_id=cast.lin.pk, happened_at=timezone.now())
    (pk,) = log_activities([item], by=cast.lin, at=timezone.now())
    assert queries.activities_seen(cast.gu, [pk]) == {}
    assert signed_in(cast, "lin").get(f"/calendar/activities/{pk}/").status_code == 403
    assert signed_in(cast, "wang").get(f"/calendar/activities/{pk}/").status_code == 404


def test_an_activity_about_a_visible_record_is_amended_and_taken_back_by_its_author(cast: Cast) -> None:
    """Members are records too: the cast has no customers in this room."""
    item = NewActivity(
        kind="note", about_kind=MEMBER, about_id=cast.wang.pk, member_id=cast.lin.pk, happened_at=timezone.now()
    )
    (pk,) = log_activities([item], by=cast.lin, at=timezone.now())
    client = signed_in(cast, "lin")
    answer = client.post(f"/calendar/activities/{pk}/", {"kind": "call", "minutes": "5", "text": "better"})
    assert answer.status_code == 302
    assert Activity.objects.get(pk=pk).text == "better"
    client.post(f"/calendar/activities/{pk}/remove/")
    assert Activity.objects.get(pk=pk).removed_at is not None
