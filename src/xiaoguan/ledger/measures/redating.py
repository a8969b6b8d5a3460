"""What came into a stretch of expected closes and what left it, where a balance is asked for that stretch alone.

A new day within the stretch changes nothing. A deal counts once, by what is left of all its new days together.
"""

from collections import defaultdict
from dataclasses import replace
from typing import Final

from xiaoguan.ledger.accounts import UNKNOWN_SUFFIX, all_accounts
from xiaoguan.ledger.measures.asking import Ask
from xiaoguan.ledger.measures.attribution import Mode
from xiaoguan.ledger.measures.building import Query
from xiaoguan.ledger.measures.compiler import Compiler, Scan, with_unknown
from xiaoguan.ledger.measures.figures import Figure, Source, Sums, figure
from xiaoguan.ledger.measures.language import Filter, Measure
from xiaoguan.ledger.measures.queries import run_totals
from xiaoguan.ledger.measures.sql import column

REDATE: Final = "redate"
REDATED: Final = {"redated_in": 1, "redated_out": -1}


def redated(balance: Measure, question: Ask) -> dict[str, Figure]:
    """What deals brought into the stretch and took out of it by their new days; without the side where none did."""
    part = balance.aggregate.components()[0]
    of_deals: dict[int, dict[Source, Sums]] = defaultdict(dict)
    sources = {item.code: Source(part.where, item.key) for item in all_accounts()}
    for code, deals in run_totals(_by_deal(balance, question)).items():
        for (deal,), sums in deals.items():
            of_deals[deal][sources[code]] = sums
    sides: dict[int, list[dict[Source, Sums]]] = defaultdict(list)
    for cell in of_deals.values():
        sides[_side(cell)].append(cell)
    cells = {why: sides[side] for why, side in REDATED.items()}
    return {why: replace(figure(balance, _sum(found)), count=len(found)) for why, found in cells.items() if found}


def asks_of_redated(question: Ask) -> Ask:
    """The question whose postings are those of new days."""
    return replace(question, filters=(*question.filters, Filter("why", (REDATE,))))


def side(quantity: int, units: int, unknown: int) -> int:
    """+1 for a deal that came in, −1 for one that left, 0 for one that was there before and after. One that left and
    came back with another amount goes by the difference."""
    return _sign(units) or _sign(quantity) or _sign(unknown)


def _by_deal(balance: Measure, question: Ask) -> Query:
    compiler, part = Compiler(asks_of_redated(question)), balance.aggregate.components()[0]
    groups = (("g0", column("object_key")),)
    return compiler.sums(Scan(Mode.MOVED, part.where), with_unknown(part.accounts), groups)


def _side(cell: dict[Source, Sums]) -> int:
    quantity = units = unknown = 0
    for source, sums in cell.items():
        if source.account.endswith(UNKNOWN_SUFFIX):
            unknown += sums.units
        else:
            quantity, units = quantity + sums.quantity, units + sums.units
    return side(quantity, units, unknown)


def _sum(cells: list[dict[Source, Sums]]) -> dict[Source, Sums]:
    parts: dict[Source, list[Sums]] = defaultdict(list)
    for cell in cells:
        for source, sums in cell.items():
            parts[source].append(sums)
    return {
        source: Sums(sum(item.quantity for item in found), sum(item.units for item in found))
        for source, found in parts.items()
    }


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)
