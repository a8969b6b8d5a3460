from datetime import UTC, date, datetime

import pytest

from xiaoguan.org.actions import (
    Lead,
    NewMember,
    NewUnit,
    appoint_leads,
    create_members,
    create_units,
    ensure_company_unit,
)

AT = datetime(2024, 6, 12, 2, 0, tzinfo=UTC)
TODAY = date(2024, 6, 12)


class Cast:
    """A company of two regions and three teams; every name below is a member or a unit."""

    def __init__(self):
        self.company = ensure_company_unit(by=None, at=AT)
        self.north, self.south = create_units(
            [NewUnit(name=name, kind="region", parent_id=self.company.pk) for name in ("华北", "华南")],
            by=None, at=AT,
        )  # fmt: skip
        self.team_a, self.team_b, self.team_c = create_units(
            [
                NewUnit(name=name, kind="team", parent_id=parent.pk)
                for name, parent in (("一组", self.north), ("二组", self.north), ("三组", self.south))
            ],
            by=None, at=AT,
        )  # fmt: skip
        people = [
            ("admin", None, ("administrator",)),
            ("director", None, ("director",)),
            ("manager", self.team_a, ("manager",)),
            ("rep", self.team_a, ("representative",)),
            ("other", self.team_b, ("representative",)),
            ("southern", self.team_c, ("representative",)),
            ("hr", None, ("hr",)),
        ]
        made = create_members(
            [
                NewMember(
                    name=f"成员 {name}", username=name, unit_id=(unit or self.company).pk, roles=roles,
                    start=date(2024, 1, 1), hired_on=date(2024, 1, 1), password="correct-horse-1",
                )
                for name, unit, roles in people
            ],
            by=None, at=AT,
        )  # fmt: skip
        self.admin, self.director, self.manager, self.rep, self.other, self.southern, self.hr = made
        appoint_leads(
            [
                Lead(unit_id=self.team_a.pk, member_id=self.manager.pk, start=date(2024, 1, 1)),
                Lead(unit_id=self.company.pk, member_id=self.director.pk, start=date(2024, 1, 1)),
            ],
            by=None, at=AT,
        )  # fmt: skip


@pytest.fixture(autouse=True)
def _cheap_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def cast(db):
    return Cast()
