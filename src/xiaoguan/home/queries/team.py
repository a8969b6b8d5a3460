"""A manager's Monday: who needs him, how the team stands, and what moved in its pipeline."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Final

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from xiaoguan.analysis.columns import Cell, column
from xiaoguan.deals.queries import attention
from xiaoguan.deals.queries.attention import Resting
from xiaoguan.deals.queries.open_deals import open_deals
from xiaoguan.home import figures, needs, policy
from xiaoguan.home.figures import HomeFigure, Seen
from xiaoguan.home.moved import Movement, movement
from xiaoguan.home.needs import Waiting
from xiaoguan.home.rules import Home
from xiaoguan.journal.kinds import MEMBER, UNIT
from xiaoguan.ledger.measures.answers import Answer
from xiaoguan.ledger.measures.figures import Figure
from xiaoguan.lib.addresses import address_of
from xiaoguan.lib.beside import begin
from xiaoguan.org.models import Member
from xiaoguan.org.records import labels_of
from xiaoguan.org.tree import UnitTree
from xiaoguan.ui import format as write
from xiaoguan.ui.parts import Choice as Segment

FLOWS: Final = ("won_amount", "won_count", "win_rate", "activity_count")
COLUMNS: Final = ("won_amount", "pipeline_amount", "win_rate", "activity_count")
BY_PERSON_UP_TO: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamLine:
    """A person (or a team) with figures; ``size`` is what its bar shows."""

    id: int
    label: str
    cells: tuple[Cell, ...]
    size: Decimal
    resting: Resting


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamTable:
    """The people side by side; the footer's figures are worked out at their own level."""

    by_person: bool
    columns: tuple[str, ...]
    lines: list[TeamLine]
    total: tuple[Cell, ...]
    resting: Resting
    largest: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """The home of whoever answers for others."""

    today: date
    sentence: str
    scope: str
    periods: list[Segment]
    figures: list[HomeFigure]
    table: TeamTable
    waiting: Waiting
    kinds: list[Segment]
    moved: Movement
    alone: bool


def team_page(member: Member, at: datetime, today: date, period_kind: str) -> Team:
    """Everything of the people for whom the member answers."""
    period = figures.asked_period(period_kind, today)
    unit = policy.team_unit(member, today)
    persons = policy.team_of(member, today, unit)
    seen = figures.seen_by(member, period, at, unit=unit)
    waits = begin(partial(needs.waiting, member, persons, today))
    rests = begin(lambda: attention.by_owner(open_deals(member, persons, today)))
    moved = movement(seen)
    by = "person" if len(persons) <= BY_PERSON_UP_TO else "team"
    answer = seen.ask((*FLOWS, "pipeline_amount", "pipeline_count"), (by,))
    waiting, resting = waits(), rests()
    return Team(
        today=today,
        sentence=_sentence(today, waiting),
        scope=seen.viewer.frame.scope,
        periods=figures.period_choices(Home.TEAM, period),
        figures=_figures(seen, answer, moved, today),
        table=_table(seen, answer, resting, persons, today),
        waiting=waiting,
        kinds=kind_links(waiting),
        moved=moved,
        alone=persons <= {member.pk},
    )


def _sentence(today: date, waiting: Waiting) -> str:
    day = write.day(today, "short", language=get_language() or "zh-hans")
    if not waiting.total:
        return _("%(day)s: nothing waits for you") % {"day": day}
    words = {"day": day, "n": waiting.words}
    return ngettext("%(day)s: %(n)s thing waits for you", "%(day)s: %(n)s things wait for you", waiting.total) % words


def kind_links(waiting: Waiting) -> list[Segment]:
    """All of a kind, each on its list."""
    words = {needs.DEALS: _("Deals"), needs.CUSTOMERS: _("Silent customers"), needs.TASKS: _("Overdue tasks")}
    return [
        Segment(label=words[kind], url=f"{address_of('needs')}?kind={kind}", count=min(many, needs.MOST))
        for kind, many in waiting.counts.items()
    ]


def _figures(seen: Seen, answer: Answer, moved: Movement, today: date) -> list[HomeFigure]:
    period = seen.viewer.choice.period
    before = seen.ask(FLOWS, period=figures.as_far(period, period.previous(), today))
    since, choice = figures.since_words(period), seen.viewer.choice
    found = answer.measures
    shown = {
        key: seen.shown(found[key].measure, found[key].total, choice, before.measures[key].total, since)
        for key in FLOWS
    }
    item = found["pipeline_amount"].measure
    stands = seen.shown(item, moved.closing, moved.choice, moved.opening, _("since last Monday"))
    return [shown["won_amount"], stands, shown["win_rate"], shown["won_count"], shown["activity_count"]]


def _table(seen: Seen, answer: Answer, resting: dict[int, Resting], persons: set[int], today: date) -> TeamTable:
    by, found = answer.ask.by[0], answer.measures
    columns = {key: column(by, seen.viewer.choice, found[key]) for key in COLUMNS}
    of = {key: {group[0]: figure for group, figure in found[key].groups.items()} for key in COLUMNS}
    counts = resting if by == "person" else _by_team(resting, today)
    ids = {value for rows in of.values() for value in rows if isinstance(value, int)} | set(counts)
    ids |= _present(persons) if by == "person" else set()
    names = labels_of(MEMBER if by == "person" else UNIT, ids)
    lines = [
        TeamLine(
            id=pk,
            label=names.get(pk, str(pk)),
            cells=tuple(one.of(of[key].get(pk), pk) for key, one in columns.items()),
            size=_size(of["won_amount"].get(pk)),
            resting=counts.get(pk, Resting()),
        )
        for pk in ids
    ]
    lines.sort(key=lambda line: (-line.size, -(line.cells[1].value or 0), line.label))
    return TeamTable(
        by_person=by == "person",
        columns=tuple(one.head for one in columns.values()),
        lines=lines,
        total=tuple(one.whole(found[key].total) for key, one in columns.items()),
        resting=_sum(resting.values()),
        largest=max((line.size for line in lines), default=Decimal(0)),
    )


def _size(figure: Figure | None) -> Decimal:
    return Decimal(0) if figure is None or figure.value is None else figure.value


def _sum(counts: Iterable[Resting]) -> Resting:
    rows = list(counts)
    return Resting(sum(row.resting for row in rows), sum(row.no_step for row in rows))


def _present(persons: set[int]) -> set[int]:
    """Those who are still here: somebody without any figure belongs to the team too."""
    return set(Member.objects.filter(pk__in=persons, removed=False, left_on=None).values_list("pk", flat=True))


def _by_team(resting: dict[int, Resting], today: date) -> dict[int, Resting]:
    tree = UnitTree.load()
    result: dict[int, Resting] = {}
    for person, counts in resting.items():
        unit = tree.unit_of(person, today)
        team = tree.ancestor(unit, "team", today) if unit is not None else None
        if team is not None:
            result[team] = _sum([result.get(team, Resting()), counts])
    return result
