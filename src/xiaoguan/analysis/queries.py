"""Every read of the pages of measures, under the viewer's scope."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from xiaoguan.analysis import overview as page
from xiaoguan.analysis.asking import measure_named
from xiaoguan.analysis.choice import Choice, Opening
from xiaoguan.analysis.opened import Opened, opened_page
from xiaoguan.analysis.pictures import Waterfall, waterfall
from xiaoguan.analysis.viewing import Viewer, viewer_of
from xiaoguan.ledger.measures.answers import Answer
from xiaoguan.ledger.measures.asking import Ask
from xiaoguan.ledger.measures.behind import postings_behind
from xiaoguan.ledger.measures.engine import ask, last_day
from xiaoguan.ledger.measures.language import Filter, Measure, all_measures, measure
from xiaoguan.ledger.measures.movement import SIGNS, asks_of_people, moved
from xiaoguan.ledger.measures.redating import REDATED, asks_of_redated
from xiaoguan.lib.periods import Period
from xiaoguan.org import calendar
from xiaoguan.org.models import Member


def overview(member: Member, choice: Choice, *, at: datetime, start: int = 0) -> page.Overview:
    """The page of measures for a member, its report from the row numbered ``start``."""
    viewer = viewer_of(member, replace(choice, due=None), at)
    frame, choice = viewer.frame, viewer.choice
    answer = _ranked_and_whole(viewer)
    before = ask(viewer.ask((measure("won_amount"),), period=page.period_before(choice.period, viewer.today)))
    found = page.Overview(
        frame=frame,
        sentence=page.sentence(answer.measures["won_amount"], before.measures["won_amount"], choice, viewer.today),
        choices=page.choices(choice, viewer.today, viewer.units),
    )
    if page.nothing_happened(answer.measures.values()):
        found = replace(found, latest=_latest(viewer))
        if page.nothing_stands(answer.measures.values()):
            return found
    day = choice.on or min(choice.period.end, max(viewer.today, choice.period.start))
    return replace(
        found,
        sheets=page.sheets(answer, frame),
        board=_ranked_board(viewer, answer, start),
        moved=_moved(viewer, answer),
        open_on=day,
        stages=_stages(viewer, day),
    )


def further(member: Member, choice: Choice, *, at: datetime, start: int) -> page.Board:
    """Rows of the report alone, from the one numbered ``start``."""
    viewer = viewer_of(member, replace(choice, due=None), at)
    return _ranked_board(viewer, _ranked(viewer), start)


def _ranked_board(viewer: Viewer, answer: Answer, start: int) -> page.Board:
    title = _("Who contributed what?")
    return page.board(answer, page.RANKED, viewer.frame, title, url=viewer.choice.url(), start=start)


def _ranked(viewer: Viewer) -> Answer:
    return ask(viewer.ask(tuple(measure(key) for key in page.RANKED), (viewer.choice.by,)))


def _ranked_and_whole(viewer: Viewer) -> Answer:
    """The ranked measures by their groups; of the others, which nobody sees by groups here, the whole alone."""
    ranked, whole = _ranked(viewer), ask(viewer.ask(_left_out()))
    return replace(ranked, measures=ranked.measures | whole.measures)


def _left_out() -> tuple[Measure, ...]:
    return tuple(item for item in all_measures() if item.key not in page.RANKED)


def others(member: Member, choice: Choice, *, at: datetime, start: int = 0) -> page.Others:
    """The measures that are not ranked, by what the page of measures is grouped by, from the row numbered ``start``."""
    viewer = viewer_of(member, replace(choice, due=None), at)
    left_out = _left_out()
    answer = ask(viewer.ask(left_out, (viewer.choice.by,)))
    keys = [item.key for item in left_out]
    url = viewer.choice.others_url
    board = page.board(answer, keys, viewer.frame, _("The other measures"), url=url, start=start)
    return page.Others(frame=viewer.frame, board=board)


def _filters(opening: Opening) -> tuple[Filter, ...]:
    group = () if opening.group is None else (Filter(opening.group, (opening.value,)),)
    return group if opening.customer is None else (*group, Filter("customer", (opening.customer,)))


def _asks(question: Ask, moved: str | None) -> dict[str, Any]:
    """What stands behind a figure: one question, several of the people who moved, or one side of the new days."""
    if moved is None:
        return {"asks": [question]}
    if moved in REDATED:
        return {"asks": [asks_of_redated(question)], "only_side": REDATED[moved]}
    return {"asks": asks_of_people(question, moved), "sign": SIGNS[moved]}


def _latest(viewer: Viewer) -> Choice | None:
    """The last period of the same kind in which anything was counted, where this one is empty."""
    day = last_day(viewer.ask(tuple(all_measures())))
    if day is None or day in viewer.choice.period:
        return None
    kind = viewer.choice.period.kind
    period = calendar.current(kind if kind in ("month", "quarter", "year") else "quarter", day)
    return replace(viewer.choice, period=period, on=None)


def _moved(viewer: Viewer, answer: Answer) -> Waterfall:
    """In money; in deals where no amount is known."""
    question = viewer.ask(())
    in_money = moved(measure("pipeline_amount"), question)
    stands = [in_money.opening, in_money.closing, *(step.figure for step in in_money.steps)]
    if any(item.numerator for item in stands) or not any(item.unknown for item in stands):
        return waterfall(in_money, viewer.frame, money=True)
    return waterfall(moved(measure("pipeline_count"), question), viewer.frame, money=False)


def _stages(viewer: Viewer, day: date) -> page.Board:
    """What was open on a day, by stage."""
    at_day = replace(viewer.choice, period=Period(day, day, viewer.choice.period.fiscal_start_month))
    keys = ("pipeline_amount", "pipeline_count")
    answer = ask(viewer.ask(tuple(measure(key) for key in keys), ("stage",), at_day.period))
    return page.board(answer, keys, replace(viewer.frame, choice=at_day), _("What was open?"))


def opened(member: Member, opening: Opening, *, after: str | None, at: datetime) -> Opened:
    """A figure with the records behind it. Refusal for a measure that does not exist."""
    viewer = viewer_of(member, opening.choice, at)
    item = measure_named(opening.measure)
    question = viewer.ask((item,))
    question = replace(question, filters=_filters(opening))
    behind = postings_behind(item, after=after, member=member, **_asks(question, opening.moved))
    figure = None if opening.moved else ask(question).measures[item.key].total
    return opened_page(item, opening, viewer.frame, figure, behind, member)
