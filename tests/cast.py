"""The named cast of all stories: one small company, known to every test.

East (region) has East One, led by Shen, with the sellers Lin and Wang; South (region) has South One, led by Zhao,
with the seller Zhou. Gu is the director, He works in operations, Qian in finance, Sun in HR, Admin looks after
the system. Everybody has been there since 2025.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from xiaoguan.org.actions import (
    Lead,
    NewMember,
    NewUnit,
    appoint_leads,
    create_members,
    create_units,
    set_company,
)
from xiaoguan.org.models import Member, Unit

LONG_AGO = datetime(2025, 1, 2, 1, tzinfo=UTC)
SINCE = date(2025, 1, 1)
PASSWORD = "a-long-test-password"

_PEOPLE = (
    ("admin", "管理员", "company", "administrator"),
    ("gu", "顾承远", "company", "director"),
    ("he", "何敏", "company", "operations"),
    ("qian", "钱多", "company", "finance"),
    ("sun", "孙人", "company", "hr"),
    ("shen", "沈嘉禾", "east_one", "manager"),
    ("lin", "林晓雯", "east_one", "representative"),
    ("wang", "王浩然", "east_one", "representative"),
    ("zhao", "赵一", "south_one", "manager"),
    ("zhou", "周子昂", "south_one", "representative"),
)


@dataclass(frozen=True, slots=True)
class Cast:
    """Units and members by their short names."""

    units: dict[str, Unit]
    members: dict[str, Member]

    def __getattr__(self, name: str) -> Member:
        try:
            return self.members[name]
        except KeyError:
            raise AttributeError(name) from None


def hire(password: str | None = PASSWORD) -> Cast:
    """Create the company with its whole cast, by the actions that people use."""
    doing = {"by": None, "at": LONG_AGO}
    set_company(name="恒川智控", currency="CNY", fiscal_start_month=1, **doing)
    units: dict[str, Unit] = {}
    for key, name, kind, parent in (
        ("company", "恒川智控", Unit.Kind.COMPANY, None),
        ("east", "华东大区", Unit.Kind.REGION, "company"),
        ("south", "华南大区", Unit.Kind.REGION, "company"),
        ("east_one", "华东一组", Unit.Kind.TEAM, "east"),
        ("south_one", "华南一组", Unit.Kind.TEAM, "south"),
    ):
        parent_id = units[parent].pk if parent else None
        (units[key],) = create_units([NewUnit(name=name, kind=kind, parent_id=parent_id, start=SINCE)], **doing)
    created = create_members(
        [
            NewMember(name=name, username=username, unit_id=units[unit].pk, start=SINCE, hired_on=SINCE,
                      password=password, roles=(role,))
            for username, name, unit, role in _PEOPLE
        ],
        **doing,
    )  # fmt: skip
    members = {member.username: member for member in created}
    appoint_leads(
        [
            Lead(unit_id=units[unit].pk, member_id=members[username].pk, start=SINCE)
            for unit, username in (("company", "gu"), ("east_one", "shen"), ("south_one", "zhao"))
        ],
        **doing,
    )
    return Cast(units=units, members=members)
