"""Every decision about a deal, as pure functions: what may happen to it, on which day, and how it stood before."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, Literal

from django.utils.translation import gettext as _

from xiaoguan.journal.facts import deals as facts
from xiaoguan.journal.facts.base import Fact
from xiaoguan.lib.money import MAX_AMOUNT
from xiaoguan.lib.refusal import Refusal

OPEN: Final = 1
WON: Final = 2
LOST: Final = 3
REMOVED: Final = 4

_REST_AT_LEAST: Final = 7
_REST_WITHOUT_MEDIAN: Final = 30
CLOSE_SOON: Final = 7
CLOSE_LONG_PAST: Final = 30
_SILENT_AFTER: Final = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the rules need to know of a deal."""

    state: int
    opened_on: date
    closed_on: date | None
    due_on: date | None
    amount: Decimal | None
    stage_id: int | None
    stage_since: date | None
    owner_id: int


def check_amount(amount: Decimal | None, *, field: str = "amount") -> None:
    """Refuse an amount below zero or beyond what the books can hold; None (not known) is fine."""
    if amount is None:
        return
    if amount < 0:
        raise Refusal(
            _("An amount cannot be below zero. Leave it empty if it is not known; record a return by re-opening."),
            field=field,
        )
    if amount > MAX_AMOUNT:
        raise Refusal(_("This amount is larger than the books can hold. Check the digits."), field=field)


def check_new(*, opened_on: date, due_on: date | None, amount: Decimal | None, today: date) -> None:
    """Refuse a deal opened in the future, expected to close before it was opened, or with an impossible amount."""
    if opened_on > today:
        raise Refusal(_("A deal cannot be opened in the future (%(day)s).") % {"day": opened_on}, field="opened_on")
    check_due(due_on, opened_on)
    check_amount(amount)


def check_due(due_on: date | None, opened_on: date) -> None:
    """Refuse an expected close before the day on which the deal was opened."""
    if due_on and due_on < opened_on:
        raise Refusal(
            _("The expected close %(due)s is before the deal was opened (%(opened)s).")
            % {"due": due_on, "opened": opened_on},
            field="due_on",
        )


def check_open(deal: Standing) -> None:
    """Refuse to change a deal that is closed or removed."""
    if deal.state == WON:
        raise Refusal(
            _("This deal was won on %(day)s. Re-open it first.") % {"day": deal.closed_on}, code="already_closed"
        )
    if deal.state == LOST:
        raise Refusal(
            _("This deal was lost on %(day)s. Re-open it first.") % {"day": deal.closed_on}, code="already_closed"
        )
    if deal.state == REMOVED:
        raise Refusal(_("This deal was removed."), code="removed")


def check_stage(stage_pipeline_id: int | None, pipeline_id: int) -> None:
    """Refuse a stage of another pipeline, or one that does not exist."""
    if stage_pipeline_id != pipeline_id:
        raise Refusal(_("This stage does not belong to the deal's pipeline."), field="stage")


def move_of(deal: Standing, *, seen_in: int | None, to: int) -> Literal["go", "there", "overtaken"]:
    """What becomes of a move of a deal that somebody saw in a stage: it goes, is there already, or went elsewhere."""
    if deal.state == OPEN and deal.stage_id == to:
        return "there"
    return "go" if deal.state == OPEN and deal.stage_id == seen_in else "overtaken"


def check_close(deal: Standing, *, on: date, today: date) -> None:
    """Refuse to close a deal that is not open, in the future, or before it was opened."""
    check_open(deal)
    if on > today:
        raise Refusal(_("The closing day %(day)s lies in the future.") % {"day": on}, field="on")
    if on < deal.opened_on:
        raise Refusal(
            _("The closing day %(day)s is before the deal was opened (%(opened)s).")
            % {"day": on, "opened": deal.opened_on},
            field="on",
        )


def check_came_back(deal: Standing, *, on: date, today: date) -> None:
    """Refuse to re-open what is not closed, before it was closed, or in the future."""
    if deal.state not in (WON, LOST):
        raise Refusal(_("Only a won or lost deal can be re-opened."), code="not_closed")
    if deal.closed_on and on < deal.closed_on:
        raise Refusal(
            _("The customer cannot have come back before the deal was closed (%(day)s).") % {"day": deal.closed_on},
            field="on",
        )
    if on > today:
        raise Refusal(_("The day %(day)s lies in the future.") % {"day": on}, field="on")


def days_in_stage(deal: Standing, on: date) -> int | None:
    """Days spent in the present stage until a day; None where the stage or its beginning is not known."""
    if deal.stage_id is None or deal.stage_since is None:
        return None
    return max((on - deal.stage_since).days, 0)


def weighted(amount: Decimal, probability: int) -> Decimal:
    """An open amount by the win probability of its stage, in percent."""
    return (amount * probability / 100).quantize(Decimal("0.01"))


def rests_too_long(days: int | None, median: Decimal | None) -> bool:
    """Whether a deal has been in its stage for too long: more than twice the median, and a week at least; where too
    few deals have left the stage to know a median, more than a month."""
    if days is None:
        return False
    if median is None:
        return days > _REST_WITHOUT_MEDIAN
    return days >= _REST_AT_LEAST and days > 2 * median


def longest_rest(median: Decimal | None) -> int:
    """The most days in a stage that are not too long: ``rests_too_long`` turned round, to ask many deals at once."""
    return _REST_WITHOUT_MEDIAN if median is None else max(_REST_AT_LEAST - 1, int(2 * median))


class Need(StrEnum):
    """Why somebody should look at an open deal, the most urgent first."""

    OVERDUE = "overdue"
    NO_STEP = "no_step"
    LATE_STEP = "late_step"
    RESTS = "rests"
    SILENT = "silent"


def needs(
    deal: Standing,
    *,
    has_step: bool,
    step_on: date | None,
    median: Decimal | None,
    last_contact_on: date | None,
    today: date,
) -> dict[Need, int]:
    """What an open deal needs somebody to look at, the most urgent first, each with its days (0: no days to speak of).

    ``median`` is that of its stage, ``last_contact_on`` the day of the last activity, None where there was none yet.
    """
    if deal.state != OPEN:
        return {}
    rests = days_in_stage(deal, today)
    silent = (today - (last_contact_on or deal.opened_on)).days
    late = (today - step_on).days if has_step and step_on else 0
    overdue = (today - deal.due_on).days if deal.due_on else 0
    found = (
        (Need.OVERDUE, overdue > 0, overdue),
        (Need.NO_STEP, not has_step, 0),
        (Need.LATE_STEP, late > 0, late),
        (Need.RESTS, rests_too_long(rests, median), rests or 0),
        (Need.SILENT, silent > _SILENT_AFTER, silent),
    )
    return {need: days for need, true, days in found if true}


def before(fact: Fact) -> Mapping[str, Any]:
    """The row values that a deal had before a fact: what taking that fact back restores.

    Refused for facts that are not the last word of a single change (a creation is taken back by removing).
    """
    match fact:
        case facts.DealWon() | facts.DealLost():
            return {"state": OPEN, "closed_on": None, "loss_reason_id": None} | {
                "amount": fact.amount, "rate": fact.rate,
            }  # fmt: skip
        case facts.DealStageChanged(stage_from=stage_from):
            return {"stage_id": stage_from}
        case facts.DealAmountChanged(amount_from=amount_from):
            return {"amount": amount_from}
        case facts.DealRedated(due_from=due_from):
            return {"due_on": due_from}
        case facts.DealTransferred(person_from=person_from):
            return {"owner_id": person_from}
        case facts.DealDetailsChanged():
            return {
                "customer_id": fact.customer_from, "product_id": fact.product_from, "source_id": fact.source_from,
            }  # fmt: skip
        case facts.WonDealReopened():
            return {"state": WON, "amount": fact.won_amount, "rate": fact.won_rate}
        case facts.LostDealReopened():
            return {"state": LOST, "amount": fact.lost_amount, "rate": fact.lost_rate}
    raise Refusal(_("This step cannot be taken back."), code="not_reversible")


def with_amount(fact: facts.Position, wrong: Decimal | None, right: Decimal | None) -> tuple[facts.Position, bool]:
    """A fact as it should have been told, had the amount been right, and whether older entries carry the error too.

    Used to correct a typing error: every entry that carried the wrong amount is told again.
    """
    changes: dict[str, Any] = {}
    for name in ("amount", "won_amount", "lost_amount"):
        if hasattr(fact, name) and getattr(fact, name) == wrong:
            changes[name] = right
    began = isinstance(fact, facts.DealCreated | facts.DealOpenedAtStart | facts.DealAmountChanged)
    return replace(fact, **changes), "amount" in changes and not began
