from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from xiaoguan.journal.facts.org import LeadAppointed, MemberAssigned, MemberJoined, MemberLeft, RoleGranted
from xiaoguan.journal.kinds import MEMBER
from xiaoguan.journal.models import Entry, PrivateValue
from xiaoguan.journal.reading import entries_about, fact_of
from xiaoguan.lib.refusal import Refusal
from xiaoguan.org.actions import (
    Grant,
    Lead,
    Leaving,
    MemberChange,
    NewMember,
    NewUnit,
    Rate,
    Transfer,
    amend_role,
    appoint_leads,
    assign_members,
    create_members,
    create_units,
    dissolve_unit,
    grant_roles,
    leave,
    move_unit,
    remove_members,
    rename_unit,
    revoke_role,
    set_company,
    set_password,
    set_rates,
    update_members,
)
from xiaoguan.org.models import Assignment, Member, Role, UnitPlacement
from xiaoguan.org.rates import rate_for
from xiaoguan.org.scope import level_of
from xiaoguan.org.tests.conftest import AT, TODAY
from xiaoguan.org.tree import UnitTree


def move(member, unit, day, by=None):
    assign_members([Transfer(member_id=member.pk, unit_id=unit.pk, start=day)], by=by, at=AT)


def unit_on(member, day):
    return UnitTree.load().unit_of(member.pk, day)


def refused(code):
    return pytest.raises(Refusal, check=lambda refusal: refusal.code == code)


def test_a_member_joins_and_the_journal_keeps_the_name_apart(cast):
    entry = entries_about(MEMBER, cast.rep.pk).get(kind=MemberJoined.code)
    assert fact_of(entry) == MemberJoined(
        member_id=cast.rep.pk,
        unit_id=cast.team_a.pk,
        hired_on=date(2024, 1, 1),
        start=date(2024, 1, 1),
        start_assumed=False,
    )
    assert entry.on_date == date(2024, 1, 1)
    private = dict(PrivateValue.objects.filter(entry_id=entry.pk).values_list("field", "new"))
    assert private == {"name": "成员 rep", "username": "rep"}


def test_no_payload_holds_a_name(cast):
    assert Entry.objects.filter(payload__contains="成员").count() == 0
    assert Entry.objects.filter(payload__contains="华北").count() == 0


def test_a_mid_quarter_transfer(cast):
    move(cast.rep, cast.team_c, date(2024, 5, 15), by=cast.admin)
    assert unit_on(cast.rep, date(2024, 5, 14)) == cast.team_a.pk
    assert unit_on(cast.rep, date(2024, 5, 15)) == cast.team_c.pk
    told = fact_of(entries_about(MEMBER, cast.rep.pk).first())
    assert told == MemberAssigned(
        member_id=cast.rep.pk, unit_id=cast.team_c.pk, former_unit_id=cast.team_a.pk, end=None
    )


def test_a_late_transfer_does_not_undo_a_planned_one(cast):
    move(cast.rep, cast.team_c, date(2024, 9, 1))
    move(cast.rep, cast.team_b, date(2024, 3, 1))
    days = [date(2024, 2, 29), date(2024, 3, 1), date(2024, 8, 31), date(2024, 9, 1)]
    assert [unit_on(cast.rep, day) for day in days] == [
        cast.team_a.pk, cast.team_b.pk, cast.team_b.pk, cast.team_c.pk,
    ]  # fmt: skip
    assert Assignment.objects.filter(member=cast.rep).count() == 3


def test_a_second_transfer_on_the_same_day_replaces_the_first(cast):
    move(cast.rep, cast.team_b, date(2024, 5, 1))
    move(cast.rep, cast.team_c, date(2024, 5, 1))
    assert unit_on(cast.rep, date(2024, 5, 1)) == cast.team_c.pk
    assert Assignment.objects.filter(member=cast.rep).count() == 2


def test_no_transfer_before_hiring_into_the_same_unit_or_into_a_unit_that_does_not_stand(cast):
    with refused("before_hire"):
        move(cast.rep, cast.team_b, date(2023, 12, 31))
    with refused("unchanged"):
        move(cast.rep, cast.team_a, date(2024, 5, 1))
    [new] = create_units(
        [NewUnit(name="四组", kind="team", parent_id=cast.south.pk, start=date(2024, 5, 1))], by=None, at=AT
    )
    with refused("unit_not_there"):
        move(cast.rep, new, date(2024, 4, 30))
    move(cast.rep, new, date(2024, 5, 1))


def test_a_leaver_keeps_his_last_unit_and_loses_lead_and_roles(cast):
    grant_roles([Grant(member_id=cast.manager.pk, role="finance", start=date(2024, 9, 1))], by=None, at=AT)
    leave([Leaving(member_id=cast.manager.pk, last_day=date(2024, 6, 30))], by=cast.admin, at=AT)
    cast.manager.refresh_from_db()
    tree = UnitTree.load()
    assert tree.unit_of(cast.manager.pk, date(2025, 1, 1)) == cast.team_a.pk
    assert tree.lead_of(cast.team_a.pk, date(2024, 6, 30)) == cast.manager.pk
    assert tree.lead_of(cast.team_a.pk, date(2024, 7, 1)) is None
    assert level_of(cast.manager, "deals.view", date(2024, 6, 30)) == "subtree"
    assert level_of(cast.manager, "deals.view", date(2024, 7, 1)) is None
    assert cast.manager.role_grants.count() == 1, "a grant for a day after leaving never begins"
    entries = entries_about(MEMBER, cast.manager.pk)
    assert entries.get(kind=MemberLeft.code).on_date == date(2024, 7, 1)
    assert Entry.objects.filter(kind=LeadAppointed.code, on_date=date(2024, 7, 1)).count() == 1


def test_nothing_begins_for_a_leaver(cast):
    leave([Leaving(member_id=cast.rep.pk, last_day=date(2024, 6, 30))], by=None, at=AT)
    with refused("has_left"):
        move(cast.rep, cast.team_b, date(2024, 7, 1))
    with refused("has_left"):
        leave([Leaving(member_id=cast.rep.pk, last_day=date(2024, 7, 30))], by=None, at=AT)
    move(cast.rep, cast.team_b, date(2024, 6, 30))
    assert Assignment.objects.get(member=cast.rep, unit=cast.team_b).end == date(2024, 7, 1)


def test_a_unit_moves_with_its_people_and_never_below_itself(cast):
    move_unit(cast.team_a.pk, cast.south.pk, date(2024, 4, 1), by=None, at=AT)
    tree = UnitTree.load()
    assert tree.ancestor(cast.team_a.pk, "region", date(2024, 3, 31)) == cast.north.pk
    assert tree.ancestor(cast.team_a.pk, "region", date(2024, 4, 1)) == cast.south.pk
    with refused("circle"):
        move_unit(cast.south.pk, cast.south.pk, date(2024, 4, 1), by=None, at=AT)
    with refused("order"):
        move_unit(cast.south.pk, cast.team_a.pk, date(2024, 4, 1), by=None, at=AT)
    move_unit(cast.north.pk, cast.south.pk, date(2024, 8, 1), by=None, at=AT)
    with refused("circle"):  # not on that day, but once the move of August has come
        move_unit(cast.south.pk, cast.north.pk, date(2024, 7, 1), by=None, at=AT)


def test_a_dissolved_unit_gives_its_people_to_its_parent(cast):
    with refused("has_units"):
        dissolve_unit(cast.north.pk, TODAY, by=None, at=AT)
    with refused("top"):
        dissolve_unit(cast.company.pk, TODAY, by=None, at=AT)
    dissolve_unit(cast.team_a.pk, TODAY, by=None, at=AT)
    assert unit_on(cast.rep, TODAY - timedelta(days=1)) == cast.team_a.pk
    assert unit_on(cast.rep, TODAY) == cast.north.pk
    assert UnitTree.load().led_by(cast.manager.pk, TODAY) == set()


def test_units_side_by_side_have_different_names(cast):
    with refused("name_taken"):
        create_units([NewUnit(name=" 一组", kind="team", parent_id=cast.north.pk)], by=None, at=AT)
    with refused("name_taken"):
        rename_unit(cast.team_b.pk, "一组", by=None, at=AT)
    create_units([NewUnit(name="一组", kind="team", parent_id=cast.south.pk)], by=None, at=AT)
    with refused("top"):
        create_units([NewUnit(name="另一家", kind="company", parent_id=None)], by=None, at=AT)


def test_one_lead_at_a_time(cast):
    one = Lead(unit_id=cast.team_a.pk, member_id=cast.rep.pk, start=date(2024, 5, 1))
    two = Lead(unit_id=cast.team_a.pk, member_id=cast.other.pk, start=date(2024, 5, 1))
    with refused("twice"):
        appoint_leads([one, two], by=None, at=AT)
    appoint_leads([one], by=None, at=AT)
    tree = UnitTree.load()
    assert tree.lead_of(cast.team_a.pk, date(2024, 4, 30)) == cast.manager.pk
    assert tree.lead_of(cast.team_a.pk, date(2024, 5, 1)) == cast.rep.pk
    assert tree.superior_of(cast.rep.pk, date(2024, 5, 1)) == cast.director.pk


def test_usernames_and_employee_numbers_are_unique_in_any_case(cast):
    with refused("taken"):
        create_members([NewMember(name="Rep Two", username=" REP ")], by=None, at=AT)
    with refused("taken"):
        create_members([NewMember(name=name, username=name, employee_no="7") for name in ("x", "y")], by=None, at=AT)
    update_members([MemberChange(member_id=cast.rep.pk, values={"employee_no": "7"})], by=None, at=AT)
    with refused("taken"):
        update_members([MemberChange(member_id=cast.other.pk, values={"employee_no": "7"})], by=None, at=AT)


def test_amending_a_member_records_old_and_new(cast):
    values = {"phone": "138 0000 0000", "name": "成员 rep"}
    assert update_members([MemberChange(member_id=cast.rep.pk, values=values)], by=cast.hr, at=AT) == [cast.rep.pk]
    entry = entries_about(MEMBER, cast.rep.pk).first()
    assert (entry.payload["fields"], entry.actor_id) == (["phone"], cast.hr.pk)
    assert PrivateValue.objects.get(entry_id=entry.pk).new == "138 0000 0000"
    assert update_members([MemberChange(member_id=cast.rep.pk, values=values)], by=cast.hr, at=AT) == []


def test_a_removed_member_is_in_no_unit_and_frees_his_username(cast):
    remove_members([cast.rep.pk], by=cast.admin, at=AT)
    assert unit_on(cast.rep, TODAY) is None
    create_members([NewMember(name="Rep", username="rep")], by=None, at=AT)
    assert not Member.objects.get(pk=cast.rep.pk).is_active


def test_the_last_person_who_may_change_roles_keeps_that_right(cast):
    with refused("last_administrator"):
        revoke_role(cast.admin.pk, "administrator", TODAY, by=cast.admin, at=AT)
    with refused("last_administrator"):
        leave([Leaving(member_id=cast.admin.pk, last_day=TODAY)], by=cast.admin, at=AT)
    with refused("last_administrator"):
        amend_role("administrator", "roles.manage", None, by=cast.admin, at=AT)
    grant_roles([Grant(member_id=cast.hr.pk, role="administrator", start=TODAY)], by=cast.admin, at=AT)
    revoke_role(cast.admin.pk, "administrator", TODAY, by=cast.hr, at=AT)
    assert level_of(cast.admin, "roles.manage", TODAY) is None
    assert level_of(cast.admin, "roles.manage", TODAY - timedelta(days=1)) == "company"


def test_a_role_is_held_once_and_recorded(cast):
    with refused("held"):
        grant_roles([Grant(member_id=cast.rep.pk, role="representative", start=TODAY)], by=None, at=AT)
    grant_roles([Grant(member_id=cast.rep.pk, role="finance", start=TODAY)], by=cast.admin, at=AT)
    told = fact_of(entries_about(MEMBER, cast.rep.pk).first())
    assert told == RoleGranted(member_id=cast.rep.pk, role_id=Role.objects.get(key="finance").pk, end=None)


def test_a_role_can_be_amended(cast):
    amend_role("representative", "deals.view", "team", by=cast.admin, at=AT)
    assert level_of(cast.rep, "deals.view", TODAY) == "team"
    amend_role("representative", "deals.view", None, by=cast.admin, at=AT)
    assert level_of(cast.rep, "deals.view", TODAY) is None


def test_rates_hold_until_the_next_one(db):
    set_rates([Rate(currency="USD", start=date(2024, 1, 1), rate=Decimal("7.1"))], by=None, at=AT)
    set_rates([Rate(currency="USD", start=date(2024, 6, 1), rate=Decimal("7.25000001"))], by=None, at=AT)
    assert rate_for("USD", date(2024, 5, 31)) == 710_000_000
    assert rate_for("USD", date(2024, 6, 1)) == 725_000_001
    assert rate_for("CNY", date(2024, 6, 1)) == 100_000_000
    with refused("no_rate"):
        rate_for("USD", date(2023, 12, 31))
    with refused("own_currency"):
        set_rates([Rate(currency="CNY", start=TODAY, rate=Decimal(2))], by=None, at=AT)


def test_the_company_unit_bears_the_companys_name(cast):
    set_company(name="恒川智控", currency="CNY", fiscal_start_month=4, by=cast.admin, at=AT)
    cast.company.refresh_from_db()
    assert cast.company.name == "恒川智控"


def test_a_weak_password_is_refused_and_a_good_one_recorded(cast):
    with refused("weak"):
        set_password(cast.rep, "12345678901", by=cast.rep, at=AT)
    set_password(cast.rep, "seven green hills", by=cast.rep, at=AT)
    assert Member.objects.get(pk=cast.rep.pk).check_password("seven green hills")


def test_a_refusal_leaves_nothing_behind(cast):
    entries, before = Entry.objects.count(), list(UnitPlacement.objects.values())
    with pytest.raises(Refusal):
        assign_members(
            [
                Transfer(member_id=cast.rep.pk, unit_id=cast.team_b.pk, start=TODAY),
                Transfer(member_id=cast.other.pk, unit_id=cast.team_b.pk, start=TODAY),
            ],
            by=None,
            at=AT,
        )
    assert unit_on(cast.rep, TODAY) == cast.team_a.pk
    assert (Entry.objects.count(), list(UnitPlacement.objects.values())) == (entries, before)


def test_a_tree_of_a_rolled_back_change_is_never_kept(cast):
    with transaction.atomic():
        move(cast.rep, cast.team_b, TODAY)
        assert unit_on(cast.rep, TODAY) == cast.team_b.pk
        transaction.set_rollback(True)
    assert unit_on(cast.rep, TODAY) == cast.team_a.pk
