"""What moved between two dates: opening + the reasons + people moved in and out = closing, exactly."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from xiaoguan.ledger.accounts import WHY, all_accounts
from xiaoguan.ledger.measures.asking import EVERYBODY, Ask, Organisation
from xiaoguan.ledger.measures.attribution import Attribution, Mode
from xiaoguan.ledger.measures.building import Query
from xiaoguan.ledger.measures.compiler import Compiler, Scan, of_accounts, with_unknown
from xiaoguan.ledger.measures.dimensions import DIMENSIONS, Sort
from xiaoguan.ledger.measures.engine import ask
from xiaoguan.ledger.measures.figures import Figure, Source, Sums, figure
from xiaoguan.ledger.measures.language import Component, Field, Filter, Measure, Movement
from xiaoguan.ledger.measures.queries import run, run_totals
from xiaoguan.ledger.measures.redating import REDATE, redated
from xiaoguan.ledger.measures.sql import all_of, bucket, column, compare
from xiaoguan.lib.money import from_stored
from xiaoguan.lib.periods import Period

_DAY = timedelta(days=1)
_WORDS: Final = {code: word for word, code in WHY.items()}
SIGNS: Final = {"moved_in": 1, "moved_out": -1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One reason of a movement: a ``why`` of the ledger, or what people or new days brought in or took out
    (``moved_in``, ``moved_out``, ``redated_in``, ``redated_out``)."""

    why: str
    figure: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """The balance before the period's first day, every step, and the balance at its end. Figures are as stored in
    ``numerator``, so that they add up exactly whatever is unknown."""

    ask: Ask
    opening: Figure
    steps: tuple[Step, ...]
    closing: Figure


def moved(balance: Measure, question: Ask) -> Moved:
    """What moved in a balance over the question's period, by reason; filters by unit belong in ``within``. Of what is
    due in a stretch of days, new days that lead into it and out of it are two reasons."""
    if question.by or any(DIMENSIONS[item.dimension].sort is Sort.PLACE for item in question.filters):
        raise ValueError("a movement is asked for one group of units, by scope or within")
    found = _in_some_scans(balance, question) if _transfers(question) else _in_one_scan(balance, question)
    return found if question.due is None else replace(found, steps=_with_redated(found.steps, balance, question))


def _in_some_scans(balance: Measure, question: Ask) -> Moved:
    """Where people moved, their transfers are steps of their own."""
    part = balance.aggregate.components()[0]
    moving = replace(balance, aggregate=Movement(part))
    whys = ask(replace(question, measures=(moving,), by=("why",))).measures[moving.key].rows
    return Moved(
        ask=question,
        opening=_stand(balance, question, question.period.start - _DAY),
        steps=(*(Step(why=str(row.key[0]), figure=row.figure) for row in whys), *_people(balance, question)),
        closing=_stand(balance, question, question.period.end),
    )


def _with_redated(steps: tuple[Step, ...], balance: Measure, question: Ask) -> tuple[Step, ...]:
    """The step of new days parted in two; what people brought stays behind."""
    kept = [step for step in steps if step.why not in SIGNS and step.why != REDATE]
    kept += [Step(why=why, figure=found) for why, found in redated(balance, question).items()]
    by_people = [step for step in steps if step.why in SIGNS]
    return (*sorted(kept, key=_largest_first), *by_people)


def _largest_first(step: Step) -> int:
    return -step.figure.numerator


def _in_one_scan(balance: Measure, question: Ask) -> Moved:
    """Where nobody moved, opening, steps and closing are about the same people: one scan adds all of it up. Deals are
    counted apart, in the period alone: different ones of all that ever was do not add up and would be many."""
    before: dict[Source, Sums] = defaultdict(Sums)
    after: dict[Source, Sums] = defaultdict(Sums)
    steps: dict[str, dict[Source, Sums]] = defaultdict(dict)
    part = balance.aggregate.components()[0]
    names = {item.code: item.key for item in all_accounts()}
    for code, groups in run_totals(_scan(part, question)).items():
        source = Source(part.where, names[code])
        for (why, is_within), sums in groups.items():
            after[source] = after[source].plus(sums)
            if is_within:
                steps[_WORDS[why]][source] = sums
            else:
                before[source] = before[source].plus(sums)
    touched: dict[int, int] = dict(run(_touched(part, question)))
    figures = [
        Step(why=why, figure=replace(figure(balance, cell), count=touched.get(WHY[why], 0)))
        for why, cell in steps.items()
    ]
    return Moved(
        ask=question,
        opening=figure(balance, before),
        steps=tuple(sorted(figures, key=_largest_first)),
        closing=figure(balance, after),
    )


def _scan(part: Component, question: Ask) -> Query:
    """All postings up to the period's end by reason, those within the period apart."""
    compiler = Compiler(question)
    period = question.period
    is_within = bucket(column("on_date"), [period.start - _DAY, period.end])
    groups = (("g0", column("why")), ("g1", is_within))
    return compiler.sums(Scan(Mode.BALANCE, part.where), with_unknown(part.accounts), groups)


def _touched(part: Component, question: Ask) -> Query:
    """How many deals each reason touched within the period."""
    standing = Compiler(question).where(Scan(Mode.BALANCE, part.where))
    within = compare("ge", column("on_date"), question.period.start)
    where = all_of([of_accounts(part.accounts[:1]), standing, within])
    return Query("touched", (("g0", column("why")), ("item", column("object_key"))), where, ("g0",))


def asks_of_people(question: Ask, why: str) -> list[Ask]:
    """The questions whose balances people moved in or out: these persons on the day before, wherever they were."""
    result = []
    for (found, day), persons in sorted(_transfers(question).items()):
        if found == why:
            who = Filter("person", tuple(sorted(persons)))
            before = Period(day - _DAY, day - _DAY, question.period.fiscal_start_month)
            filters = (*question.filters, who)
            result.append(replace(question, period=before, scope=EVERYBODY, within=frozenset(), filters=filters))
    return result


def _people(balance: Measure, question: Ask) -> Iterable[Step]:
    """What people brought in and took out, by their transfers within the period."""
    for why, sign in SIGNS.items():
        figures = [_total(balance, item) for item in asks_of_people(question, why)]
        step = _added(balance, figures, sign)
        if step.is_something:
            yield Step(why=why, figure=step)


def _stand(balance: Measure, question: Ask, day: date) -> Figure:
    return _total(balance, replace(question, period=Period(day, day, question.period.fiscal_start_month)))


def _total(balance: Measure, question: Ask) -> Figure:
    return ask(replace(question, measures=(balance,))).measures[balance.key].total


def _added(balance: Measure, figures: list[Figure], sign: int) -> Figure:
    amount, unknown = sign * sum(item.numerator for item in figures), sign * sum(item.unknown for item in figures)
    counted = balance.aggregate.components()[0].field is Field.UNITS
    value = Decimal(amount) if counted else from_stored(amount)
    return Figure(
        value=None if unknown and not amount else value,
        numerator=amount,
        count=sum(item.count for item in figures),
        unknown=unknown,
    )


def _transfers(question: Ask) -> dict[tuple[str, date], list[int]]:
    """(moved in or out, day) → who. With today's organisation nobody moves: everybody is where he is today."""
    found: dict[tuple[str, date], list[int]] = defaultdict(list)
    unbounded = question.scope.everything and not question.within
    if unbounded or question.org is Organisation.NOW:
        return found
    for stretch in Attribution(question, Mode.MOVED).membership():
        for why, day in (("moved_in", stretch.start), ("moved_out", stretch.end)):
            if day is not None and day in question.period:
                found[why, day].append(stretch.key)
    return found
