"""The chart of accounts. Codes stand in the books for ever: never re-used, never changed."""

from xiaoguan.journal.kinds import ACTIVITY, CUSTOMER
from xiaoguan.ledger.accounts import UNKNOWN_SUFFIX, Account, Nature, Unit


def _money(key: str, code: int, nature: Nature = Nature.FLOW) -> tuple[Account, Account]:
    """A money account and its companion that counts unknown amounts."""
    return Account(key, code, Unit.MONEY, nature), Account(key + UNKNOWN_SUFFIX, code + 1, Unit.NONE, nature)


ACCOUNTS: tuple[Account, ...] = (
    *_money("won", 10),
    *_money("lost", 12),
    *_money("pipeline", 14, Nature.BALANCE),
    *_money("won_opening", 16),
    Account("cycle_days", 20, Unit.DAYS),
    Account("stage_days", 21, Unit.DAYS),
    Account("new_deals", 22),
    Account("activity", 23, objects=ACTIVITY),
    Account("customers_new", 24, objects=CUSTOMER),
)
