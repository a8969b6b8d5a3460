"""Which records moved a balance most in a period, and why: the line beside the picture of what moved."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from xiaoguan.journal.kinds import split_key
from xiaoguan.ledger.accounts import WHY
from xiaoguan.ledger.measures.asking import Ask
from xiaoguan.ledger.measures.attribution import Mode
from xiaoguan.ledger.measures.building import Query
from xiaoguan.ledger.measures.compiler import Compiler, Scan, of_accounts
from xiaoguan.ledger.measures.language import Measure
from xiaoguan.ledger.measures.queries import run, run_totals
from xiaoguan.ledger.measures.redating import REDATE
from xiaoguan.ledger.measures.sql import Node, all_of, column, is_in
from xiaoguan.lib.money import from_stored

_RECORD: Final = ("g0", column("object_key"))
_QUANTITY: Final = ("quantity", column("quantity"))
_WORDS: Final = {code: word for word, code in WHY.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mover:
    """A record with what it added to the balance (or took from it), and the reason that counts most."""

    kind: int
    id: int
    amount: Decimal
    why: str


def movers(balance: Measure, question: Ask, *, most: int) -> list[Mover]:
    """The records whose postings changed the balance most within the question's period, the largest change first.
    Changes that take each other back (a stage moved, a day changed) are none."""
    compiler, part = Compiler(question), balance.aggregate.components()[0]
    where = all_of([of_accounts(part.accounts), compiler.where(Scan(Mode.MOVED, part.where))])
    # Who moved most is found where the postings are: in a large company they are tens of thousands.
    ranked = [row[0] for row in run(Query("largest", (_RECORD, _QUANTITY), where, ("g0",), most))]
    why = _by_why(all_of([where, is_in(column("object_key"), ranked)])) if ranked else {}
    return [_mover(key, why[key], question) for key in ranked]


def _by_why(where: Node) -> dict[int, dict[int, int]]:
    """What each record added, reason by reason."""
    columns = (_RECORD, ("g1", column("why")), _QUANTITY, ("units", column("units")))
    totals = run_totals(Query("totals", columns, where, ("g0", "g1")))
    return {key: {why: sums.quantity for (why,), sums in by_why.items()} for key, by_why in totals.items()}


def _mover(key: int, by_why: dict[int, int], question: Ask) -> Mover:
    kind, number = split_key(key)
    main = max(by_why, key=lambda why: abs(by_why[why]))
    why = _WORDS[main]
    if why == REDATE and question.due is not None:
        why = "redated_in" if by_why[main] > 0 else "redated_out"
    return Mover(kind=kind, id=number, amount=from_stored(sum(by_why.values())), why=why)
