"""What moved since last Monday in what should close in a period: the picture that adds up, and the deals that moved
most. Closes expected in other periods are left out; new days that lead in or out are steps of their own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from xiaoguan.analysis.choice import Choice
from xiaoguan.analysis.pictures import Waterfall, waterfall
from xiaoguan.analysis.words import WHY_NAMES
from xiaoguan.deals.queries.records import customers_of
from xiaoguan.home.figures import Seen
from xiaoguan.home.rules import last_monday
from xiaoguan.journal.kinds import DEAL
from xiaoguan.ledger.measures.figures import Figure
from xiaoguan.ledger.measures.language import measure
from xiaoguan.ledger.measures.movement import moved
from xiaoguan.ledger.measures.movers import Mover, movers
from xiaoguan.lib.periods import Period
from xiaoguan.org.models import Member
from xiaoguan.org.records import open_records

_SHOWN: Final = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedDeal:
    """A deal that moved the pipeline; without address where the viewer may not open it any more."""

    label: str
    url: str | None
    why: object
    amount: Decimal
    won: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """Since a day: the waterfall, the balance before and now, the deals that moved most. ``choice`` is what all of it
    was asked for."""

    since: date
    choice: Choice
    picture: Waterfall
    opening: Figure
    closing: Figure
    deals: Sequence[MovedDeal]

    @property
    def anything(self) -> bool:
        """Whether there is anything to draw at all."""
        return bool(self.opening.numerator or self.closing.numerator or len(self.picture.lines) > 2)


def movement(seen: Seen) -> Movement:
    """What moved in the viewer's pipeline due in his period, from last Monday to today."""
    viewer, due = seen.viewer, seen.viewer.choice.period
    since = last_monday(viewer.today)
    choice = Choice(period=Period(since, viewer.today, due.fiscal_start_month), unit=viewer.choice.unit, due=due)
    at = seen.viewer_at(choice)
    balance, question = measure("pipeline_amount"), at.ask(())
    found = moved(balance, question)
    return Movement(
        since=since,
        choice=choice,
        picture=waterfall(found, at.frame, money=True),
        opening=found.opening,
        closing=found.closing,
        deals=_deals(viewer.member, movers(balance, question, most=_SHOWN)),
    )


def _deals(member: Member, most: Sequence[Mover]) -> list[MovedDeal]:
    """Those that the member may open, with their customers."""
    records = open_records(member, [(item.kind, item.id) for item in most])
    customers = customers_of(item.id for item in most if item.kind == DEAL)
    return [
        MovedDeal(
            label=" · ".join(part for part in (customers.get(item.id), record.label) if part),
            url=record.url,
            why=WHY_NAMES[item.why],
            amount=item.amount,
            won=item.why == "won",
        )
        for item in most
        if (record := records[item.kind, item.id]).label
    ]
