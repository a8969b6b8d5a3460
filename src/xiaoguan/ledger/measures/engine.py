"""Answer a question: few scans, folded into figures for each measure and group."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from xiaoguan.ledger.accounts import WHY, account
from xiaoguan.ledger.measures.asking import Ask, stretches, time_key
from xiaoguan.ledger.measures.attribution import Mode
from xiaoguan.ledger.measures.building import Query
from xiaoguan.ledger.measures.compiler import Compiler, Scan, mode_of, with_unknown
from xiaoguan.ledger.measures.dimensions import DIMENSIONS, Sort, Value
from xiaoguan.ledger.measures.figures import NO_SUMS, Figure, Middle, Source, Sums, figure
from xiaoguan.ledger.measures.language import Balance, Distinct, Measure, Median, Movement
from xiaoguan.ledger.measures.queries import run
from xiaoguan.ledger.measures.sql import Node
from xiaoguan.lib.periods import Period
from xiaoguan.org.records import labels_of

Key = tuple[Value, ...]
NO_DATA = "–"


class Row(NamedTuple):
    """One group of a measure: its key (a value for each dimension asked), its name, its figure."""

    key: Key
    group: str | None
    figure: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureAnswer:
    """A measure's groups (those without postings left out) and its figure for the whole."""

    measure: Measure
    rows: tuple[Row, ...]
    total: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was asked, and an answer for each measure by its key."""

    ask: Ask
    measures: dict[str, MeasureAnswer]


def ask(question: Ask) -> Answer:
    """Work out all measures of a question. Groups come by value, largest first; time in its order."""
    compiler = Compiler(question)
    cells = _Cells(compiler)
    answers = {}
    for measure in question.measures:
        if isinstance(measure.aggregate, Balance) and _time_place(question) is not None:
            answers[measure.key] = _balance_over_time(measure, question)
        else:
            answers[measure.key] = _answer(measure, compiler, cells)
    return Answer(ask=question, measures=_named(question, answers))


def last_day(question: Ask) -> date | None:
    """The last day on which the question's measures have postings, whatever its period."""
    ever = replace(question, period=Period(date.min, date.max), by=())
    names = with_unknown(key for measure in question.measures for key in measure.account_keys())
    found = run(Compiler(ever).last_day(names))[0][0]
    return date.fromisoformat(found) if isinstance(found, str) else found


Column = dict[Key, Sums]


class _Cells:
    """The sums of every scan the measures need, made at most once for equal conditions."""

    def __init__(self, compiler: Compiler) -> None:
        self._columns: dict[tuple[Mode, Source], Column] = defaultdict(dict)
        wanted: dict[Scan, dict[str, None]] = defaultdict(dict)
        for measure in compiler.ask.measures:
            if isinstance(measure.aggregate, Balance) and _time_place(compiler.ask) is not None:
                continue
            for part in measure.aggregate.components():
                scan = Scan(mode_of(measure), part.where)
                wanted[scan].update(dict.fromkeys(with_unknown(part.accounts)))
        for scans in _equal_scans(compiler, wanted):
            self._read(compiler, scans)

    def _read(self, compiler: Compiler, scans: dict[Scan, dict[str, None]]) -> None:
        columns: dict[int, list[Column]] = defaultdict(list)
        for scan, names in scans.items():
            for name in names:
                columns[account(name).code].append(self._columns[scan.mode, Source(scan.where, name)])
        read_key, width = _key_reader(compiler.ask), len(compiler.ask.by)
        names_asked = {name: None for names in scans.values() for name in names}
        for code, *rest in run(compiler.totals(next(iter(scans)), names_asked)):
            quantity, units = rest[width:]
            for column in columns[code]:
                column[read_key(rest[:width])] = Sums(int(quantity or 0), int(units or 0))

    def of(self, measure: Measure) -> dict[Source, Column]:
        """The sums that the measure is made of, each by group; the groups in which it has postings alone."""
        keys, mode = measure.account_keys(), mode_of(measure)
        names = with_unknown(keys)
        columns = {
            source: column for (of, source), column in self._columns.items() if of is mode and source.account in names
        }
        telling: set[Key] = set().union(*(column for source, column in columns.items() if source.account in keys))
        return {
            source: {key: sums for key, sums in column.items() if key in telling} for source, column in columns.items()
        }


def _equal_scans(compiler: Compiler, wanted: dict[Scan, dict[str, None]]) -> Iterable[dict[Scan, dict[str, None]]]:
    """Scans put together whose conditions and groups came out the same."""
    together: dict[tuple[Node, Any], dict[Scan, dict[str, None]]] = defaultdict(dict)
    for scan, accounts in wanted.items():
        together[compiler.where(scan), compiler.groups(scan.mode)][scan] = accounts
    return together.values()


def _answer(measure: Measure, compiler: Compiler, cells: _Cells) -> MeasureAnswer:
    columns = cells.of(measure)
    of_groups, of_whole = _extras(measure, compiler)
    total = _with_extra(measure, {source: _added(column) for source, column in columns.items() if column}, of_whole)
    if not compiler.ask.by:
        return MeasureAnswer(measure=measure, rows=(Row(key=(), group=None, figure=total),), total=total)
    is_balance = isinstance(measure.aggregate, Balance)
    rows = [
        Row(key=key, group=None, figure=_with_extra(measure, cell, of_groups.get(key)))
        for key, cell in _by_group(columns).items()
        if not (is_balance and all(sums == NO_SUMS for sums in cell.values()))
    ]
    return MeasureAnswer(measure=measure, rows=tuple(rows), total=total)


def _by_group(columns: dict[Source, Column]) -> dict[Key, dict[Source, Sums]]:
    cells: dict[Key, dict[Source, Sums]] = defaultdict(dict)
    for source, column in columns.items():
        for key, sums in column.items():
            cells[key][source] = sums
    return cells


def _added(column: Column) -> Sums:
    return Sums(sum([item.quantity for item in column.values()]), sum([item.units for item in column.values()]))


def _with_extra(measure: Measure, cell: Any, extra: Any) -> Figure:
    if isinstance(measure.aggregate, Median):
        return figure(measure, cell, middle=extra)
    if isinstance(measure.aggregate, Distinct):
        return figure(measure, cell, distinct=extra or 0)
    found = figure(measure, cell)
    return replace(found, count=extra or 0) if isinstance(measure.aggregate, Movement) else found


def _extras(measure: Measure, compiler: Compiler) -> tuple[dict[Key, Any], Any]:
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


def _extra_rows(query: Query, question: Ask) -> dict[Key, Any]:
    keys, width = _key_reader(question), len(question.by)
    result: dict[Key, Any] = {}
    for row in run(query):
        figures = [int(item or 0) for item in row[width:]]
        result[keys(row[:width])] = Middle(*figures) if len(figures) > 1 else figures[0]
    return result


def _balance_over_time(measure: Measure, question: Ask) -> MeasureAnswer:
    """A balance by month is that of each month's end, by the assignments of that day."""
    place = _time_place(question)
    assert place is not None
    name = question.by[place]
    others = tuple(item for item in question.by if item != name)
    rows: list[Row] = []
    for part in stretches(question.period, name):
        found = ask(replace(question, measures=(measure,), period=part, by=others)).measures[measure.key]
        for row in found.rows:
            if row.figure.count or row.figure.numerator or row.figure.unknown:
                key = (*row.key[:place], time_key(part), *row.key[place:])
                rows.append(Row(key=key, group=None, figure=row.figure))
    return MeasureAnswer(measure=measure, rows=tuple(rows), total=found.total)


def _time_place(question: Ask) -> int | None:
    places = (place for place, name in enumerate(question.by) if DIMENSIONS[name].sort is Sort.TIME)
    return next(places, None)


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


def _named(question: Ask, answers: dict[str, MeasureAnswer]) -> dict[str, MeasureAnswer]:
    """The same answers with the names of their groups, in order."""
    if not question.by:
        return answers
    names = [_names(name, place, answers) for place, name in enumerate(question.by)]
    order = _order(question)

    def named(row: Row) -> Row:
        return Row(row.key, _group_name(row.key, names), row.figure)

    return {
        key: replace(answer, rows=tuple(sorted(map(named, answer.rows), key=order))) for key, answer in answers.items()
    }


def _names(name: str, place: int, answers: dict[str, MeasureAnswer]) -> dict[Value, str]:
    kind = DIMENSIONS[name].kind
    found = {row.key[place] for answer in answers.values() for row in answer.rows} - {None}
    if kind is None:
        return {item: str(item) for item in found}
    names: dict[Value, str] = {}
    names.update(labels_of(kind, {item for item in found if isinstance(item, int)}).items())
    return names


def _group_name(key: Key, names: list[dict[Value, str]]) -> str:
    parts = zip(key, names, strict=True)
    return " · ".join(NO_DATA if item is None else known.get(item, str(item)) for item, known in parts)


def _order(question: Ask) -> Callable[[Row], Any]:
    """Time first and in its order, then the largest; groups without a value last."""
    place = _time_place(question)

    def order(row: Row) -> Any:
        moment = "" if place is None else str(row.key[place])
        amount = row.figure.value
        return (moment, amount is None, -(amount or 0), row.group or "")

    return order
