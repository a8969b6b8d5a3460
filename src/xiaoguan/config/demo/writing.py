"""Write the story of the demo company into an empty database: by the actions that people use, or a day at a time.

Both ways carry out the same steps in the same order, so that they lead to the same rows, entries and postings.
"""

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, Final

from django.db import connection, transaction

from xiaoguan.config.demo import words
from xiaoguan.config.demo.people import SIGN_INS, Person
from xiaoguan.config.demo.sizes import SIZES
from xiaoguan.config.demo.story import Story
from xiaoguan.config.search import rebuild_search
from xiaoguan.crm import demo as crm
from xiaoguan.crm.models import Contact, Customer
from xiaoguan.deals import demo as deals
from xiaoguan.deals.models import Deal
from xiaoguan.journal.models import Entry, Origin
from xiaoguan.journal.recording import Happening, Signed, record
from xiaoguan.lib import demo as steps
from xiaoguan.lib.bulk import go_on_from
from xiaoguan.lib.demo import Ids, moment
from xiaoguan.lib.indexes import without_indexes
from xiaoguan.org import demo as org
from xiaoguan.org.models import Member
from xiaoguan.services.calendar import demo as calendar
from xiaoguan.services.calendar.models import Activity, Task

# Done, of how many, entries so far.
Progress = Callable[[int, int, int], None]
_OPERATIONS: Final = 2
_TAKING_BACK: Final = (steps.UncloseDeal, steps.ReopenDeal)
_CLOSING: Final = (steps.WinDeal, steps.LoseDeal)
# Worth dropping and making again from so many deals on.
_MANY: Final = 20_000


def has_members() -> bool:
    """Whether anybody is in the database already."""
    return Member.objects.exists()


def fill(
    as_of: date, *, size: str = "small", seed: int = 1, by_actions: bool = False, progress: Progress | None = None
) -> Ids:
    """Fill an empty database with the demo company as it stands on the morning of a day, all or nothing."""
    story = Story(SIZES[size], seed, as_of)
    ids = Ids()
    with transaction.atomic():
        _begin(story, ids)
        if by_actions:
            _by_actions(story, ids)
        else:
            _in_bulk(story, ids, progress or _silent)
        org.let_sign_in(SIGN_INS)
    return ids


def _silent(_done: int, _total: int, _entries: int) -> None:
    pass


def _begin(story: Story, ids: Ids) -> None:
    people = story.people
    org.found(words.COMPANY, [(unit.name, unit.kind, unit.parent) for unit in people.units], people.founded, ids)
    ids.members += [0] * len(people.people)
    deals.arrange(ids)


class _Staff:
    """Lets people come, move and go on their days, in both ways of writing."""

    def __init__(self, story: Story, ids: Ids) -> None:
        self._ids = ids
        self._leads = {person: unit for unit, person in story.people.leads.items()}
        self._coming = _by_day((person.hired, person) for person in story.people.people)
        moves = ((day, (person.number, unit)) for person in story.people.people for day, unit in person.moves)
        self._moving = _by_day(moves)
        self._going = _by_day((person.last_day, person.number) for person in story.people.people if person.last_day)

    def morning(self, day: date) -> None:
        for hired, people in _due(self._coming, day):
            members = org.join(hired, [self._joining(person) for person in people], self._ids)
            for person, member in zip(people, members, strict=True):
                self._ids.members[person.number] = member
        for on, moves in _due(self._moving, day):
            org.move(on, moves, self._ids)

    def evening(self, day: date) -> None:
        for on, people in _due(self._going, day):
            org.let_go(on, people, self._ids)

    def _joining(self, person: Person) -> org.Joining:
        return org.Joining(
            username=person.username,
            name=person.name,
            role=person.role,
            unit=person.unit,
            signs_in=person.username in SIGN_INS,
            leads=self._leads.get(person.number),
        )


def _by_day(pairs: Iterable[tuple[date, Any]]) -> list[tuple[date, list[Any]]]:
    """What falls on each day, the latest day first."""
    days: dict[date, list[Any]] = {}
    for day, what in pairs:
        days.setdefault(day, []).append(what)
    return sorted(days.items(), reverse=True)


def _due(waiting: list[tuple[date, list[Any]]], day: date) -> Iterable[tuple[date, list[Any]]]:
    while waiting and waiting[-1][0] <= day:
        yield waiting.pop()


def _supply(day: date, ids: Ids) -> None:
    if not ids.products:
        products = [(one.line, one.name, one.code, one.price) for one in words.PRODUCTS]
        crm.supply(day, _OPERATIONS, words.SOURCES, products, ids)


def _by_actions(story: Story, ids: Ids) -> None:
    staff, customers, selling, planning = _Staff(story, ids), crm.Acting(ids), deals.Acting(ids), calendar.Acting(ids)
    act: dict[type, Callable[[Any, dict[str, Any]], None]] = {
        steps.EnterCustomer: customers.enter,
        steps.HandCustomer: customers.hand,
        steps.OpenDeal: selling.open,
        steps.MoveDeal: selling.move,
        steps.PriceDeal: selling.price,
        steps.RedateDeal: selling.redate,
        steps.HandDeal: selling.hand,
        steps.PlanDeal: selling.plan,
        steps.WinDeal: selling.win,
        steps.LoseDeal: selling.lose,
        steps.UncloseDeal: selling.unclose,
        steps.ReopenDeal: selling.reopen,
        steps.LogActivity: planning.log,
        steps.GiveTask: planning.give,
        steps.DoTask: planning.do,
    }
    for day, todo in story.days():
        staff.morning(day)
        _supply(day, ids)
        for step in todo:
            who = Member(pk=ids.members[step.by])
            act[type(step)](step, {"by": who, "at": moment(day, step.minute), "origin": Origin.DEMO})
        staff.evening(day)


class _Days:
    """Writes whole days: rows gathered, facts recorded in few calls, in the order of the steps."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        customers, selling, planning = crm.Bulk(ids), deals.Bulk(ids), calendar.Bulk(ids)
        self._selling, self._gathering = selling, (customers, selling, planning)
        change: dict[type, Any] = dict.fromkeys(
            (
                steps.MoveDeal, steps.PriceDeal, steps.RedateDeal, steps.HandDeal, steps.PlanDeal, *_CLOSING,
                *_TAKING_BACK,
            ),
            selling.change,
        )  # fmt: skip
        self._tell: dict[type, Callable[[Any, date, Signed], list[Happening]]] = change | {
            steps.EnterCustomer: customers.enter,
            steps.HandCustomer: customers.hand,
            steps.OpenDeal: selling.open,
            steps.LogActivity: planning.log,
            steps.GiveTask: planning.give,
            steps.DoTask: planning.do,
        }
        self.entries = 0

    def write(self, day: date, todo: list[Any]) -> None:
        """What takes back needs the entries before it, and what follows needs to know of it."""
        start = 0
        for place in range(1, len(todo) + 1):
            ends = place == len(todo) or _takes_back(todo[place]) != _takes_back(todo[start])
            if ends:
                self._record(day, todo[start:place])
                start = place

    def _record(self, day: date, todo: list[Any]) -> None:
        members, told = self._ids.members, list[Happening]()
        closings: list[tuple[int, Any]] = []
        for step in todo:
            signed = Signed(members[step.by], moment(day, step.minute))
            if isinstance(step, _CLOSING) and step.taken_back:
                closings.append((len(told), step))
            told += self._tell[type(step)](step, day, signed)
        for gathered in self._gathering:
            gathered.flush()
        entries = record(told, by=None, at=moment(day, 0), origin=Origin.DEMO)
        for place, step in closings:
            self._selling.remember(step, entries[place])
        self.entries += len(entries)


def _takes_back(step: Any) -> bool:
    return isinstance(step, _TAKING_BACK)


@contextmanager
def _no_searching_for_cycles() -> Iterator[None]:
    """Millions of small values wait for their day; the collector would look at them again and again in vain."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _in_bulk(story: Story, ids: Ids, progress: Progress) -> None:
    staff = _Staff(story, ids)
    models = (Customer, Contact, Deal, Activity, Task)
    tables = (*models, Entry) if story.size.deals + story.size.customers >= _MANY else ()
    with _no_searching_for_cycles(), without_indexes(connection, tables, keep=("entry_customer_day",)):
        writing = _Days(ids)
        for day, todo in story.days():
            staff.morning(day)
            _supply(day, ids)
            writing.write(day, todo)
            staff.evening(day)
            progress(story.told, story.total, writing.entries)
        for model in models:
            go_on_from(model)
    rebuild_search()
