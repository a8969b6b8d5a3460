"""What is asked about the records behind a figure, and which of them a viewer may not open."""

from collections.abc import Iterable
from dataclasses import replace

from xiaoguan.journal.kinds import object_key, split_key
from xiaoguan.ledger.accounts import UNKNOWN_SUFFIX, account
from xiaoguan.ledger.measures.asking import Ask
from xiaoguan.ledger.measures.building import Query
from xiaoguan.ledger.measures.compiler import Compiler, Scan, known_units, mode_of, of_accounts, with_unknown
from xiaoguan.ledger.measures.language import Balance, Component, Distinct, Field, Mean, Measure, Median, Ratio
from xiaoguan.ledger.measures.queries import run
from xiaoguan.ledger.measures.sql import Node, all_of, any_of, case, column, value
from xiaoguan.org.models import Member
from xiaoguan.org.records import unseen_among, unseen_ids

_FEW = 1_000
_POSTING_COLUMNS = ("id", "entry_id", "on_date", "known_at", "account", "why", "quantity", "units", "person_id")


def query_of(measure: Measure, question: Ask, kind: str) -> Query:
    """The question for the records behind a figure (``objects`` or ``postings``). ValueError for one by groups."""
    if question.by:
        raise ValueError("what stands behind a figure is asked for one group: see member_of_group")
    compiler = Compiler(question)
    item = ("item", column(item_column(measure)))
    where = any_of(
        all_of([of_accounts(with_unknown(part.accounts)), compiler.where(Scan(mode_of(measure), part.where))])
        for part in dict.fromkeys(measure.aggregate.components())
    )
    if kind == "postings":
        return Query(kind, (item, *((name, column(name)) for name in _POSTING_COLUMNS)), where)
    return Query(kind, (item, *_adds(measure, compiler), ("on_date", column("on_date"))), where)


def _adds(measure: Measure, compiler: Compiler) -> Iterable[tuple[str, Node]]:
    """What a posting adds above the line, below it, to the units and to the unknown ones."""
    parts = measure.aggregate.components()
    nothing = value(0)
    mode = mode_of(measure)

    def of(part: Component, accounts: Iterable[str], what: Node) -> Node:
        return case([(all_of([of_accounts(accounts), compiler.filtered(part.where, mode)]), what)], nothing)

    yield "over", of(parts[0], parts[0].accounts, column(str(parts[0].field)))
    match measure.aggregate:
        case Ratio(_over, under):
            yield "under", of(under, under.accounts, column(str(under.field)))
        case Mean(part) | Median(part):
            yield "under", of(part, with_unknown(part.accounts), known_units(part))
        case _:
            yield "under", nothing
    last = parts[-1]
    unknown = [name for name in with_unknown(last.accounts) if name.endswith(UNKNOWN_SUFFIX)]
    yield "units", of(last, last.accounts, column("units"))
    counted = any(part.field is Field.QUANTITY for part in parts)
    yield "unknown", of(last, unknown, column("units")) if counted and unknown else nothing


def item_column(measure: Measure) -> str:
    """The column of postings by which the records are told apart."""
    return measure.aggregate.column if isinstance(measure.aggregate, Distinct) else "object_key"


def left_of(measure: Measure) -> str:
    """Objects of which nothing is left are no part of a balance, a median or a distinct count."""
    match measure.aggregate:
        case Median():
            return "under"
        case Distinct():
            return "over"
        case Balance():
            return "any"
    return ""


def unseen_keys(measure: Measure, question: Ask, member: Member | None) -> set[int] | None:
    """The keys of the few records that this viewer may not open; None where they are not few, or not known."""
    if member is None:
        return set()
    kinds = {account(name).objects for name in measure.account_keys()}
    if isinstance(measure.aggregate, Distinct) or len(kinds) != 1:
        return None
    kind = kinds.pop()
    hidden = unseen_ids(member, kind)
    if hidden is None:
        hidden = unseen_among(member, kind, lambda: _numbers(measure, question))
    return None if hidden is None or len(hidden) > _FEW else {object_key(kind, number) for number in hidden}


def _numbers(measure: Measure, question: Ask) -> list[int]:
    """The ids of all records behind the figure."""
    query = replace(query_of(measure, question, "objects"), kind="keys", left=left_of(measure))
    return [split_key(row[0])[1] for row in run(query)]
