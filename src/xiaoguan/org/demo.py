"""The demo company's people: two regions, four teams, one sign-in for each role."""

from datetime import date
from typing import Any

from django.contrib.auth.hashers import make_password

from xiaoguan.journal.models import Origin
from xiaoguan.lib.demo import DemoContext
from xiaoguan.org.actions import (
    Lead,
    NewMember,
    NewUnit,
    Transfer,
    appoint_leads,
    assign_members,
    create_members,
    create_units,
    ensure_company_unit,
    set_company,
)
from xiaoguan.org.models import Member, Unit

COMPANY = "恒川智控"
PASSWORD = "xiaoguan-demo"  # known to everybody, and refused anywhere but on this machine
SIGN_INS = ("admin", "director", "manager", "rep", "ops", "finance", "hr")

_TEAMS = {
    "华东大区": ("华东一组", "华东二组"),
    "华南大区": ("华南一组", "华南二组"),
}
# Username, name, unit, role, days since hiring. All who sell were there before the first demo deal.
_PEOPLE = (
    ("admin", "管明", COMPANY, "administrator", 1500),
    ("director", "顾承远", COMPANY, "director", 1400),
    ("ops", "何敏", COMPANY, "operations", 900),
    ("finance", "钱一诺", COMPANY, "finance", 1100),
    ("hr", "孙若兰", COMPANY, "hr", 800),
    ("manager", "沈嘉禾", "华东一组", "manager", 1300),
    ("rep", "林晓雯", "华东一组", "representative", 760),
    ("wang.haoran", "王浩然", "华东一组", "representative", 690),
    ("xu.jing", "徐静", "华东二组", "manager", 1200),
    ("zhu.lin", "朱琳", "华东二组", "representative", 540),
    ("zhao.qihang", "赵启航", "华南一组", "manager", 1000),
    ("zhou.ziang", "周子昂", "华南一组", "representative", 620),
    ("huang.siyu", "黄思语", "华南一组", "representative", 580),
    ("liang.wei", "梁伟", "华南二组", "manager", 950),
    ("he.jiajun", "何家俊", "华南二组", "representative", 510),
)
_LEADS = {
    COMPANY: "director",
    "华东一组": "manager",
    "华东二组": "xu.jing",
    "华南一组": "zhao.qihang",
    "华南二组": "liang.wei",
}
# One person changed team, so that "then" and "now" differ somewhere.
_TRANSFER = ("zhu.lin", "华东一组", "华东二组", 150)


def fill(context: DemoContext) -> None:
    """Fill an empty database; notes ``members`` by username and the ids of ``sellers`` and ``units``."""
    founded = context.day(1500)
    doing: dict[str, Any] = {"by": None, "at": context.at(founded), "origin": Origin.DEMO}
    set_company(name=COMPANY, currency="CNY", fiscal_start_month=1, **doing)
    units = _found(doing)
    for username, name, unit, role, days in _PEOPLE:
        joined = context.day(days)
        first_unit = _TRANSFER[1] if username == _TRANSFER[0] else unit
        new = _new_member(username, name, units[first_unit], role, joined)
        created = create_members([new], by=None, at=context.at(joined, 9), origin=Origin.DEMO)
        context.members[username] = created[0].pk
    _appoint(context, units)
    _let_sign_in()
    context.ids["units"] = [unit.pk for unit in units.values()]
    context.ids["sellers"] = [
        context.members[username] for username, _, _, role, _ in _PEOPLE if role == "representative"
    ]


def _found(doing: dict[str, Any]) -> dict[str, Unit]:
    units = {COMPANY: ensure_company_unit(**doing)}
    for region, teams in _TEAMS.items():
        new_region = NewUnit(name=region, kind=Unit.Kind.REGION, parent_id=units[COMPANY].pk)
        (units[region],) = create_units([new_region], **doing)
        new_teams = [NewUnit(name=team, kind=Unit.Kind.TEAM, parent_id=units[region].pk) for team in teams]
        units |= dict(zip(teams, create_units(new_teams, **doing), strict=True))
    return units


def _new_member(username: str, name: str, unit: Unit, role: str, joined: date) -> NewMember:
    return NewMember(
        name=name, username=username, unit_id=unit.pk, start=joined, hired_on=joined, roles=(role,),
        email=f"{username}@hengchuan.example", demo=username in SIGN_INS,
    )  # fmt: skip


def _appoint(context: DemoContext, units: dict[str, Unit]) -> None:
    for unit, username in _LEADS.items():
        hired = next(days for name, _, _, _, days in _PEOPLE if name == username)
        since = context.day(hired)
        lead = Lead(unit_id=units[unit].pk, member_id=context.members[username], start=since)
        appoint_leads([lead], by=None, at=context.at(since), origin=Origin.DEMO)
    username, _, unit, days = _TRANSFER
    moved = Transfer(member_id=context.members[username], unit_id=units[unit].pk, start=context.day(days))
    assign_members([moved], by=None, at=context.at(context.day(days)), origin=Origin.DEMO)


def _let_sign_in() -> None:
    """One hash for all: the password is no secret, and hashing it seven times takes most of a second."""
    Member.objects.filter(username__in=SIGN_INS).update(password=make_password(PASSWORD))
