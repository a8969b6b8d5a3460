"""From a question to queries: what each measure reads, put together so that equal scans are made once."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import NamedTuple

from xiaoguan.ledger.accounts import UNKNOWN_SUFFIX, WHY, account, all_accounts
from xiaoguan.ledger.measures.asking import Ask, stretches
from xiaoguan.ledger.measures.attribution import Attribution, Mode
from xiaoguan.ledger.measures.building import Query
from xiaoguan.ledger.measures.dimensions import DIMENSIONS, Sort, Value
from xiaoguan.ledger.measures.language import Balance, Component, Distinct, Filter, Measure, Median, Movement
from xiaoguan.ledger.measures.placing import is_placed, placed_in
from xiaoguan.ledger.measures.sql import Node, all_of, bucket, case, column, compare, is_in
from xiaoguan.lib.days import start_of_day

_DAY = timedelta(days=1)


def mode_of(measure: Measure) -> Mode:
    """How the postings of a measure are read."""
    match measure.aggregate:
        case Balance():
            return Mode.BALANCE
        case Movement():
            return Mode.MOVED
        case _:
            return Mode.FLOW


def with_unknown(keys: Iterable[str]) -> tuple[str, ...]:
    """The accounts and their companions that count unknown amounts, where the chart has them."""
    chart = {item.key for item in all_accounts()}
    wanted = dict.fromkeys(name for key in keys for name in (key, key + UNKNOWN_SUFFIX))
    return tuple(name for name in wanted if name in chart)


Groups = tuple[tuple[str, Node], ...]


class Scan(NamedTuple):
    """One reading of postings: mode and filters of its own."""

    mode: Mode
    where: tuple[Filter, ...]


@dataclass(slots=True)
class Compiler:
    """Builds the conditions and groups of one question. Time groups are numbers of stretches."""

    ask: Ask
    _attributions: dict[Mode, Attribution] = field(default_factory=dict)

    def groups(self, mode: Mode) -> Groups:
        """The dimensions of the question as named columns g0, g1 …"""
        return tuple((f"g{place}", self._expression(name, mode)) for place, name in enumerate(self.ask.by))

    def where(self, scan: Scan) -> Node:
        """Which postings count, whatever their account."""
        ask = self.ask
        parts = [self._days(scan.mode), self.attribution(scan.mode).inside()]
        parts.append(self.filtered((*ask.filters, *scan.where), scan.mode))
        if ask.known_on is not None:
            parts.append(compare("lt", column("known_at"), start_of_day(ask.known_on + _DAY)))
        if ask.due is not None:
            parts += [compare("ge", column("due_on"), ask.due.start), compare("le", column("due_on"), ask.due.end)]
        return all_of(parts)

    def filtered(self, filters: Iterable[Filter], mode: Mode) -> Node:
        """The condition that all these filters hold."""
        return all_of([self._filter(item, mode) for item in filters])

    def totals(self, scan: Scan, accounts: Iterable[str]) -> Query:
        """The query of sums by account and group."""
        return self.sums(scan, accounts, self.groups(scan.mode))

    def sums(self, scan: Scan, accounts: Iterable[str], groups: Groups) -> Query:
        """The query of sums by account and these groups."""
        named: Groups = (("account", column("account")), *groups)
        figures: Groups = (("quantity", column("quantity")), ("units", column("units")))
        return Query(
            "totals",
            (*named, *figures),
            all_of([of_accounts(accounts), self.where(scan)]),
            tuple(name for name, _node in named),
        )

    def items(self, measure: Measure) -> Query:
        """The query of a median or a distinct count: objects of which something is left, by group."""
        aggregate = measure.aggregate
        scan = Scan(mode_of(measure), aggregate.components()[0].where)
        item = aggregate.column if isinstance(aggregate, Distinct) else "object_key"
        kind = "median" if isinstance(aggregate, Median) else "distinct"
        known = known_units(aggregate.components()[0]) if kind == "median" else column("units")
        names = measure.account_keys()
        return Query(
            kind,
            (
                *self.groups(scan.mode),
                ("item", column(item)),
                ("quantity", column("quantity")),
                ("known", known),
            ),
            all_of([of_accounts(with_unknown(names) if kind == "median" else names), self.where(scan)]),
            tuple(name for name, _node in self.groups(scan.mode)),
        )

    def touched(self, measure: Measure) -> Query:
        """How many objects a movement touched, by group."""
        scan = Scan(mode_of(measure), measure.aggregate.components()[0].where)
        return Query(
            "touched",
            (*self.groups(scan.mode), ("item", column("object_key"))),
            all_of([of_accounts(measure.account_keys()), self.where(scan)]),
            tuple(name for name, _node in self.groups(scan.mode)),
        )

    def last_day(self, accounts: Iterable[str]) -> Query:
        """The query of the last day with postings of these accounts."""
        where = all_of([of_accounts(accounts), self.where(Scan(Mode.FLOW, ()))])
        return Query("last_day", (("on_date", column("on_date")),), where)

    def attribution(self, mode: Mode) -> Attribution:
        if mode not in self._attributions:
            self._attributions[mode] = Attribution(self.ask, mode)
        return self._attributions[mode]

    def _days(self, mode: Mode) -> Node:
        period = self.ask.period
        until = compare("le", column("on_date"), period.end)
        if mode is Mode.BALANCE:
            return until
        return all_of([compare("ge", column("on_date"), period.start), until])

    def _expression(self, name: str, mode: Mode) -> Node:
        dimension = DIMENSIONS[name]
        if dimension.sort is Sort.COLUMN:
            return column(dimension.column)
        if dimension.sort is Sort.PLACE:
            return self.attribution(mode).place(dimension)
        if name == "day":
            return column("on_date")
        return bucket(column("on_date"), [part.end for part in stretches(self.ask.period, name)])

    def _filter(self, item: Filter, mode: Mode) -> Node:
        if DIMENSIONS[item.dimension].sort is Sort.TIME:
            raise ValueError("a question about a stretch of time asks a shorter period")
        stored = [stored_value(item.dimension, found) for found in item.values]
        expression = self._expression(item.dimension, mode)
        return placed_in(expression, stored) if is_placed(expression) else is_in(expression, stored)


def of_accounts(names: Iterable[str]) -> Node:
    return is_in(column("account"), [account(name).code for name in names])


def known_units(of: Component) -> Node:
    """+ units of the accounts, − units of their unknown companions: what is left has a known amount."""
    own = of_accounts(of.accounts)
    return case([(own, column("units"))], Node("negative", (column("units"),)))


def stored_value(dimension: str, found: Value) -> Value:
    """A dimension's value as postings carry it."""
    return WHY[found] if dimension == "why" and isinstance(found, str) else found
