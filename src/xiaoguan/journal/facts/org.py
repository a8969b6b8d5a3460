"""What happens to units, members, roles, calendar and rates. Names and contact data stand in
``journal_private``."""

from datetime import date

from xiaoguan.journal.facts.base import Fact, fact
from xiaoguan.journal.kinds import COMPANY, HOLIDAY, MEMBER, ROLE, UNIT


@fact(code=101, subject="unit_id", subject_kind=UNIT, objects={"parent_id": UNIT})
class UnitCreated(Fact):
    """A unit exists from ``start`` on (None: since ever) below ``parent_id`` (None: it is the company)."""

    unit_id: int
    unit_kind: str
    parent_id: int | None
    start: date | None


@fact(code=102, subject="unit_id", subject_kind=UNIT, objects={"parent_id": UNIT, "former_parent_id": UNIT})
class UnitMoved(Fact):
    """From the entry's day on a unit stands below another one."""

    unit_id: int
    parent_id: int
    former_parent_id: int | None


@fact(code=103, subject="unit_id", subject_kind=UNIT, objects={"parent_id": UNIT})
class UnitDissolved(Fact):
    """From the entry's day on the unit is no more; its people and records fall to its parent."""

    unit_id: int
    parent_id: int | None


@fact(code=104, subject="member_id", subject_kind=MEMBER, objects={"unit_id": UNIT}, persons=("member_id",))
class MemberJoined(Fact):
    """Somebody is a member from now on, in a unit since ``start`` (None: since ever, which may be an
    assumption)."""

    member_id: int
    unit_id: int | None
    hired_on: date | None
    start: date | None
    start_assumed: bool


@fact(
    code=105,
    subject="member_id",
    subject_kind=MEMBER,
    objects={"unit_id": UNIT, "former_unit_id": UNIT},
    persons=("member_id",),
)
class MemberAssigned(Fact):
    """From the entry's day on a member belongs to a unit, until ``end`` where another assignment follows
    already."""

    member_id: int
    unit_id: int
    former_unit_id: int | None
    end: date | None


@fact(code=106, subject="member_id", subject_kind=MEMBER, persons=("member_id",))
class MemberLeft(Fact):
    """The entry's day is the first on which the person is no longer with the company."""

    member_id: int


@fact(code=107, subject="unit_id", subject_kind=UNIT, objects={"member_id": MEMBER, "former_id": MEMBER})
class LeadAppointed(Fact):
    """From the entry's day on ``member_id`` leads the unit (None: nobody does)."""

    unit_id: int
    member_id: int | None
    former_id: int | None
    start: date | None


@fact(code=108, subject="member_id", subject_kind=MEMBER, objects={"role_id": ROLE})
class RoleGranted(Fact):
    """A member holds a role from the entry's day until the day before ``end``."""

    member_id: int
    role_id: int
    end: date | None


@fact(code=109, subject="member_id", subject_kind=MEMBER, objects={"role_id": ROLE})
class RoleRevoked(Fact):
    """A member no longer holds a role from the entry's day on."""

    member_id: int
    role_id: int


@fact(code=110, subject="role_id", subject_kind=ROLE)
class RoleAmended(Fact):
    """What a role allows was changed: one permission, its level now and before (None: not allowed)."""

    role_id: int
    permission: str
    level: str | None
    former_level: str | None


@fact(code=111, subject="company_id", subject_kind=COMPANY)
class CompanySet(Fact):
    """Currency of the books and first month of the fiscal year, as they are from now on."""

    company_id: int
    currency: str
    fiscal_start_month: int


@fact(code=112, subject="holiday_id", subject_kind=HOLIDAY)
class HolidayChanged(Fact):
    """The entry's day is off or worked, whatever the published calendar says (``day_kind`` None: as
    published)."""

    holiday_id: int
    day_kind: str | None


@fact(code=113, subject="company_id", subject_kind=COMPANY)
class RateSet(Fact):
    """From the entry's day on one unit of a currency is worth ``rate`` / 10^8 in company currency."""

    company_id: int
    currency: str
    rate: int


@fact(code=114, subject="member_id", subject_kind=MEMBER)
class PasswordChanged(Fact):
    """A member's password was set, by himself or by somebody who may (the entry's actor)."""

    member_id: int


@fact(code=115, subject="member_id", subject_kind=MEMBER, objects={"unit_id": UNIT})
class MemberRemoved(Fact):
    """A member that was entered by mistake is no longer listed."""

    member_id: int
    unit_id: int | None


@fact(code=116, subject="unit_id", subject_kind=UNIT)
class UnitRemoved(Fact):
    """A unit that was entered by mistake and held nobody is no longer in the tree."""

    unit_id: int
