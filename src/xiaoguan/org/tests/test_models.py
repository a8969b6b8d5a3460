from datetime import date

import pytest
from django.db import IntegrityError, transaction

from xiaoguan.org.actions.base import touch
from xiaoguan.org.models import (
    Assignment,
    Company,
    ExchangeRate,
    Holiday,
    Member,
    Role,
    RoleGrant,
    Unit,
    UnitLead,
    UnitPlacement,
)
from xiaoguan.org.permissions import BY_KEY, LEVELS
from xiaoguan.org.roles import DEFAULT_ROLES
from xiaoguan.org.tests.conftest import AT, TODAY
from xiaoguan.org.tree import UnitTree

LATER = date(2024, 7, 1)


@pytest.mark.parametrize(
    "break_it",
    [
        lambda cast: Assignment.objects.create(member=cast.rep, unit=cast.team_b, start=TODAY),
        lambda cast: Assignment.objects.create(member=cast.rep, unit=cast.team_b, start=LATER, end=TODAY),
        lambda cast: Assignment.objects.create(member=cast.rep, unit=cast.team_b, start=date(2024, 1, 1), end=TODAY),
        lambda cast: UnitLead.objects.create(member=cast.rep, unit=cast.team_a),
        lambda cast: UnitPlacement.objects.create(unit=cast.team_a, parent=cast.south),
        lambda cast: UnitPlacement.objects.create(unit=cast.team_a, parent=cast.team_a, start=TODAY, end=LATER),
        lambda cast: RoleGrant.objects.create(member=cast.rep, role=Role.objects.get(key="representative")),
        lambda cast: Unit.objects.create(name="另一家", kind="company"),
        lambda cast: Unit.objects.create(name="", kind="team"),
        lambda cast: Company.objects.create(id=2, currency="CNY"),
        lambda cast: Company.objects.update(fiscal_start_month=13),
        lambda cast: Member.objects.create(name="X", username="REP", joined_at=AT),
        lambda cast: Member.objects.create(name="", username="x", joined_at=AT),
        lambda cast: Member.objects.create(name="X", username="x", employee_no="", joined_at=AT),
        lambda cast: Member.objects.create(name="X", username="x", joined_at=AT, hired_on=TODAY, left_on=TODAY),
        lambda cast: ExchangeRate.objects.create(currency="USD", on_date=TODAY, rate=0),
        lambda cast: [Holiday.objects.create(day=TODAY, kind="off") for _ in range(2)],
        lambda cast: cast.team_a.delete(),
    ],
)
def test_the_database_itself_refuses(cast, break_it):
    with pytest.raises(IntegrityError), transaction.atomic():
        break_it(cast)


def test_a_change_by_another_process_is_seen(cast):
    """What another process did: rows and token change behind this one's back."""
    before = UnitTree.load()
    Assignment.objects.filter(member=cast.rep).update(unit=cast.team_c)
    assert UnitTree.load() is before, "one query, and the tree it has already"
    touch()
    assert UnitTree.load().unit_of(cast.rep.pk, TODAY) == cast.team_c.pk


def test_a_known_tree_costs_one_query(cast, django_assert_num_queries):
    UnitTree.load()
    with django_assert_num_queries(1):
        UnitTree.load()


def test_default_roles_name_known_permissions_and_levels():
    for role in DEFAULT_ROLES:
        assert set(role.grants) <= set(BY_KEY), role.key
        assert set(role.grants.values()) <= set(LEVELS), role.key
