"""The words in which a measure is written: what it counts, how it is put together, how it adds up.

``Measure("win_rate", ratio(units("won"), units("won", "lost")), unit=Unit.PERCENT, …)`` is data, never evaluated text.
Everything is net of reversals: a count is a sum of units, a mean divides by units, a median and a distinct count look
at objects whose units sum to more than zero.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import get_language, gettext

from xiaoguan.ledger import accounts
from xiaoguan.ledger.measures.dimensions import DIMENSIONS, Value


class Field(StrEnum):
    """Which column of a posting is added up."""

    QUANTITY = "quantity"
    UNITS = "units"


class Unit(StrEnum):
    """What a value of 1 means to people."""

    MONEY = "money"
    COUNT = "count"
    PERCENT = "percent"
    DAYS = "days"


class Direction(StrEnum):
    """Which way is better, where that is unambiguous."""

    UP = "up"
    DOWN = "down"
    NONE = "none"


class AddsUp(StrEnum):
    """How the figures of groups make the figure of the whole."""

    ADDITIVE = "additive"
    BALANCE = "balance"
    RATIO = "ratio"
    DISTINCT = "distinct"
    ORDER = "order"

    @property
    def own_level(self) -> bool:
        """Whether a total must be worked out at its own level, not by adding its groups."""
        return self in (AddsUp.RATIO, AddsUp.DISTINCT, AddsUp.ORDER)


@dataclass(frozen=True, slots=True)
class Filter:
    """Only postings whose dimension has one of these values (None: those without one)."""

    dimension: str
    values: tuple[Value, ...]

    def __post_init__(self) -> None:
        if self.dimension not in DIMENSIONS:
            raise ValueError(f"no such dimension: {self.dimension}")


@dataclass(frozen=True, slots=True)
class Component:
    """One column of some accounts, added up."""

    field: Field
    accounts: tuple[str, ...]
    where: tuple[Filter, ...] = ()

    def __post_init__(self) -> None:
        if not self.accounts:
            raise ValueError("a component names at least one account")


def quantity(*account_keys: str, **where: Value) -> Component:
    """The quantities of these accounts; ``quantity("won", is_new=True)`` of new business only."""
    return Component(Field.QUANTITY, account_keys, _filters(where))


def units(*account_keys: str, **where: Value) -> Component:
    """How many: the units of these accounts, reversals counted back."""
    return Component(Field.UNITS, account_keys, _filters(where))


def _filters(where: dict[str, Value]) -> tuple[Filter, ...]:
    return tuple(Filter(name, (value,)) for name, value in where.items())


@dataclass(frozen=True, slots=True)
class Total:
    """A sum over the period."""

    of: Component

    @property
    def adds_up(self) -> AddsUp:
        return AddsUp.ADDITIVE

    def components(self) -> tuple[Component, ...]:
        return (self.of,)


@dataclass(frozen=True, slots=True)
class Ratio:
    """One sum over another, divided once at the edge."""

    over: Component
    under: Component

    @property
    def adds_up(self) -> AddsUp:
        return AddsUp.RATIO

    def components(self) -> tuple[Component, ...]:
        return (self.over, self.under)


@dataclass(frozen=True, slots=True)
class Mean:
    """Quantity per unit; what is unknown counts neither above nor below the line."""

    of: Component

    @property
    def adds_up(self) -> AddsUp:
        return AddsUp.RATIO

    def components(self) -> tuple[Component, ...]:
        return (self.of,)


@dataclass(frozen=True, slots=True)
class Median:
    """The middle of the objects' net quantities (the mean of the two middle ones where their number is even)."""

    of: Component

    @property
    def adds_up(self) -> AddsUp:
        return AddsUp.ORDER

    def components(self) -> tuple[Component, ...]:
        return (self.of,)


@dataclass(frozen=True, slots=True)
class Distinct:
    """How many different ones (``column``: object, customer, person, product) have units left over."""

    of: Component
    column: str = "object_key"

    @property
    def adds_up(self) -> AddsUp:
        return AddsUp.DISTINCT

    def components(self) -> tuple[Component, ...]:
        return (self.of,)


@dataclass(frozen=True, slots=True)
class Balance:
    """Everything up to the end of the period, attributed by the assignments of that day."""

    of: Component

    @property
    def adds_up(self) -> AddsUp:
        return AddsUp.BALANCE

    def components(self) -> tuple[Component, ...]:
        return (self.of,)


@dataclass(frozen=True, slots=True)
class Movement:
    """How a balance moved within the period, attributed by the assignments of each posting's day."""

    of: Component

    def __post_init__(self) -> None:
        if len(self.of.accounts) > 1:
            raise ValueError("a movement is one account's: deals it touched are counted once")

    @property
    def adds_up(self) -> AddsUp:
        return AddsUp.ADDITIVE

    def components(self) -> tuple[Component, ...]:
        return (self.of,)


Aggregate = Total | Ratio | Mean | Median | Distinct | Balance | Movement


def total(of: Component) -> Total:
    return Total(of)


def count(*account_keys: str, **where: Value) -> Total:
    return Total(units(*account_keys, **where))


def ratio(over: Component, under: Component) -> Ratio:
    return Ratio(over, under)


def mean(of: Component) -> Mean:
    return Mean(of)


def median(of: Component) -> Median:
    return Median(of)


def distinct(*account_keys: str, column: str = "object_key", **where: Value) -> Distinct:
    return Distinct(units(*account_keys, **where), column)


def balance(of: Component) -> Balance:
    return Balance(of)


def movement(of: Component) -> Movement:
    return Movement(of)


@dataclass(frozen=True, slots=True)
class Words:
    """What people read about a measure in one language: its name and its formula."""

    name: str
    formula: str


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure that has a name: its aggregate, unit, direction and words in both languages."""

    key: str
    aggregate: Aggregate
    unit: Unit
    direction: Direction
    zh: Words
    en: Words

    @property
    def adds_up(self) -> AddsUp:
        return self.aggregate.adds_up

    @property
    def name(self) -> str:
        return self._in_language(self.zh.name, self.en.name)

    @property
    def formula(self) -> str:
        return self._in_language(self.zh.formula, self.en.formula)

    def account_keys(self) -> tuple[str, ...]:
        """The accounts it reads, each once, in order."""
        return tuple(dict.fromkeys(key for part in self.aggregate.components() for key in part.accounts))

    def _in_language(self, chinese: str, english: str) -> str:
        # gettext leaves English as it is; a pseudo-locale marks it, so that its test sees measures too.
        return chinese if (get_language() or "").startswith("zh") else gettext(english)


_measures: dict[str, Measure] = {}


def configure_measures(measures: Iterable[Measure]) -> None:
    """Set the measures. Called once by ``config`` at start-up; refuses a key twice and an account nobody declared."""
    declared = list(measures)
    by_key = {item.key: item for item in declared}
    if len(by_key) < len(declared):
        raise ValueError("two measures share a key")
    chart = {item.key for item in accounts.all_accounts()}
    if missing := {key for item in declared for key in item.account_keys()} - chart:
        raise ValueError(f"measures name accounts that are not declared: {', '.join(sorted(missing))}")
    _measures.clear()
    _measures.update(by_key)


def measure(key: str) -> Measure:
    """The measure of that key; KeyError where there is none."""
    return _measures[key]


def all_measures() -> list[Measure]:
    return list(_measures.values())
