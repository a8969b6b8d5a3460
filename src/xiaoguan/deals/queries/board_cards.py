"""The cards of the board: twenty a column by expected close, those without one last; all columns in two queries."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q, QuerySet

from xiaoguan.deals import policy, rules
from xiaoguan.deals.models import Deal
from xiaoguan.deals.queries.board_sums import NO_STAGE
from xiaoguan.deals.queries.pace import StagePace, stage_paces
from xiaoguan.ledger.rows import converted
from xiaoguan.lib.money import to_stored
from xiaoguan.lib.planning import found_elsewhere, found_then_sorted, met_in_order
from xiaoguan.lib.prepared import Prepared
from xiaoguan.org.models import Member

CARDS: Final = 20
FEW: Final = 2_000
"""So many deals of a column are sooner found by whose they are (or by what else filters them) than met in order."""
_SHOWN: Final = (
    "id", "name", "stage_id", "amount", "currency", "rate", "due_on", "stage_since", "next_step", "next_step_on",
    "owner_id", "owner__name", "customer_id", "customer__name",
    "customer__short_name",
)  # fmt: skip


def _as_cards(deals: QuerySet[Deal]) -> QuerySet[Deal]:
    return deals.select_related("customer", "owner").only(*_SHOWN).order_by()


_shown = Prepared(lambda ids: _as_cards(Deal.objects.filter(pk__in=ids)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """An open deal on the board. ``days`` in its stage, ``rests`` too long there; ``may_move``: the member may change
    it."""

    deal: Deal
    days: int | None
    rests: bool
    overdue: bool
    may_move: bool

    @property
    def key(self) -> int:
        return self.deal.stage_id or NO_STAGE

    @property
    def worth(self) -> int:
        """In the company's currency, in 1/10,000; 0 where the amount is not known."""
        return 0 if self.deal.amount is None else converted(to_stored(self.deal.amount), self.deal.rate)

    @property
    def place(self) -> str:
        return Place(due_on=self.deal.due_on, deal_id=self.deal.pk).written


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a card stands in its column."""

    due_on: date | None
    deal_id: int

    @property
    def written(self) -> str:
        return f"{self.due_on or 'none'}.{self.deal_id}"

    @classmethod
    def read(cls, text: str) -> "Place | None":
        """From an address; None for what is no place, which begins at the top."""
        day, _dot, number = text.partition(".")
        if not (number.isascii() and number.isdigit() and len(number) < 19):
            return None
        try:
            return cls(due_on=None if day == "none" else date.fromisoformat(day), deal_id=int(number))
        except ValueError:
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pile:
    """Cards in their order; ``after`` names the last one's place where more follow."""

    cards: list[Card]
    after: str


def first_cards(deals: QuerySet[Deal], counts: Mapping[int, int], member: Member, today: date) -> dict[int, Pile]:
    """The first cards of each of these columns, of which the number of deals is known."""
    wanted = list(counts)
    ids = _ids([list(_legs(deals, stage_id, None, few=count <= FEW)) for stage_id, count in counts.items()])
    by_stage = defaultdict(list)
    for card in _in_order(_shown(ids), member, today):
        by_stage[card.key].append(card)
    return {stage_id: _pile(by_stage[stage_id]) for stage_id in wanted}


def further_cards(deals: QuerySet[Deal], stage_id: int, after: Place | None, member: Member, today: date) -> Pile:
    """The next cards of one column."""
    few = _column(deals, stage_id)[: FEW + 1].count() <= FEW
    ids = _ids([list(_legs(deals, stage_id, after, few=few))])
    return _pile(_in_order(_shown(ids), member, today))


def cards_of(deals: QuerySet[Deal], ids: Iterable[int], member: Member, today: date) -> list[Card]:
    """The cards of those of these ids that are among the deals, in the board's order."""
    return _in_order(_as_cards(deals.filter(pk__in=list(ids))), member, today)


def _in_order(found: Iterable[Deal], member: Member, today: date) -> list[Card]:
    movable, paces = policy.possible_owners(member, "deals.edit"), stage_paces(today)
    return sorted((_card(deal, movable, paces, today) for deal in found), key=_order)


def _card(deal: Deal, movable: set[int] | None, paces: Mapping[int, StagePace], today: date) -> Card:
    days = max((today - deal.stage_since).days, 0) if deal.stage_since else None
    pace = paces.get(deal.stage_id) if deal.stage_id else None
    return Card(
        deal=deal,
        days=days,
        rests=rules.rests_too_long(days, pace.median if pace else None),
        overdue=deal.due_on is not None and deal.due_on < today,
        may_move=movable is None or deal.owner_id in movable,
    )


def _order(card: Card) -> tuple[bool, date, int]:
    due = card.deal.due_on
    return due is None, due or date.max, card.deal.pk


def _pile(cards: Sequence[Card]) -> Pile:
    shown = list(cards[:CARDS])
    return Pile(cards=shown, after=shown[-1].place if len(cards) > CARDS else "")


def _column(deals: QuerySet[Deal], stage_id: int) -> QuerySet[Deal]:
    found = deals.filter(stage_id=stage_id) if stage_id != NO_STAGE else deals.filter(stage_id__isnull=True)
    return found.order_by()


def _legs(deals: QuerySet[Deal], stage_id: int, after: Place | None, *, few: bool) -> Iterator[QuerySet[Deal]]:
    for leg in _stretches(_column(deals, stage_id), after):
        if few:
            yield found_then_sorted(found_elsewhere(leg, "stage_id", "due_on"), "due_on", "id")
        else:
            yield met_in_order(leg, "due_on", "id", starts="stage_id", within="state")


def _stretches(column: QuerySet[Deal], after: Place | None) -> Iterator[QuerySet[Deal]]:
    """A column in two stretches, dated and undated: each is one walk along the index, whatever the database does with
    nulls."""
    dated, undated = column.filter(due_on__isnull=False), column.filter(due_on__isnull=True)
    if after is None:
        yield from (dated, undated)
    elif after.due_on is None:
        yield undated.filter(id__gt=after.deal_id)
    else:
        yield dated.filter(due_on__gte=after.due_on).filter(Q(due_on__gt=after.due_on) | Q(id__gt=after.deal_id))
        yield undated


def _ids(columns: Sequence[Sequence[QuerySet[Deal]]]) -> list[int]:
    """The first ids of each column with one query: every stretch is cut before they are put together."""
    texts: list[str] = []
    values: list[Any] = []
    for number, leg in ((number, leg) for number, legs in enumerate(columns) for leg in legs):
        try:
            text, given = leg.values("id")[: CARDS + 1].query.sql_with_params()
        except EmptyResultSet:
            continue
        texts.append(f"SELECT {number}, {len(texts)}, id FROM ({text}) AS stretch{len(texts)}")
        values += given
    if not texts:
        return []
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(texts), values)
        rows = cursor.fetchall()
    # The undated come only where the dated do not fill the page.
    of_column: dict[int, list[int]] = defaultdict(list)
    for number, _stretch, deal_id in sorted(rows, key=lambda row: row[:2]):
        of_column[number].append(deal_id)
    return [deal_id for ids in of_column.values() for deal_id in ids[: CARDS + 1]]
