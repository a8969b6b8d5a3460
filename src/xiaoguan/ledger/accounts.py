"""Accounts: what a posting can count. Declared by ``config.accounts``; codes live in the books for ever."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from xiaoguan.journal.kinds import DEAL


class Nature(StrEnum):
    """A flow belongs to the unit of its day; a balance takes the unit from the assignment at the asked day."""

    FLOW = "flow"
    BALANCE = "balance"


class Unit(StrEnum):
    """What a quantity of 1 means."""

    MONEY = "money"
    DAYS = "days"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Account:
    """A ledger account: name, code in the books, what its quantity means, how it is attributed, and of which kind of
    object its postings are (``journal.kinds``)."""

    key: str
    code: int
    unit: Unit = Unit.NONE
    nature: Nature = Nature.FLOW
    objects: int = DEAL


WHY = {
    "new": 1,
    "amount": 2,
    "redate": 3,
    "stage": 4,
    "transfer": 5,
    "won": 6,
    "lost": 7,
    "reopened": 8,
    "mistake": 9,
    "opening": 10,
    "details": 11,
}
"""Why a balance moved. ``details``: customer, product or source of an open deal changed."""

UNKNOWN_SUFFIX = "_unknown"
_accounts: dict[str, Account] = {}
_natures: dict[int, Nature] = {}


def configure_accounts(accounts: Iterable[Account]) -> None:
    """Set the chart of accounts; refuses two accounts with one key or one code."""
    declared = list(accounts)
    if len({a.key for a in declared}) < len(declared) or len({a.code for a in declared}) < len(declared):
        raise ValueError("two ledger accounts share a key or a code")
    _accounts.clear()
    _accounts.update({account.key: account for account in declared})
    _natures.clear()
    _natures.update({account.code: account.nature for account in declared})


def account(key: str) -> Account:
    """The account of that name; KeyError where ``config.accounts`` does not declare it."""
    return _accounts[key]


def nature_of(code: int) -> Nature:
    """Flow or balance, by the account's code in the books."""
    return _natures[code]


def all_accounts() -> list[Account]:
    return list(_accounts.values())
