"""The board of open deals: its columns with count and sums, their cards in order, and what was won and lost lately."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xiaoguan.deals import policy
from xiaoguan.deals.models import Deal, Stage
from xiaoguan.deals.queries.board_cards import Card, Pile, Place, cards_of, first_cards, further_cards
from xiaoguan.deals.queries.board_sums import NO_STAGE, Sum, Sums, sums_from_books, sums_from_table
from xiaoguan.lib.periods import Period
from xiaoguan.org.models import Member

NOTHING = Sum()


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A stage with its deals. ``key`` is its id; ``cards`` None: not asked for; ``after`` is set where more follow."""

    key: int
    name: str
    words: str
    probability: int | None
    sum: Sum
    cards: list[Card] | None = None
    after: str = ""

    @property
    def weighted(self) -> Decimal | None:
        """The sum times the stage's probability; None where either is not known."""
        if self.probability is None or self.sum.amount is None:
            return None
        return self.sum.amount * self.probability / 100

    @property
    def takes(self) -> bool:
        """Whether deals can be moved here."""
        return self.key != NO_STAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """``won`` and ``lost`` are counts of the period; ``shown`` is the column that a phone shows."""

    columns: list[Column]
    won: Sum
    lost: Sum
    shown: int | None = None

    @property
    def empty(self) -> bool:
        return not any(column.sum.count for column in self.columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class Looking:
    """Who looks at which deals, when. ``deals`` None: nothing is filtered, so the sums come from the books."""

    member: Member
    today: date
    period: Period
    deals: QuerySet[Deal] | None = None

    @property
    def open_deals(self) -> QuerySet[Deal]:
        found = policy.visible_deals(self.member) if self.deals is None else self.deals
        return found.filter(state=Deal.State.OPEN)

    def sums(self) -> Sums:
        if self.deals is None:
            return sums_from_books(self.member, self.today, self.period)
        return sums_from_table(self.deals, self.period)


def heads(looking: Looking, stages: Sequence[Stage], *, keep_no_stage: bool = False) -> Board:
    """The board with its sums, without cards. ``keep_no_stage``: that column is on the page, empty or not."""
    sums = looking.sums()
    return Board(
        columns=_columns(stages, sums, keep_no_stage),
        won=sums.closed.get(Deal.State.WON, NOTHING),
        lost=sums.closed.get(Deal.State.LOST, NOTHING),
    )


def _columns(stages: Sequence[Stage], sums: Sums, keep_no_stage: bool) -> list[Column]:
    """The stages in their order; before them what stands in none, where there is such a deal."""
    columns = [
        Column(
            key=stage.pk,
            name=str(stage),
            words=_buyer_words(stage),
            probability=stage.probability,
            sum=sums.by_stage.get(stage.pk, NOTHING),
        )
        for stage in stages
    ]
    without = sums.by_stage.get(NO_STAGE, NOTHING)
    if not without.count and not keep_no_stage:
        return columns
    words = _("Give each deal the stage that its buyer has reached")
    return [Column(key=NO_STAGE, name=_("No stage"), words=words, probability=None, sum=without), *columns]


def _buyer_words(stage: Stage) -> str:
    return stage.buyer_words_en if stage.buyer_words_en and get_language() == "en" else stage.buyer_words


def board(looking: Looking, stages: Sequence[Stage], *, shown: int | None = None, all_cards: bool = True) -> Board:
    """The board with the first cards of all columns, or of the ``shown`` one alone (else the first that has deals)."""
    found = heads(looking, stages)
    keys = [column.key for column in found.columns]
    if shown not in keys:
        filled = (column.key for column in found.columns if column.sum.count)
        shown = next(filled, keys[0] if keys else None)
    asked = {column.key: column.sum.count for column in found.columns if all_cards or column.key == shown}
    piles = first_cards(looking.open_deals, asked, looking.member, looking.today)
    columns = [_filled(column, piles.get(column.key)) for column in found.columns]
    return replace(found, columns=columns, shown=shown)


def _filled(column: Column, pile: Pile | None) -> Column:
    return column if pile is None else replace(column, cards=pile.cards, after=pile.after)


def further(looking: Looking, stage_id: int, after: str) -> Pile:
    """The cards of one column behind a place; from the top where the place cannot be read."""
    return further_cards(looking.open_deals, stage_id, Place.read(after), looking.member, looking.today)


def cards(looking: Looking, ids: Iterable[int]) -> list[Card]:
    """The cards of these deals, as far as they are open and the filters leave them."""
    return cards_of(looking.open_deals, ids, looking.member, looking.today)
