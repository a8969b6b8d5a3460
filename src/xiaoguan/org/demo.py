"""The demo company's units and people, through the same actions that people use: few enough for every size."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.contrib.auth.hashers import make_password

from xiaoguan.journal.models import Origin
from xiaoguan.lib.demo import Ids, moment
from xiaoguan.org.actions import (
    Lead,
    Leaving,
    NewMember,
    NewUnit,
    Transfer,
    appoint_leads,
    assign_members,
    create_members,
    create_units,
    ensure_company_unit,
    leave,
    set_company,
)
from xiaoguan.org.models import Member, Unit

PASSWORD: Final = "xiaoguan-demo"  # known to everybody, and refused anywhere but on this machine
_MORNING: Final = 8 * 60 + 30
_EVENING: Final = 21 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Joining:
    """Somebody who joins: ``unit`` and ``leads`` are units by number."""

    username: str
    name: str
    role: str
    unit: int
    signs_in: bool
    leads: int | None


def found(name: str, units: Sequence[tuple[str, str, int | None]], day: date, ids: Ids) -> None:
    """Found the company and its units (name, kind, number of the one above), the company itself first."""
    doing = _doing(moment(day, _MORNING))
    set_company(name=name, currency="CNY", fiscal_start_month=1, **doing)
    ids.units.append(ensure_company_unit(**doing).pk)
    for unit_name, kind, parent in units[1:]:
        above = None if parent is None else ids.units[parent]
        new = NewUnit(name=unit_name, kind=Unit.Kind(kind), parent_id=above)
        ids.units.append(create_units([new], **doing)[0].pk)


def join(day: date, people: Sequence[Joining], ids: Ids) -> list[int]:
    """Let people join on a day; returns their ids."""
    doing = _doing(moment(day, _MORNING))
    new = [_new_member(person, ids.units[person.unit], day) for person in people]
    members = [member.pk for member in create_members(new, **doing)]
    leads = [
        Lead(unit_id=ids.units[person.leads], member_id=member_id, start=day)
        for person, member_id in zip(people, members, strict=True)
        if person.leads is not None
    ]
    if leads:
        appoint_leads(leads, **doing)
    return members


def move(day: date, moves: Iterable[tuple[int, int]], ids: Ids) -> None:
    """Let people change unit on a day: pairs of (person, unit) by number."""
    items = [Transfer(member_id=ids.members[person], unit_id=ids.units[unit], start=day) for person, unit in moves]
    assign_members(items, **_doing(moment(day, _MORNING)))


def let_go(day: date, people: Iterable[int], ids: Ids) -> None:
    """The last day of people, by number."""
    items = [Leaving(member_id=ids.members[person], last_day=day) for person in people]
    leave(items, **_doing(moment(day, _EVENING)))


def let_sign_in(usernames: Sequence[str]) -> None:
    """One hash for all: the password is no secret, and hashing it seven times takes most of a second."""
    Member.objects.filter(username__in=usernames).update(password=make_password(PASSWORD))


def _doing(at: datetime) -> dict[str, Any]:
    return {"by": None, "at": at, "origin": Origin.DEMO}


def _new_member(person: Joining, unit_id: int, day: date) -> NewMember:
    return NewMember(
        name=person.name, username=person.username, unit_id=unit_id, start=day, hired_on=day, roles=(person.role,),
        email=f"{person.username}@hengchuan.example", demo=person.signs_in,
    )  # fmt: skip
