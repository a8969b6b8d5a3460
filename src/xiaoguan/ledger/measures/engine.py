"""Answer a question: few scans, folded into figures for each measure and group."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from operator import itemgetter
from typing import Any, NamedTuple

from xiaoguan.ledger.accounts import WHY, account
from xiaoguan.ledger.measures.answers import Answer, Groups, MeasureAnswer, Names, Sizes, time_place
from xiaoguan.ledger.measures.asking import Ask, stretches, time_key
from xiaoguan.ledger.measures.attribution import Mode
from xiaoguan.ledger.measures.building import Query
from xiaoguan.ledger.measures.compiler import Compiler, Scan, mode_of, with_unknown
from xiaoguan.ledger.measures.dimensions import DIMENSIONS, Sort, Value
from xiaoguan.ledger.measures.figures import NO_SUMS, Figure, Middle, Source, Sums, figure
from xiaoguan.ledger.measures.language import Balance, Distinct, Field, Measure, Median, Movement, Total
from xiaoguan.ledger.measures.queries import run, run_totals
from xiaoguan.ledger.measures.sql import Node
from xiaoguan.ledger.measures.totals import Column, Key
from xiaoguan.lib.periods import Period


class _Found(NamedTuple):
    """What is found of a measure: its figure for the whole and its groups."""

    total: Figure
    groups: Groups


def ask(question: Ask) -> Answer:
    """Work out all measures of a question; the figures of its groups when somebody looks at them."""
    compiler = Compiler(question)
    cells = _Cells(compiler)
    found = {measure: _found(measure, compiler, cells) for measure in question.measures}
    names = Names(question.by, [item.groups for item in found.values()])
    measures = {
        measure.key: MeasureAnswer(measure=measure, total=item.total, groups=item.groups, ask=question, names=names)
        for measure, item in found.items()
    }
    return Answer(ask=question, measures=measures, names=names)


def last_day(question: Ask) -> date | None:
    """The last day on which the question's measures have postings, whatever its period."""
    ever = replace(question, period=Period(date.min, date.max), by=())
    names = with_unknown(key for measure in question.measures for key in measure.account_keys())
    found = run(Compiler(ever).last_day(names))[0][0]
    return date.fromisoformat(found) if isinstance(found, str) else found


class _Cells:
    """The sums of every scan the measures need, made at most once for equal conditions."""

    def __init__(self, compiler: Compiler) -> None:
        self._columns: dict[tuple[Mode, Source], Column] = {}
        wanted: dict[Scan, dict[str, None]] = defaultdict(dict)
        for measure in compiler.ask.measures:
            if _is_over_time(measure, compiler.ask):
                continue
            for part in measure.aggregate.components():
                scan = Scan(mode_of(measure), part.where)
                wanted[scan].update(dict.fromkeys(with_unknown(part.accounts)))
        for scans in _equal_scans(compiler, wanted):
            self._read(compiler, scans)

    def _read(self, compiler: Compiler, scans: dict[Scan, dict[str, None]]) -> None:
        names_asked = {name: None for names in scans.values() for name in names}
        totals = run_totals(compiler.totals(next(iter(scans)), names_asked))
        read_key = _key_reader(compiler.ask)
        columns = {name: _with_keys(totals.get(account(name).code, {}), read_key) for name in names_asked}
        for scan, names in scans.items():
            for name in names:
                self._columns[scan.mode, Source(scan.where, name)] = columns[name]

    def of(self, measure: Measure) -> dict[Source, Column]:
        """The sums that the measure is made of, each by group; the groups in which it has postings alone."""
        keys, mode = measure.account_keys(), mode_of(measure)
        names = with_unknown(keys)
        columns = {
            source: column
            for (of, source), column in self._columns.items()
            if of is mode and source.account in names and column
        }
        telling: set[Key] = set().union(*(column for source, column in columns.items() if source.account in keys))
        return {source: _only(column, telling) for source, column in columns.items()}


def _with_keys(column: Column, read: Callable[[Key], Key]) -> Column:
    return column if read is tuple else {read(key): sums for key, sums in column.items()}


def _only(column: Column, keys: set[Key]) -> Column:
    return column if column.keys() <= keys else {key: sums for key, sums in column.items() if key in keys}


def _equal_scans(compiler: Compiler, wanted: dict[Scan, dict[str, None]]) -> Iterable[dict[Scan, dict[str, None]]]:
    """Scans put together whose conditions and groups came out the same."""
    together: dict[tuple[Node, Any], dict[Scan, dict[str, None]]] = defaultdict(dict)
    for scan, accounts in wanted.items():
        together[compiler.where(scan), compiler.groups(scan.mode)][scan] = accounts
    return together.values()


def _found(measure: Measure, compiler: Compiler, cells: _Cells) -> _Found:
    if _is_over_time(measure, compiler.ask):
        return _balance_over_time(measure, compiler.ask)
    columns = cells.of(measure)
    of_groups, of_whole = _extras(measure, compiler)
    total = _with_extra(measure, {source: _added(column) for source, column in columns.items() if column}, of_whole)
    if not compiler.ask.by:
        return _Found(total, Groups([()], lambda _key: total))

    def work_out(key: Key) -> Figure:
        cell = {source: column[key] for source, column in columns.items() if key in column}
        return _with_extra(measure, cell, of_groups.get(key))

    keys = _keys(measure, columns)
    return _Found(total, Groups(keys, work_out, _sizes_of(measure, columns, keys)))


def _keys(measure: Measure, columns: Mapping[Source, Column]) -> Mapping[Key, None]:
    """The groups: of a balance those in which something stands."""
    if isinstance(measure.aggregate, Balance):
        return {key: None for column in columns.values() for key, sums in column.items() if sums != NO_SUMS}
    return {key: None for column in columns.values() for key in column}


def _sizes_of(measure: Measure, columns: Mapping[Source, Column], keys: Iterable[Key]) -> Callable[[], Sizes] | None:
    """What adds up is ranked by its sums, without a figure for each. (Where no amount is known, the sum is 0.)"""
    aggregate = measure.aggregate
    if not isinstance(aggregate, Total | Balance | Movement):
        return None
    of, place = aggregate.of, 0 if aggregate.of.field is Field.QUANTITY else 1
    own = [columns[source] for source in (Source(of.where, name) for name in of.accounts) if source in columns]
    if len(own) == 1:
        return lambda: {key: own[0][key][place] for key in keys}
    return lambda: {key: sum([column[key][place] for column in own if key in column]) for key in keys}


def _added(column: Column) -> Sums:
    return Sums(sum(map(itemgetter(0), column.values())), sum(map(itemgetter(1), column.values())))


def _with_extra(measure: Measure, cell: Any, extra: Sequence[Any] | None) -> Figure:
    counted = [int(item or 0) for item in extra or ()]
    if isinstance(measure.aggregate, Median):
        return figure(measure, cell, middle=Middle(*counted) if counted else None)
    if isinstance(measure.aggregate, Distinct):
        return figure(measure, cell, distinct=sum(counted))
    found = figure(measure, cell)
    return replace(found, count=sum(counted)) if isinstance(measure.aggregate, Movement) else found


def _extras(measure: Measure, compiler: Compiler) -> tuple[dict[Key, Sequence[Any]], Sequence[Any] | None]:
    """What a median, a distinct count or a movement needs beside sums: by group, and for the whole at its own level."""
    whole = Compiler(replace(compiler.ask, by=()))
    match measure.aggregate:
        case Movement():
            # Apart from the sums: these add up, and of those that do not the fewer rows are read the better.
            found, build = _extra_rows(compiler.touched(measure), compiler.ask), whole.touched
        case Median() | Distinct():
            found, build = _extra_rows(compiler.items(measure), compiler.ask), whole.items
        case _:
            return {}, None
    if not compiler.ask.by:
        return found, found.get(())
    return found, _extra_rows(build(measure), whole.ask).get(())


def _extra_rows(query: Query, question: Ask) -> dict[Key, Sequence[Any]]:
    """By group what its row says, not read yet."""
    keys, width = _key_reader(question), len(question.by)
    return {keys(row[:width]): row[width:] for row in run(query)}


def _is_over_time(measure: Measure, question: Ask) -> bool:
    return isinstance(measure.aggregate, Balance) and time_place(question) is not None


def _balance_over_time(measure: Measure, question: Ask) -> _Found:
    """A balance by month is that of each month's end, by the assignments of that day."""
    place = time_place(question)
    assert place is not None
    name = question.by[place]
    others = tuple(item for item in question.by if item != name)
    figures: dict[Key, Figure] = {}
    for part in stretches(question.period, name):
        found = ask(replace(question, measures=(measure,), period=part, by=others)).measures[measure.key]
        for key, item in found.groups.items():
            if item.is_something:
                figures[*key[:place], time_key(part), *key[place:]] = item
    return _Found(found.total, Groups(figures, figures.__getitem__))


def _key_reader(question: Ask) -> Callable[[Iterable[Any]], Key]:
    """Turns what the database says about a group into its key."""
    readers = [_reader(question, name) for name in question.by]
    if all(read is _as_it_is for read in readers):
        return tuple
    return lambda found: tuple(read(item) for read, item in zip(readers, found, strict=True))


def _as_it_is(item: Any) -> Value:
    found: Value = item
    return found


def _reader(question: Ask, name: str) -> Callable[[Any], Value]:
    if name == "why":
        words = {code: word for word, code in WHY.items()}
        return lambda item: None if item is None else words[item]
    if name == "is_new":
        return lambda item: None if item is None else bool(item)
    if name == "day":
        return lambda item: item.isoformat() if isinstance(item, date) else str(item)
    if DIMENSIONS[name].sort is Sort.TIME:
        labels = [time_key(part) for part in stretches(question.period, name)]
        return lambda item: labels[int(item)]
    return _as_it_is
