"""What moved in the open pipeline since last Monday: the picture that adds up, and the deals that moved most."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from xiaoguan.analysis.choice import Choice
from xiaoguan.analysis.pictures import Waterfall, waterfall
from xiaoguan.analysis.words import WHY_NAMES
from xiaoguan.home.figures import Seen
from xiaoguan.home.rules import last_monday
from xiaoguan.ledger.measures.figures import Figure
from xiaoguan.ledger.measures.language import measure
from xiaoguan.ledger.measures.movement import moved
from xiaoguan.ledger.measures.movers import movers
from xiaoguan.lib.periods import Period
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
    """Since a day: the waterfall, the balance before and now, the deals that moved most."""

    since: date
    picture: Waterfall
    opening: Figure
    closing: Figure
    deals: Sequence[MovedDeal]

    @property
    def anything(self) -> bool:
        """Whether there is anything to draw at all."""
        return bool(self.opening.numerator or self.closing.numerator or len(self.picture.lines) > 2)


def movement(seen: Seen) -> Movement:
    """What moved in the viewer's pipeline from last Monday to today."""
    viewer = seen.viewer
    since = last_monday(viewer.today)
    period = Period(since, viewer.today, viewer.choice.period.fiscal_start_month)
    at = seen.viewer_at(Choice(period=period, unit=viewer.choice.unit))
    balance, question = measure("pipeline_amount"), at.ask(())
    found = moved(balance, question)
    most = movers(balance, question, most=_SHOWN)
    records = open_records(viewer.member, [(item.kind, item.id) for item in most])
    return Movement(
        since=since,
        picture=waterfall(found, at.frame, money=True),
        opening=found.opening,
        closing=found.closing,
        deals=[
            MovedDeal(
                label=records[item.kind, item.id].label or "",
                url=records[item.kind, item.id].url,
                why=WHY_NAMES[item.why],
                amount=item.amount,
                won=item.why == "won",
            )
            for item in most
            if records[item.kind, item.id].label
        ],
    )
