"""Who came in, who did not, who left again, and what was taken out."""

from datetime import date

from xiaoguan.journal.facts.base import Fact, fact
from xiaoguan.journal.kinds import COMPANY, MEMBER


@fact(code=801, subject="member_id", subject_kind=MEMBER)
class SignedIn(Fact):
    """A member signed in with his password."""

    member_id: int


@fact(code=802, subject="member_id", subject_kind=MEMBER)
class SignInFailed(Fact):
    """Somebody tried a member's sign-in and was refused: ``reason`` is password, locked, inactive, left or
    demo."""

    member_id: int
    reason: str


@fact(code=803, subject="member_id", subject_kind=MEMBER)
class LockedOut(Fact):
    """Too many wrong passwords for a member from one address: no further tries for a while."""

    member_id: int


@fact(code=804, subject="member_id", subject_kind=MEMBER)
class SignedOut(Fact):
    """A member signed out."""

    member_id: int


@fact(code=805, subject="company_id", subject_kind=COMPANY)
class EventLogExported(Fact):
    """The journal was written to a file as an event log: in which format, by which case (None: by objects), which days
    (None: no bound), whether with names of people and records, and how many events."""

    company_id: int
    file_format: str
    case_kind: str | None
    day_from: date | None
    day_to: date | None
    with_names: bool
    with_reversed: bool
    events: int
