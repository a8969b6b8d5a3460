from datetime import date, timedelta

from xiaoguan.org.actions import Grant, Transfer, amend_role, assign_members, grant_roles, revoke_role
from xiaoguan.org.scope import Scope, persons_in, reaches, scope_of
from xiaoguan.org.tests.conftest import AT, TODAY


def test_levels(cast):
    assert scope_of(cast.director, "deals.view", TODAY) == Scope(everything=True)
    assert scope_of(cast.rep, "deals.view", TODAY) == Scope(person_ids=frozenset([cast.rep.pk]))
    manager = scope_of(cast.manager, "deals.view", TODAY)
    assert manager == Scope(unit_ids=frozenset([cast.team_a.pk]), person_ids=frozenset([cast.manager.pk]))
    assert scope_of(cast.hr, "deals.view", TODAY) is None


def test_who_is_in_a_scope(cast):
    everybody = scope_of(cast.director, "deals.view", TODAY)
    manager = scope_of(cast.manager, "deals.view", TODAY)
    assert persons_in(everybody, TODAY) is None
    assert persons_in(manager, TODAY) == {cast.manager.pk, cast.rep.pk}
    assert reaches(cast.manager, "deals.view", cast.rep.pk, TODAY)
    assert not reaches(cast.manager, "deals.view", cast.other.pk, TODAY)
    assert not reaches(cast.manager, "deals.view", None, TODAY)
    assert reaches(cast.director, "deals.view", None, TODAY)


def test_the_subtree_of_a_region_holds_its_teams_and_the_team_level_does_not(cast):
    grant_roles([Grant(member_id=cast.hr.pk, role="manager", start=TODAY)], by=None, at=AT)
    assign_members([Transfer(member_id=cast.hr.pk, unit_id=cast.north.pk, start=TODAY)], by=None, at=AT)
    assert scope_of(cast.hr, "deals.view", TODAY).unit_ids == {cast.north.pk, cast.team_a.pk, cast.team_b.pk}
    amend_role("manager", "deals.view", "team", by=cast.admin, at=AT)
    assert scope_of(cast.hr, "deals.view", TODAY).unit_ids == {cast.north.pk}


def test_the_furthest_of_several_roles_counts(cast):
    grant_roles([Grant(member_id=cast.rep.pk, role="finance", start=TODAY)], by=None, at=AT)
    assert scope_of(cast.rep, "deals.view", TODAY) == Scope(everything=True)
    assert scope_of(cast.rep, "deals.edit", TODAY) == Scope(person_ids=frozenset([cast.rep.pk]))


def test_records_follow_todays_tree(cast):
    monday = TODAY + timedelta(days=5)
    assign_members([Transfer(member_id=cast.rep.pk, unit_id=cast.team_b.pk, start=monday)], by=None, at=AT)
    assert reaches(cast.manager, "deals.view", cast.rep.pk, monday - timedelta(days=1))
    assert not reaches(cast.manager, "deals.view", cast.rep.pk, monday)


def test_a_role_ends_on_its_day(cast):
    revoke_role(cast.rep.pk, "representative", date(2024, 6, 20), by=cast.admin, at=AT)
    assert scope_of(cast.rep, "deals.view", date(2024, 6, 19)) is not None
    assert scope_of(cast.rep, "deals.view", date(2024, 6, 20)) is None


def test_somebody_barred_has_no_permission(cast):
    cast.rep.is_active = False
    assert scope_of(cast.rep, "deals.view", TODAY) is None
