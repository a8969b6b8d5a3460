from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from xiaoguan.journal.kinds import MEMBER, ROLE, UNIT
from xiaoguan.lib.days import company_day
from xiaoguan.org import policy, queries
from xiaoguan.org.actions import (
    Grant,
    Leaving,
    NewMember,
    Transfer,
    amend_role,
    assign_members,
    create_members,
    grant_roles,
    leave,
)
from xiaoguan.org.calendar import working_days
from xiaoguan.org.models import Company, ExchangeRate, Member, Unit
from xiaoguan.org.records import RecordKind, configure_records
from xiaoguan.org.scope import level_of
from xiaoguan.org.tests.conftest import AT
from xiaoguan.org.tree import UnitTree


@pytest.fixture
def today():
    return company_day(timezone.now())


@pytest.fixture
def enter(client):
    def sign_in(member):
        client.force_login(member, backend="xiaoguan.org.sessions.MemberBackend")
        return client

    return sign_in


def text(answer):
    return answer.content.decode()


def test_the_team_page_shows_units_and_people_of_the_day(cast, enter):
    assign_members([Transfer(member_id=cast.rep.pk, unit_id=cast.team_c.pk, start=date(2024, 5, 15))], by=None, at=AT)
    page = enter(cast.rep).get("/team/")
    assert page.status_code == 200
    rows = {node.unit.name: [row.member.username for row in node.members] for node in page.context["nodes"]}
    assert rows["三组"] == ["rep", "southern"]
    earlier = enter(cast.rep).get("/team/?day=2024-05-14").context["nodes"]
    rows = {node.unit.name: [row.member.username for row in node.members] for node in earlier}
    assert rows["一组"] == ["manager", "rep"]
    counts = {node.unit.name: node.people for node in earlier}
    assert (counts["华北"], counts["一组"], counts[cast.company.name]) == (3, 2, 7)
    before = enter(cast.rep).get("/team/?day=2023-12-31").context["nodes"]
    assert [len(node.members) for node in before] == [0] * len(before)


def test_preferences_hold_here_now_and_on_new_devices(cast, enter, client):
    answer = enter(cast.rep).post("/team/preferences", {"language": "en", "theme": "dark"})
    assert (answer.cookies["xg_language"].value, answer.cookies["xg_theme"].value) == ("en", "dark")
    assert 'data-bs-theme="dark"' in text(client.get(f"/team/members/{cast.rep.pk}"))
    new_device = Client()
    answer = new_device.post("/sign-in", {"username": "rep", "password": "correct-horse-1"})
    assert answer.cookies["xg_language"].value == "en"
    chosen = Client()
    chosen.cookies["xg_language"] = "zh-hans"
    answer = chosen.post("/sign-in", {"username": "rep", "password": "correct-horse-1"})
    assert "xg_language" not in answer.cookies, "what was chosen on a device stays"
    assert enter(cast.rep).post("/team/preferences", {"language": "fr", "theme": "dark"}).status_code == 422


def test_who_may_not_see_the_organisation_sees_himself_only(cast, enter):
    amend_role("representative", "org.view", None, by=cast.admin, at=AT)
    client = enter(cast.rep)
    assert client.get("/team/").status_code == 403
    assert client.get(f"/team/members/{cast.rep.pk}").status_code == 200
    assert client.get(f"/team/members/{cast.other.pk}").status_code == 404


def test_a_representative_may_look_and_change_nothing(cast, enter):
    client = enter(cast.rep)
    page = client.get(f"/team/members/{cast.other.pk}")
    assert page.status_code == 200
    assert page.context["forms"] == {}, "nothing to change"
    assert page.context["told"] is None
    for address in ("data", "unit", "leave", "roles", "password", "roles/hr/end"):
        assert client.post(f"/team/members/{cast.other.pk}/{address}").status_code == 403, address
    for address in ("name", "move", "lead", "end"):
        assert client.post(f"/team/units/{cast.team_b.pk}/{address}").status_code == 403, address
    for address in ("/team/units/new", "/team/members/new", "/settings/", "/settings/company", "/settings/roles"):
        assert client.get(address).status_code == 403, address
    assert client.post(f"/team/members/{cast.rep.pk}/unit").status_code == 403


def test_hr_enters_transfers_and_lets_go(cast, enter, today):
    client = enter(cast.hr)
    form = {
        "name": "新人", "username": "newbie", "unit": cast.team_b.pk, "start": today.isoformat(), "hired_on": "",
        "employee_no": "", "email": "", "phone": "", "role": "",
    }  # fmt: skip
    answer = client.post("/team/members/new", form)
    new = Member.objects.get(username="newbie")
    assert answer.url == f"/team/members/{new.pk}"
    assert not new.has_usable_password()
    friday = today + timedelta(days=3)
    client.post(f"/team/members/{new.pk}/unit", {"unit": cast.team_c.pk, "start": friday.isoformat()})
    tree = UnitTree.load()
    assert (tree.unit_of(new.pk, today), tree.unit_of(new.pk, friday)) == (cast.team_b.pk, cast.team_c.pk)
    client.post(f"/team/members/{new.pk}/password", {"password": "seven green hills", "again": "seven green hills"})
    client.post(f"/team/members/{new.pk}/leave", {"last_day": friday.isoformat()})
    new.refresh_from_db()
    assert new.check_password("seven green hills")
    assert new.left_on == friday + timedelta(days=1)


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_a_day_that_no_calendar_goes_to_is_refused(cast, enter, day):
    answer = enter(cast.hr).post(f"/team/members/{cast.rep.pk}/leave", {"last_day": day})
    assert answer.status_code == 422
    cast.rep.refresh_from_db()
    assert cast.rep.left_on is None


def test_a_refused_form_says_why_beside_its_field(cast, enter):
    form = {"unit": cast.team_b.pk, "start": "2023-06-01"}
    answer = enter(cast.hr).post(f"/team/members/{cast.rep.pk}/unit", form)
    assert answer.status_code == 422
    [sentence] = answer.context["forms"]["transfer"].errors["start"]
    assert sentence in text(answer).replace("&#x27;", "'")
    assert "2023-06-01" in text(answer), "what was typed is not lost"


def test_ones_own_password_is_not_set_without_the_present_one(cast, enter):
    new = {"password": "seven green hills", "again": "seven green hills"}
    for member in (cast.rep, cast.admin):
        assert enter(member).post(f"/team/members/{member.pk}/password", new).status_code == 403
        member.refresh_from_db()
        assert member.check_password("correct-horse-1")


def test_nobody_gives_more_than_he_has(cast, enter, today):
    client = enter(cast.hr)
    form = {"role": _role("administrator"), "start": today.isoformat()}
    assert client.post(f"/team/members/{cast.hr.pk}/roles", form).status_code == 422
    assert level_of(cast.hr, "roles.manage", today) is None
    assert client.post(f"/team/members/{cast.hr.pk}/roles/administrator/end").status_code == 403
    assert client.post(f"/team/members/{cast.admin.pk}/password").status_code == 403
    fresh = NewMember(name="新人", username="fresh", unit_id=cast.team_a.pk, start=today)
    (promised,) = create_members([fresh], by=cast.admin, at=AT)
    assert policy.may_set_password(cast.hr, promised)
    later = Grant(member_id=promised.pk, role="administrator", start=today + timedelta(days=1))
    grant_roles([later], by=cast.admin, at=AT)
    assert client.post(f"/team/members/{promised.pk}/password").status_code == 403
    client = enter(cast.admin)
    assert client.post(f"/team/members/{cast.rep.pk}/roles", form).status_code == 302
    assert level_of(cast.rep, "roles.manage", today) == "company"
    assert client.post(f"/team/members/{cast.rep.pk}/roles/administrator/end").status_code == 302
    assert level_of(Member.objects.get(pk=cast.rep.pk), "roles.manage", today) is None


def _role(key):
    from xiaoguan.org.models import Role

    return Role.objects.get(key=key).pk


def test_units_are_founded_renamed_moved_led_and_dissolved(cast, enter, today):
    client = enter(cast.admin)
    day = today.isoformat()
    client.post("/team/units/new", {"name": "四组", "kind": "team", "parent": cast.north.pk, "start": day})
    new = Unit.objects.get(name="四组")
    client.post(f"/team/units/{new.pk}/name", {"name": "五组"})
    client.post(f"/team/units/{new.pk}/lead", {"member": cast.rep.pk, "start": day})
    client.post(f"/team/units/{new.pk}/move", {"parent": cast.south.pk, "start": day})
    tree = UnitTree.load()
    assert (tree.parent_of(new.pk, today), tree.lead_of(new.pk, today)) == (cast.south.pk, cast.rep.pk)
    page = client.get(f"/team/units/{new.pk}")
    assert "五组" in text(page)
    later = today + timedelta(days=30)
    assert client.post(f"/team/units/{new.pk}/end", {"start": later.isoformat()}).status_code == 302
    assert UnitTree.load().exists(new.pk, later) is False
    answer = client.post(f"/team/units/{cast.south.pk}/end", {"start": day})
    assert answer.status_code == 422, "there are units below"


def test_the_member_page_tells_what_is_recorded_to_whom_it_concerns(cast, enter):
    configure_records([
        RecordKind(kind=MEMBER, name="", seen=queries.members_seen, labels=queries.member_labels),
        RecordKind(kind=UNIT, name="", seen=queries.units_seen, labels=queries.unit_labels),
        RecordKind(kind=ROLE, name="", labels=queries.role_labels),
    ])  # fmt: skip
    assign_members(
        [Transfer(member_id=cast.rep.pk, unit_id=cast.team_c.pk, start=date(2024, 5, 15))], by=cast.hr, at=AT
    )
    own = enter(cast.rep).get(f"/team/members/{cast.rep.pk}")
    titles = [item.sentence.title for item in own.context["told"]]
    assert len(titles) == 3, "joined, role, transfer"
    assert "一组" in titles[0]
    assert "三组" in titles[0]
    assert enter(cast.other).get(f"/team/members/{cast.rep.pk}").context["told"] is None
    assert enter(cast.admin).get(f"/team/members/{cast.rep.pk}").context["told"]


def test_a_leaver_has_a_page_and_stands_among_the_leavers(cast, enter):
    leave([Leaving(member_id=cast.rep.pk, last_day=date(2024, 6, 30))], by=None, at=AT)
    client = enter(cast.admin)
    assert client.get(f"/team/members/{cast.rep.pk}").context["gone"]
    team = client.get("/team/")
    assert [one.username for one in team.context["leavers"]] == ["rep"]
    assert "rep" not in {row.member.username for node in team.context["nodes"] for row in node.members}


def test_settings_are_kept_by_those_concerned(cast, enter, today):
    client = enter(cast.admin)
    assert client.get("/settings/").url == "/settings/company"
    client.post("/settings/company", {"name": "恒川智控", "currency": "CNY", "fiscal_start_month": "4"})
    assert Company.objects.get().fiscal_start_month == 4
    assert (
        client.post("/settings/company", {"name": "x", "currency": "yuan", "fiscal_start_month": "4"}).status_code
        == 422
    )
    client.post("/settings/rates", {"currency": "usd", "rate": "7.1234", "start": "2024-01-01"})
    assert str(ExchangeRate.objects.get().rate) == "7.12340000"
    assert client.get("/settings/rates").status_code == 200
    assert client.post("/settings/rates", {"currency": "<b>", "rate": "7", "start": "2024-01-01"}).status_code == 422
    answer = client.post("/settings/rates", {"currency": "CNY", "rate": "7", "start": "2024-01-01"})
    assert "currency" in answer.context["form"].errors
    hr = enter(cast.hr)
    assert hr.get("/settings/").url == "/settings/calendar"
    hr.post("/settings/calendar", {"day": "2025-06-05", "kind": "off", "name": "公司日"})
    assert working_days(date(2025, 6, 5), date(2025, 6, 5)).count == 0
    assert hr.get("/settings/rates").status_code == 403
    assert hr.get("/settings/company").status_code == 403


def test_administrators_amend_roles(cast, enter, today):
    client = enter(cast.admin)
    page = client.get("/settings/roles")
    assert page.status_code == 200
    client.post("/settings/roles/set", {"role": "representative", "permission": "deals.view", "level": "team"})
    assert level_of(cast.rep, "deals.view", today) == "team"
    form = {"role": "administrator", "permission": "roles.manage", "level": ""}
    client.post("/settings/roles/set", form)
    assert level_of(cast.admin, "roles.manage", today) == "company", "somebody must be able to change roles"
    bad = {"role": "representative", "permission": "deals.view", "level": "galaxy"}
    assert client.post("/settings/roles/set", bad).status_code == 422
    assert enter(cast.hr).post("/settings/roles/set", bad).status_code == 403


def test_a_refusal_that_nobody_caught_is_a_page_or_a_fragment(cast, enter):
    client = enter(cast.rep)
    page = client.get("/settings/company")
    assert page.status_code == 403
    assert "<html" in text(page)
    fragment = client.get("/settings/company", HTTP_HX_REQUEST="true")
    assert fragment.status_code == 403
    assert "<html" not in text(fragment)
    assert "x-note" in text(fragment)


def test_pages_speak_english(cast, enter, client):
    enter(cast.admin).cookies["xg_language"] = "en"
    page = text(client.get("/team/"))
    assert "New member" in page
    assert 'lang="en"' in page


@pytest.mark.parametrize("address", ["/team/", "/settings/roles", "/settings/calendar"])
def test_pages_ask_few_queries(cast, enter, address, django_assert_max_num_queries):
    client = enter(cast.admin)
    client.get(address)
    with django_assert_max_num_queries(16):
        client.get(address)


def test_many_people_stand_behind_their_units(cast, enter, monkeypatch):
    monkeypatch.setattr(queries, "AT_ONCE", 3)
    page = enter(cast.rep).get("/team/")
    assert [(node.unit.name, node.open, node.people) for node in page.context["nodes"]][:2] == [
        (cast.company.name, False, 7),
        ("华北", False, 3),
    ]
    assert "成员 southern" not in text(page)
    rows = text(enter(cast.rep).get(f"/team/units/{cast.team_c.pk}/rows"))
    assert "成员 southern" in rows
    assert 'aria-expanded="true"' in rows
    assert "成员 southern" not in text(enter(cast.rep).get(f"/team/units/{cast.team_c.pk}/rows?fold=1"))
    earlier = text(enter(cast.rep).get(f"/team/units/{cast.team_c.pk}/rows?day=2023-12-31"))
    assert "成员 southern" not in earlier


def test_somebody_is_found_in_his_unit(cast, enter):
    page = enter(cast.rep).get("/team/?q=SOUTH")
    assert [node.unit.name for node in page.context["nodes"]] == [cast.company.name, "华南", "三组"]
    assert [[row.member.username for row in node.members] for node in page.context["nodes"]] == [[], [], ["southern"]]
    assert enter(cast.rep).get("/team/?q=员 south").context["nodes"]
    assert enter(cast.rep).get("/team/?q=southern&day=2023-12-31").context["nodes"] == []
    nobody = enter(cast.rep).get("/team/?q=%3Cb%3E")
    assert nobody.context["nodes"] == []
    assert 'value="&lt;b&gt;"' in text(nobody)


def test_a_list_that_is_cut_says_so(cast, enter, monkeypatch, today):
    words = "前 2 人"
    assert words not in text(enter(cast.rep).get("/team/?q=成员"))
    monkeypatch.setattr(queries, "AT_ONCE", 2)
    assert words in text(enter(cast.rep).get("/team/?q=成员"))
    assert words not in text(enter(cast.rep).get("/team/?q=southern"))
    people = [Leaving(member_id=one.pk, last_day=today - timedelta(days=1)) for one in (cast.other, cast.southern)]
    leave(people, by=cast.admin, at=timezone.now())
    assert "最近离职的 2 人" in text(enter(cast.admin).get("/team/"))


def test_a_lead_out_of_sight_is_not_named(cast, enter, monkeypatch):
    of_north = Member.objects.exclude(pk=cast.director.pk)
    monkeypatch.setattr(policy, "visible_members", lambda _member: of_north)
    nodes = {node.unit.name: node for node in queries.team_on(cast.rep, date(2024, 6, 12))}
    assert nodes[cast.company.name].lead is None
    assert nodes["一组"].lead == cast.manager
