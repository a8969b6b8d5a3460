"""The story of the demo company, day by day: a pure function of size, seed and as-of day.

It ends with the day before the as-of day. Nothing here knows of a database or of the clock.
"""

from bisect import bisect
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any, Final

from xiaoguan.config.demo import words
from xiaoguan.config.demo.chances import Fate, Setting
from xiaoguan.config.demo.lives import Life
from xiaoguan.config.demo.market import Market
from xiaoguan.config.demo.people import People, Person
from xiaoguan.config.demo.sizes import Size
from xiaoguan.config.demo.workdays import Workdays
from xiaoguan.lib.demo import DoTask, EnterCustomer, GiveTask, HandCustomer, moment

DAYS: Final = 730
# Customers from before are entered in the weeks before the first deal.
_BEFORE: Final = 40
_HANDED: Final = 17 * 60 + 45
_TASKS_AROUND: Final = (-2, 0, 1, 3, 6)
_ONE_IS_LATE: Final = 4
_LONG_AGO: Final = (61, 150)
_LATELY: Final = (10, 60)


class Story:
    """All that happens in the company. ``people`` stand from the beginning; ``days()`` tells the rest in order."""

    def __init__(self, size: Size, seed: int, as_of: date) -> None:
        self.size, self.as_of = size, as_of
        self._random = Random(seed)
        first = as_of - timedelta(days=DAYS)
        self._workdays = Workdays(first - timedelta(days=_BEFORE), as_of - timedelta(days=1))
        self.begins = self._workdays.on_or_after(first)
        self.people = People(size, self._random, self._workdays, as_of)
        self._market = Market(self._random)
        self._books: list[list[int]] = [[] for _ in self.people.people]
        self._setting = Setting(size, self._random, self._workdays, self.people, as_of)
        self._later: dict[date, list[Any]] = {}
        self._forgotten_in: set[int] = set()
        self._moved_in: set[int] = set()
        self._deals = self._tasks = 0
        self.told = 0

    @property
    def total(self) -> int:
        """How many deals and customers there will be, for saying how far it is."""
        return self.size.deals + self.size.customers

    def days(self) -> Iterator[tuple[date, list[Any]]]:
        """Each working day with its steps in the order of their minutes."""
        days = self._workdays.story()
        before = [day for day in days if day < self.begins]
        during = days[len(before) :]
        known = int(self.size.customers * self.size.known)
        for place, day in enumerate(before, start=1):
            yield day, self._customers(day, known * place // len(before))
        shares = _from_zero(self._workdays.shares()[len(before) - 1 :])
        for day, share in zip(during, shares, strict=True):
            steps = self._customers(day, known + int((self.size.customers - known) * share))
            steps += self._later.pop(day, ())
            steps += self._open(day, round(self.size.deals * share))
            steps += self._later.pop(day, ())
            steps += self._leave(day)
            if day == during[-1]:
                steps += self._todo(day)
            steps.sort(key=_minute)
            self.told = self._deals + self._market.count
            yield day, steps

    def _customers(self, day: date, until: int) -> list[Any]:
        there, loads = self.people.weights(day)
        steps: list[Any] = []
        while self._market.count < until:
            steps.append(self._enter(there[bisect(loads, self._random.random() * loads[-1])], day))
        self.told = self._deals + self._market.count
        return steps

    def _enter(self, owner: Person, day: date) -> EnterCustomer:
        entered = self._market.enter(self.people.region_of(owner, day), owner.number, day)
        self._books[owner.number].append(entered.number)
        return entered

    def _open(self, day: date, until: int) -> list[Any]:
        """The deals opened on a day; what follows from them waits for its own day."""
        there, loads = self.people.weights(day)
        steps: list[Any] = []
        while self._deals < until:
            owner = there[bisect(loads, self._random.random() * loads[-1])]
            if self._deals == self.size.deals - 1:
                owner = self.people.sellers[0]  # every visitor meets her
            book = self._books[owner.number]
            if not book:
                steps.append(self._enter(owner, day))
            # Those who bought long ago come again more often than those met yesterday.
            customer = book[int(len(book) * self._random.random() ** 1.4)]
            life = Life(self._setting, self._deals, owner.number, customer, day, self._tasks)
            steps.append(life.opening(self._fate(owner, day)))
            self._deals, self._tasks = self._deals + 1, life.tasks
            for on, step in life.steps:
                if on <= self._workdays.last:
                    self._later.setdefault(on, []).append(step)
        return steps

    def _fate(self, owner: Person, day: date) -> Fate:
        """Every team has a deal that was forgotten and one that has just moved on; the very last deal is fresh."""
        if self._deals == self.size.deals - 1:
            return Fate.FRESH
        if self._first_of_team(owner, day, _LONG_AGO, self._forgotten_in):
            return Fate.FORGOTTEN
        return Fate.MOVES_LATE if self._first_of_team(owner, day, _LATELY, self._moved_in) else Fate.USUAL

    def _first_of_team(self, owner: Person, day: date, ago: tuple[int, int], met: set[int]) -> bool:
        """Whether it is the first deal of the owner's team within so many days."""
        if not (ago[0] <= (self.as_of - day).days <= ago[1]) or owner.last_day is not None:
            return False
        unit = owner.unit_on(self.as_of)
        first = unit not in met
        met.add(unit)
        return first

    def _leave(self, day: date) -> list[Any]:
        """Customers of those who leave today go to whoever takes over."""
        steps: list[Any] = []
        for person in self.people.people:
            if person.last_day == day and person.heir is not None:
                book, self._books[person.number] = self._books[person.number], []
                lead = self.people.manager_of(person, day)
                steps += [HandCustomer(_HANDED, lead, customer, person.heir) for customer in book]
                self._books[person.heir] += book
        return steps

    def _todo(self, day: date) -> list[Any]:
        """What everybody who sells has to do around the as-of day, given on the last day of the story."""
        steps: list[Any] = []
        for order, person in enumerate(self.people.sellers):
            book = self._books[person.number]
            if not person.present(day) or not book:
                continue
            for place, distance in enumerate(_TASKS_AROUND):
                if distance < 0 and order % _ONE_IS_LATE:
                    continue
                customer = self._random.choice(book)
                title = words.TASKS[(place + person.number) % len(words.TASKS)]
                minute = self._random.randint(14 * 60, 17 * 60)
                due = max(self.as_of + timedelta(days=distance), day)
                steps.append(GiveTask(minute, person.number, self._tasks, title, due, customer, None, None))
                self._tasks += 1
            done = moment(day, 17 * 60 + 30)
            title = words.TASKS[person.number % len(words.TASKS)]
            steps.append(GiveTask(9 * 60 + 30, person.number, self._tasks, title, day, book[0], None, done))
            steps.append(DoTask(17 * 60 + 30, person.number, self._tasks))
            self._tasks += 1
        return steps


def _minute(step: Any) -> int:
    minute: int = step.minute
    return minute


def _from_zero(shares: list[float]) -> list[float]:
    """Shares of what follows the first one, from 0 to 1."""
    base = shares[0]
    return [(share - base) / (1 - base) for share in shares[1:]]
