"""The way of a deal through its stages: when it came to each, how long it stayed, and how long deals usually do."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from xiaoguan.deals import rules
from xiaoguan.deals.models import Deal, Stage
from xiaoguan.deals.queries.pace import StagePace, twelve_months_before
from xiaoguan.journal.facts import deals as facts
from xiaoguan.journal.recording import Recorded
from xiaoguan.ledger.measures.language import measure
from xiaoguan.ui import format as write
from xiaoguan.ui.parts import Definition


@dataclass(frozen=True, slots=True, kw_only=True)
class Joint:
    """A step of the way. ``stage_id`` is where a press moves the deal, None where it moves nowhere."""

    label: str
    since: str = ""
    stay: str = ""
    pace: Definition | None = None
    state: Literal["", "done", "now", "lost"] = ""
    warn: bool = False
    stage_id: int | None = None


@dataclass(slots=True)
class Stays:
    """By stage: the last day on which the deal came to it, and all days it spent there before it went on."""

    came: dict[int, date] = field(default_factory=dict)
    spent: dict[int, int] = field(default_factory=dict)

    def leave(self, stage_id: int | None, days: int | None) -> None:
        if stage_id is not None and days is not None:
            self.spent[stage_id] = self.spent.get(stage_id, 0) + days

    def enter(self, stage_id: int | None, day: date) -> None:
        if stage_id is not None:
            self.came[stage_id] = day


def stays(entries: Iterable[Recorded]) -> Stays:
    """Read from the standing entries of a deal, oldest first."""
    found = Stays()
    for entry in entries:
        match entry.fact:
            case facts.DealStageChanged() as moved:
                found.leave(moved.stage_from, moved.stage_days)
                found.enter(moved.stage_id, entry.on_date)
            case facts.DealWon() | facts.DealLost() as closed:
                found.leave(closed.stage_id, closed.stage_days)
            case facts.DealCreated() | facts.DealOpenedAtStart() as opened:
                found.enter(opened.stage_id, entry.on_date)
    return found


def days_by_stage(deal: Deal, found: Stays, today: date) -> dict[int, int]:
    """All days in each stage, several stays added up, the present one until today."""
    days = dict(found.spent)
    if deal.state == rules.OPEN and deal.stage_id is not None and deal.stage_since is not None:
        days[deal.stage_id] = days.get(deal.stage_id, 0) + max((today - deal.stage_since).days, 0)
    return days


def way(
    deal: Deal,
    stages: list[Stage],
    entries: Iterable[Recorded],
    paces: Mapping[int, StagePace],
    today: date,
    *,
    movable: bool,
) -> list[Joint]:
    """The joints of the deal's stages, then how it ended or may end."""
    found = stays(entries)
    days = days_by_stage(deal, found, today)
    joints = []
    for stage in stages:
        here = stage.pk == deal.stage_id
        spent, pace = days.get(stage.pk), paces.get(stage.pk)
        came = deal.stage_since if here and deal.state == rules.OPEN else found.came.get(stage.pk)
        joints.append(
            Joint(
                label=str(stage),
                since=_day(came),
                stay=_stay(spent, pace),
                pace=_definition(spent, pace, today),
                state=_state(deal, stage),
                warn=rules.rests_too_long(spent, pace.median if pace else None),
                stage_id=stage.pk if movable and not here else None,
            )
        )
    return [*joints, _end(deal)]


def _state(deal: Deal, stage: Stage) -> Literal["", "done", "now", "lost"]:
    here = stage.pk == deal.stage_id
    if here and deal.state != rules.WON:
        return "lost" if deal.state == rules.LOST else "now"
    passed = deal.stage is not None and stage.position < deal.stage.position
    return "done" if here or passed else ""


def _end(deal: Deal) -> Joint:
    won = pgettext("deal", "Won")
    if deal.state == rules.WON:
        return Joint(label=won, since=_day(deal.closed_on), state="now")
    if deal.state == rules.LOST:
        # Where the stage is known, the joint of that stage already carries the loss.
        return Joint(label=pgettext("deal", "Lost"), since=_day(deal.closed_on), state="" if deal.stage_id else "lost")
    return Joint(label=won, since=_("expected %(day)s") % {"day": _day(deal.due_on)} if deal.due_on else "")


def _stay(days: int | None, pace: StagePace | None) -> str:
    if days is None:
        return ""
    spent = days_in_words(days)
    return _("%(days)s, median %(median)s") % {"days": spent, "median": write.number(pace.median)} if pace else spent


def _definition(days: int | None, pace: StagePace | None, today: date) -> Definition | None:
    if days is None or pace is None:
        return None
    return Definition(
        label=_stay(days, pace),
        text=_("Amber: more than twice the median, and a week at least. That is a hint to look, not a verdict."),
        formula=measure("stage_days_median").formula,
        period=twelve_months_before(today).label,
        scope=people_in_words(pace),
    )


def people_in_words(pace: StagePace) -> str:
    """Whose median it is, and of how many."""
    words = ngettext("The whole company, %(n)s deal", "The whole company, %(n)s deals", pace.count)
    return words % {"n": write.number(pace.count)}


def days_in_words(days: int) -> str:
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}


def _day(day: date | None) -> str:
    return write.day(day, "narrow", language=get_language() or "zh-hans") if day else ""
