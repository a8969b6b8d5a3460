"""Amend what is noted about members."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from xiaoguan.journal.facts.general import FieldsChanged
from xiaoguan.journal.kinds import MEMBER
from xiaoguan.journal.models import Origin
from xiaoguan.journal.recording import Happening, Private, record
from xiaoguan.lib.refusal import Refusal
from xiaoguan.org import rules
from xiaoguan.org.actions.base import actor, person_of, writing
from xiaoguan.org.company import today
from xiaoguan.org.models import Member, normal_username

PERSONAL = ("name", "username", "email", "phone", "employee_no")
EDITABLE = (*PERSONAL, "hired_on", "language", "theme")


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberChange:
    """New values of some fields of ``EDITABLE``."""

    member_id: int
    values: Mapping[str, Any]


def update_members(
    items: Sequence[MemberChange],
    *,
    by: Member | None,
    at: datetime,
    origin: int = Origin.LIVE,
    batch_id: int | None = None,
) -> list[int]:
    """Amend data of members; returns the ids of those that really changed."""
    with writing():
        members = Member.objects.in_bulk([item.member_id for item in items])
        happenings, changed = [], []
        for item in items:
            member = members[item.member_id]
            private = _amend(member, item.values)
            if private:
                changed.append(member)
                fields = tuple(value.field for value in private)
                told = FieldsChanged(kind=MEMBER, object_id=member.pk, fields=fields, old=None, new=None)
                happenings.append(Happening(fact=told, on=today(at), private=private))
        check_unique(changed)
        Member.objects.bulk_update(changed, EDITABLE)
        record(happenings, by=actor(by), at=at, origin=origin, batch_id=batch_id)
        return [member.pk for member in changed]


def _amend(member: Member, values: Mapping[str, Any]) -> tuple[Private, ...]:
    private = []
    for field, new in values.items():
        if field not in EDITABLE:
            raise ValueError(f"not a field that can be amended: {field}")
        new = _clean(field, new)
        old = getattr(member, field)
        if old != new:
            setattr(member, field, new)
            private.append(private_value(member, field, old, new))
    rules.check_hire_date(person_of(member))
    return tuple(private)


def _clean(field: str, value: Any) -> Any:
    if field == "username":
        return normal_username(value)
    if field == "employee_no":
        return value or None
    return value.strip() if isinstance(value, str) else value


def private_value(member: Member, field: str, old: Any, new: Any) -> Private:
    text = [None if value in (None, "") else str(value) for value in (old, new)]
    return Private(field=field, about_kind=MEMBER, about_id=member.pk, old=text[0], new=text[1])


def check_unique(members: Iterable[Member]) -> None:
    """Usernames and employee numbers are one person's each."""
    listed = list(members)
    for field, sentence in (
        ("username", _("The username “%(value)s” is taken. Choose another one.")),
        ("employee_no", _("The employee number “%(value)s” belongs to somebody else.")),
    ):
        values = [getattr(member, field) for member in listed if getattr(member, field)]
        twice = [value for value, count in Counter(values).items() if count > 1]
        own = [member.pk for member in listed if member.pk]
        others = Member.objects.filter(**{f"{field}__in": values}).exclude(pk__in=own)
        taken = twice or list(others.values_list(field, flat=True)[:1])
        if taken:
            raise Refusal(sentence % {"value": taken[0]}, field=field, code="taken")
    for member in listed:
        if not member.name or not member.username:
            raise Refusal(_("A member needs a name and a username."), field="name", code="no_name")
