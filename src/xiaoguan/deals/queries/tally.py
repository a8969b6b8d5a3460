"""Count, sum and weighted sum of deals, whole or by group: added up once, in the database, by integers."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.db import connections
from django.db.models import QuerySet

from xiaoguan.deals.models import Deal
from xiaoguan.deals.queries.records import known_stages
from xiaoguan.lib.money import RATE_SCALE, from_stored

_SQL: Final = """
SELECT {group}, stage_id, rate, COUNT(*), COUNT(amount), SUM(amount) FROM ({deals}) AS met
GROUP BY {no_index}{group}, {no_index}stage_id, rate
""".strip()


@dataclass(frozen=True, slots=True)
class Tally:
    """How many deals, how many of unknown amount, and the sums of the others in company currency.

    ``weighted`` counts each amount by the win probability of its stage; where a stage has none, None.
    """

    count: int = 0
    unknown: int = 0
    amount: Decimal = Decimal(0)
    weighted: Decimal | None = Decimal(0)

    @property
    def known_amount(self) -> Decimal | None:
        """The sum, None where no amount is known."""
        return self.amount if self.count > self.unknown else None

    def __add__(self, other: "Tally") -> "Tally":
        weighted = None if self.weighted is None or other.weighted is None else self.weighted + other.weighted
        return Tally(self.count + other.count, self.unknown + other.unknown, self.amount + other.amount, weighted)


def tallies(deals: QuerySet[Deal], group: str = "state", most: int | None = None) -> dict[Any, Tally]:
    """By value of a column: the tally of the deals. ``most``: of so many at most, whichever are met first."""
    inner = deals.order_by().values(*dict.fromkeys((group, "stage_id", "rate", "amount")))
    sql, parameters = (inner if most is None else inner[:most]).query.sql_with_params()
    connection = connections[deals.db]
    named = connection.ops.quote_name(group.rpartition("__")[2])
    with connection.cursor() as cursor:
        # Following an index for the sake of its groups would cost a look at every deal of the company.
        no_index = "+" if connection.vendor == "sqlite" else ""
        cursor.execute(_SQL.format(group=named, deals=sql, no_index=no_index), parameters)
        return folded(cursor.fetchall())


def total(found: Iterable[Tally]) -> Tally:
    """All groups together."""
    result = Tally()
    for one in found:
        result += one
    return result


@dataclass(slots=True)
class _Sums:
    """What adds up to a tally, by integers: amounts times rates, and these times the probabilities in percent."""

    count: int = 0
    known: int = 0
    worth: int = 0
    weighted: int = 0
    can_weigh: bool = True

    def tally(self) -> Tally:
        weighted = _in_company_currency(self.weighted) / 100 if self.can_weigh else None
        return Tally(self.count, self.count - self.known, _in_company_currency(self.worth), weighted)


def folded(rows: Iterable[tuple[Any, ...]]) -> dict[Any, Tally]:
    """Tallies of rows (group, stage, rate, deals, deals of known amount, sum of stored amounts) by their group."""
    probabilities: dict[int | None, int | None] = {stage.pk: stage.probability for stage in known_stages()}
    found: dict[Any, _Sums] = defaultdict(_Sums)
    for group, stage_id, rate, count, known, amount in rows:
        sums, worth, probability = found[group], int(amount or 0) * rate, probabilities.get(stage_id)
        sums.count += int(count)
        sums.known += int(known)
        sums.worth += worth
        sums.weighted += worth * (probability or 0)
        sums.can_weigh = sums.can_weigh and (probability is not None or not worth)
    return {group: sums.tally() for group, sums in found.items()}


def _in_company_currency(worth: int) -> Decimal:
    return from_stored(worth) / RATE_SCALE
