"""Two small facts of the tests' own, with posting rules, so that the ledger is tested without any module."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

from xiaoguan.journal import recording
from xiaoguan.journal.facts.base import Fact, fact
from xiaoguan.journal.kinds import DEAL
from xiaoguan.ledger import accounts, posting, reconcile
from xiaoguan.ledger.accounts import Account, Nature, Unit
from xiaoguan.ledger.rules import Rule


@fact(code=9001, subject="deal_id", subject_kind=DEAL, persons=("person_id",))
class Opened(Fact):
    deal_id: int
    person_id: int | None
    amount: Decimal | None
    rate: int | None = None
    currency: str | None = None


@fact(code=9002, subject="deal_id", subject_kind=DEAL)
class Repriced(Fact):
    deal_id: int
    person_id: int | None
    amount: Decimal | None
    amount_from: Decimal | None


ACCOUNTS = (
    Account("pipeline", 14, Unit.MONEY, Nature.BALANCE),
    Account("pipeline_unknown", 15, Unit.NONE, Nature.BALANCE),
)
POSTINGS = {
    Opened: (Rule(account="pipeline", value="amount", units=1, why="new"),),
    Repriced: (Rule(account="pipeline", value="amount", minus="amount_from", why="amount"),),
}


@contextmanager
def wired() -> Iterator[None]:
    """The ledger with these facts only; the program's own wiring is put back afterwards."""
    before = (dict(accounts._accounts), dict(posting._rules), list(recording._wiring.stamps))
    heard, checks = list(recording._wiring.subscribers), dict(reconcile._checks)
    accounts.configure_accounts(ACCOUNTS)
    posting.configure_postings([POSTINGS])
    recording.configure(stamps=[posting.stamp_open_from], subscribers=[posting.post])
    reconcile.configure_checks({})
    try:
        yield
    finally:
        accounts.configure_accounts(before[0].values())
        posting.configure_postings([before[1]])
        recording.configure(stamps=before[2], subscribers=heard)
        reconcile.configure_checks(checks)
