"""Who came in, who did not, and who left again."""

from xiaoguan.journal.facts.base import Fact, fact
from xiaoguan.journal.kinds import MEMBER


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
