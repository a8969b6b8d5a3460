from urllib.parse import urlencode

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django.urls import reverse

from xiaoguan.journal.facts.audit import LockedOut, SignedIn, SignedOut, SignInFailed
from xiaoguan.journal.models import Entry
from xiaoguan.org import signing_in
from xiaoguan.org.actions import Leaving, leave, set_password
from xiaoguan.org.models import Member
from xiaoguan.org.tests.conftest import AT, TODAY

PASSWORD = "correct-horse-1"


@pytest.fixture(autouse=True)
def _quick_failures(monkeypatch):
    monkeypatch.setattr(signing_in, "FAILURE_SECONDS", 0.02)


def attempt(client, username="rep", password=PASSWORD, **extra):
    return client.post("/sign-in", {"username": username, "password": password}, **extra)


def told(fact):
    return Entry.objects.filter(kind=fact.code).count()


def signed_in(client):
    return client.session.get("_auth_user_id")


def test_the_right_password_opens_the_start_page(client, cast):
    answer = attempt(client, username=" Rep ")
    assert (answer.status_code, answer.url) == (302, reverse("home"))
    assert signed_in(client) == str(cast.rep.pk)
    entry = Entry.objects.get(kind=SignedIn.code)
    assert entry.actor_id == cast.rep.pk
    assert client.session.get_expire_at_browser_close(), "without the tick the session ends with the browser"


def test_staying_signed_in_is_for_fourteen_days(client, cast):
    client.post("/sign-in", {"username": "rep", "password": PASSWORD, "remember": "on"})
    assert client.session.get_expiry_age() == 14 * 24 * 3600


def test_a_wrong_password_is_said_beside_the_field_with_what_is_left(client, cast):
    attempt(client, password="wrong")
    answer = attempt(client, password="wrong")
    assert answer.status_code == 422
    [sentence] = answer.context["form"].errors["password"]
    assert " 3 " in sentence
    assert " 15 " in sentence
    assert "rep" in answer.content.decode(), "the username is not lost"
    assert told(SignInFailed) == 2
    assert signed_in(client) is None


def test_an_unknown_username_gets_the_same_answer_after_the_same_time(client, cast, monkeypatch):
    monkeypatch.setattr(signing_in, "FAILURE_SECONDS", 0.15)
    answers = {}
    for username in ("rep", "nobody"):
        slept = []
        monkeypatch.setattr(signing_in.time, "sleep", slept.append)
        answer = attempt(client, username=username, password="wrong")
        answers[username] = answer.context["form"].errors
        assert slept[0] > 0, "both are held back to the same moment"
    assert answers["rep"] == answers["nobody"]
    assert told(SignInFailed) == 1


def test_five_wrong_passwords_lock_and_the_right_one_does_not_help_then(client, cast):
    for _ in range(4):
        assert attempt(client, password="wrong").status_code == 422
    assert attempt(client, password="wrong").status_code == 429
    answer = attempt(client)
    assert answer.status_code == 429
    assert "15" in answer.content.decode()
    assert signed_in(client) is None
    assert told(LockedOut) == 1
    other = attempt(client, username="other")
    assert other.status_code == 302, "another person on the same device is not locked"


def test_a_success_forgets_earlier_failures(client, cast):
    attempt(client, password="wrong")
    attempt(client)
    assert AccessAttempt.objects.count() == 0


@pytest.mark.parametrize(
    ("asked", "leads_to"),
    [
        ("/team/?day=2024-01-01", "/team/?day=2024-01-01"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_next_leads_to_own_paths_only(client, cast, asked, leads_to):
    answer = client.post("/sign-in", {"username": "rep", "password": PASSWORD, "next": asked})
    assert answer.url == leads_to


def test_who_has_left_cannot_come_in_and_is_shown_out(client, cast):
    attempt(client)
    leave([Leaving(member_id=cast.rep.pk, last_day=TODAY)], by=None, at=AT)
    answer = client.get("/team/")
    assert answer.status_code == 302
    assert answer.url.startswith("/sign-in")
    assert signed_in(client) is None
    assert attempt(client).status_code == 422
    assert Entry.objects.get(kind=SignInFailed.code).payload["reason"] == "left"


# What proxies and tunnels add when they pass somebody else's request on.
PASSED_ON = (
    "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PROTO", "HTTP_FORWARDED", "HTTP_X_REAL_IP",
    "HTTP_VIA", "HTTP_CF_CONNECTING_IP", "HTTP_TRUE_CLIENT_IP", "HTTP_X_CLIENT_IP",
)  # fmt: skip


def test_demo_passwords_work_on_this_machine_only(cast):
    Member.objects.filter(pk=cast.rep.pk).update(demo=True)
    refused = [
        {"REMOTE_ADDR": "192.168.1.7"},
        *({"REMOTE_ADDR": "127.0.0.1", header: "203.0.113.9"} for header in PASSED_ON),
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "crm.example.com"},
    ]
    for extra in refused:
        client = Client()
        answer = attempt(client, **extra)
        assert answer.status_code in (400, 422), extra
        assert signed_in(client) is None
    client = Client(REMOTE_ADDR="127.0.0.1", HTTP_HOST="localhost:8000")
    assert attempt(client).status_code == 302
    set_password(cast.rep, "seven green hills", by=cast.rep, at=AT)
    far = Client(REMOTE_ADDR="192.168.1.7")
    assert attempt(far, password="seven green hills").status_code == 302, "an own password works from anywhere"


def test_demo_sign_ins_are_shown_on_this_machine_only(cast):
    Member.objects.filter(pk=cast.rep.pk).update(demo=True)
    near = Client(REMOTE_ADDR="127.0.0.1", HTTP_HOST="localhost").get("/sign-in")
    far = Client(REMOTE_ADDR="192.168.1.7", HTTP_HOST="localhost").get("/sign-in")
    assert "xiaoguan-demo" in near.content.decode()
    assert "xiaoguan-demo" not in far.content.decode()


@pytest.mark.parametrize(("seen", "back"), [("http://[", "/"), ("http://localhost/deals/?q=1", "/deals/")])
def test_a_fragment_asked_for_without_a_sign_in_leads_there_whatever_the_browser_says_it_shows(cast, seen, back):
    answer = Client().get("/deals/", HTTP_HX_REQUEST="true", HTTP_HX_CURRENT_URL=seen)
    assert answer.headers["HX-Redirect"] == f"/sign-in?{urlencode({'next': back})}"


def test_signing_out_needs_a_post_and_is_recorded(client, cast):
    attempt(client)
    assert client.get("/sign-out").status_code == 405
    assert client.post("/sign-out").url == "/sign-in"
    assert signed_in(client) is None
    assert told(SignedOut) == 1


def test_a_member_without_a_password_cannot_come_in(client, cast):
    Member.objects.filter(pk=cast.rep.pk).update(password="!")
    assert attempt(client, password="!").status_code == 422
    assert attempt(client, password="").status_code == 422


def test_changing_ones_own_password(client, cast):
    elsewhere = Client()
    attempt(client)
    attempt(elsewhere)
    form = {"current": "wrong", "password": "seven green hills", "again": "seven green hills"}
    assert "current" in client.post("/password", form).context["form"].errors
    answer = client.post("/password", form | {"current": PASSWORD, "again": "eight green hills"})
    assert "again" in answer.context["form"].errors
    assert (
        "password"
        in client.post("/password", {"current": PASSWORD, "password": "short", "again": "short"}).context["form"].errors
    )
    assert client.post("/password", form | {"current": PASSWORD}).status_code == 302
    assert signed_in(client) == str(cast.rep.pk)
    assert elsewhere.get("/team/").status_code == 302, "other devices are signed out"


def test_nothing_is_open_without_a_sign_in(client, cast):
    for address in ("/team/", "/settings/", f"/team/members/{cast.rep.pk}", "/password"):
        answer = client.get(address)
        assert (answer.status_code, answer.url) == (302, f"/sign-in?next={address}")
