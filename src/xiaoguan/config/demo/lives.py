"""The life of one deal, thought out when it is opened: how it moves, rests, changes hands and ends."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from xiaoguan.config.demo import chances, words
from xiaoguan.config.demo.care import calls_after_win
from xiaoguan.config.demo.chances import Fate, Setting
from xiaoguan.config.demo.people import Manner
from xiaoguan.lib.demo import (
    DealStep,
    DoTask,
    GiveTask,
    HandDeal,
    LogActivity,
    LoseDeal,
    MoveDeal,
    OpenDeal,
    PlanDeal,
    PriceDeal,
    RedateDeal,
    ReopenDeal,
    UncloseDeal,
    WinDeal,
    moment,
)


class Life:
    """Makes the steps of one deal. ``steps`` holds all of them with their days, in the order in which they happen."""

    __slots__ = (
        "_abandoned", "_activity", "_amount", "_customer", "_day", "_due", "_minute", "_number", "_owner", "_price",
        "_set", "steps", "tasks",
    )  # fmt: skip

    def __init__(self, setting: Setting, number: int, owner: int, customer: int, day: date, tasks: int) -> None:
        self._set, self._number, self._owner, self._customer, self._day = setting, number, owner, customer, day
        self._minute, self._abandoned, self.tasks = 0, False, tasks
        self._amount: Decimal | None = None
        self._price = chances.THOUSAND
        self._due = day
        self._activity = setting.size.activities / 3
        self.steps: list[tuple[date, Any]] = []

    def opening(self, fate: Fate) -> OpenDeal:
        """Open the deal and think its life out; ``steps`` afterwards holds what follows."""
        random, manner = self._set.random, self._manner()
        place = random.choices(range(len(words.PRODUCTS)), words.PRODUCT_WEIGHTS)[0]
        product = words.PRODUCTS[place]
        pieces = random.choice((1, 1, 1, 1, 2, 2, 3))
        price = product.price * pieces * manner.size * random.lognormvariate(0, 0.3)
        self._price = max(Decimal(int(price / 1000)) * chances.THOUSAND, chances.THOUSAND)
        amount = self._amount = self._price if random.random() > 0.07 else None
        expected = int(sum(chances.DAYS) * manner.pace * random.uniform(0.55, 1.3))
        due_on = self._due = self._usual_due(self._day + timedelta(days=max(expected, 10)))
        self._minute = random.randint(*chances.OPENED)
        opened = self._minute
        opener = self._owner
        self._live(fate)
        self.steps.sort(key=_when)
        changes = tuple((on, step) for on, step in self.steps if isinstance(step, _CHANGES))
        name = product.sold_as + random.choice(words.SUFFIXES)
        source = random.choices(range(len(words.SOURCES)), words.SOURCE_WEIGHTS)[0]
        return OpenDeal(opened, opener, self._number, name, self._customer, place, source, amount, due_on, changes)

    # --- the course of things -------------------------------------------------------------------------------

    def _live(self, fate: Fate) -> None:
        match fate:
            case Fate.USUAL:
                self._think()
            case Fate.FORGOTTEN:
                self._work_until(0, date.max, rest=chances.DAYS[0], silent=True)
            case Fate.MOVES_LATE:
                rest = (self._set.as_of - self._day).days - self._set.random.randint(3, 7)
                if self._go_on(0, 1, rest):
                    self._work_until(1, date.max, rest=chances.DAYS[1])

    def _think(self) -> None:
        """Stage by stage until the deal is closed, is given up by everybody, or the story ends."""
        random = self._set.random
        self._give_task()
        self._plan_next(0, chance=0.9)
        stage = 0
        while True:
            manner = self._manner()
            rest = max(int(random.lognormvariate(chances.LOG_DAYS[stage], chances.SPREAD) * manner.pace), 1)
            if random.random() >= chances.GOES_ON[stage] ** (1 / manner.skill):
                self._fail(stage, rest)
                return
            if stage == chances.LAST_STAGE or (stage >= 2 and random.random() < 0.1):
                self._succeed(stage, rest)
                return
            to = stage + 2 if stage < 3 and random.random() < 0.07 else stage + 1
            if not self._go_on(stage, to, rest):
                return
            stage = to

    def _go_on(self, stage: int, to: int, rest: int) -> bool:
        random = self._set.random
        day = self._set.days.on_or_after(self._day + timedelta(days=rest))
        if not self._work_until(stage, day, rest):
            return False
        self._add(day, MoveDeal(self._time(day, chances.AFTERNOON), self._owner, self._number, to))
        if self._amount is None:
            self._reprice(day, self._price)
        elif to >= 2 and random.random() < 0.28:
            self._reprice(day, self._price * random.choice((88, 92, 95, 97, 105, 112)) / 100)
        self._plan_next(to, chance=0.95)
        self._give_task()
        return True

    def _succeed(self, stage: int, rest: int) -> None:
        random, days = self._set.random, self._set.days
        day = days.on_or_after(self._day + timedelta(days=rest))
        rush = days.rush(day, within=35)
        if rush and random.random() < 0.4:
            day = random.choice(rush)
        if self._work_until(stage, day, rest):
            self._close_won(stage, day)

    def _close_won(self, stage: int, day: date) -> None:
        random = self._set.random
        agreed: Decimal | None = self._amount
        if agreed is None or random.random() < 0.25:
            agreed = chances.rounded(self._price * random.choice((90, 94, 96, 98, 100)) / 100)
        chance = random.random()
        mistake, back = chance < 0.012, 0.012 <= chance < 0.02
        self._add(day, WinDeal(self._time(day, chances.AFTERNOON), self._owner, self._number, agreed, mistake or back))
        if mistake:
            self._unclose(stage)
        elif back:
            self._amount = agreed
            self._reopen(stage, random.randint(25, 120))
        else:
            self.steps += calls_after_win(self._set, self._owner, self._customer, day)

    def _fail(self, stage: int, rest: int) -> None:
        """Lost before long; of some nothing is heard any more, and a few are forgotten for weeks before somebody notes
        that they ended."""
        random, days = self._set.random, self._set.days
        forgotten = random.random() > 0.86 + 0.12 * self._manner().care
        silent = forgotten or random.random() < 0.12
        rest = rest + random.randint(20, 90) if forgotten else int(rest * random.uniform(0.6, 1.5)) + 2
        day = days.on_or_after(self._day + timedelta(days=rest))
        if not self._work_until(stage, day, rest, silent=silent):
            return
        reason = (
            chances.NO_ANSWER
            if silent
            else random.choices(range(len(chances.REASONS[stage])), chances.REASONS[stage])[0]
        )
        back = random.random() < 0.015
        lost = LoseDeal(self._time(day, chances.AFTERNOON), self._owner, self._number, self._amount, reason, back)
        self._add(day, lost)
        if back:
            self._reopen(stage, random.randint(30, 150))

    def _unclose(self, stage: int) -> None:
        """Somebody closed the wrong deal and sees it a day or two later."""
        day = self._set.days.later(self._day, self._set.random.randint(1, 3))
        if not self._still_there(day):
            return
        self._add(day, UncloseDeal(self._set.random.randint(*chances.REOPENED), self._owner, self._number))
        self._end_again(stage)

    def _reopen(self, stage: int, after: int) -> None:
        day = self._set.days.on_or_after(self._day + timedelta(days=after))
        if not self._still_there(day):
            return
        self._add(day, ReopenDeal(self._set.random.randint(*chances.REOPENED), self._owner, self._number))
        self._end_again(stage)

    def _end_again(self, stage: int) -> None:
        random, days = self._set.random, self._set.days
        rest = random.randint(4, 40)
        day = days.on_or_after(self._day + timedelta(days=rest))
        if not self._work_until(stage, day, rest):
            return
        if random.random() < 0.6:
            agreed = self._amount if self._amount is not None else self._price
            self._add(day, WinDeal(self._time(day, chances.AFTERNOON), self._owner, self._number, agreed, False))
        else:
            reason = random.choices(range(len(chances.REASONS[stage])), chances.REASONS[stage])[0]
            lost = LoseDeal(self._time(day, chances.AFTERNOON), self._owner, self._number, self._amount, reason, False)
            self._add(day, lost)

    # --- between two stages ---------------------------------------------------------------------------------

    def _work_until(self, stage: int, day: date, rest: int, *, silent: bool = False) -> bool:
        """Activities, new dates and hand-overs until a day; False where that day does not come in this story."""
        random, days = self._set.random, self._set.days
        began = self._day
        expected = self._activity * (0.3 if silent else 1.0)
        count = int(expected + random.random())
        span = (rest // 4 if silent else rest) or 1
        when = sorted(days.on_or_after(began + timedelta(days=random.randint(0, span))) for _ in range(count))
        for on in when:
            if on <= day and not (self._until(on) and self._log(stage, on)):
                return False
        if self._until(day):
            return True
        self._still_open(stage, silent=silent)
        return False

    def _until(self, day: date) -> bool:
        """Let pass what comes before a day; False where nobody cares for the deal any more or the story ends first."""
        last = self._set.days.last
        while not self._abandoned:
            left = self._set.people.people[self._owner].last_day
            horizon = min(day, last, left or last)
            if self._due < horizon:
                self._redate()
            elif left is not None and left < day:
                self._hand_over(left)
            else:
                return day <= last
        return False

    def _redate(self) -> None:
        random, days = self._set.random, self._set.days
        on = max(days.on_or_before(self._due - timedelta(days=random.randint(0, 4))), self._day)
        due_on = self._usual_due(max(self._due, on) + timedelta(days=random.choice((14, 21, 30, 45))))
        if random.random() < 0.45 + 0.5 * self._manner().care:
            self._add(on, RedateDeal(self._time(on, chances.MORNING), self._owner, self._number, due_on))
            self._due = due_on
        else:
            self._due = date.max  # nobody looks at the date any more

    def _hand_over(self, left: date) -> None:
        people, random = self._set.people, self._set.random
        leaver = people.people[self._owner]
        if leaver.heir is None or random.random() < 0.08 or left > self._set.days.last:
            self._abandoned = True
            return
        handed = HandDeal(chances.HANDED, people.manager_of(leaver, left), self._number, leaver.heir)
        self._add(left, handed)
        self._owner = leaver.heir

    def _still_there(self, day: date) -> bool:
        left = self._set.people.people[self._owner].last_day
        return day <= self._set.days.last and (left is None or day <= left)

    def _still_open(self, stage: int, *, silent: bool) -> None:
        """The story ends with the deal open: somebody careful has a next step for the days to come."""
        random, days = self._set.random, self._set.days
        if self._abandoned or silent or random.random() > self._manner().care:
            return
        day = days.on_or_before(self._set.as_of - timedelta(days=random.randint(1, 12)))
        if day <= self._day or not self._still_there(day):
            return
        if self._activity > 0.5:
            self._log(stage, day)
        due = days.on_or_after(self._set.as_of + timedelta(days=random.choice((-2, -1, 0, 0, 1, 2, 3, 4, 6, 8, 12))))
        text = random.choice(words.NEXT_STEPS[stage])
        self._add(day, PlanDeal(self._time(day, chances.AFTERNOON), self._owner, self._number, text, max(due, day)))

    # --- single steps ---------------------------------------------------------------------------------------

    def _add(self, day: date, step: DealStep | LogActivity) -> None:
        self.steps.append((day, step))
        self._day, self._minute = day, step.minute

    def _time(self, day: date, between: tuple[int, int]) -> int:
        """A minute of the day, after what happened to the deal before."""
        minute = self._set.random.randint(*between)
        if day == self._day and minute <= self._minute:
            return min(self._minute + 3, max(chances.LATEST, self._minute))
        return minute

    def _log(self, stage: int, day: date) -> bool:
        random = self._set.random
        kind = random.choices(chances.KINDS, chances.KIND_WEIGHTS)[0]
        length = words.MINUTES.get(kind)
        minutes = random.randrange(*length, 5) if length else None
        text = random.choice(words.TALK[kind][stage])
        minute = self._time(day, chances.MORNING)
        self._add(day, LogActivity(minute, self._owner, kind, self._customer, self._number, minutes, text))
        return True

    def _reprice(self, day: date, amount: Decimal) -> None:
        amount = chances.rounded(amount)
        if amount == self._amount:
            return
        self._amount = self._price = amount
        self._add(day, PriceDeal(self._time(day, chances.AFTERNOON), self._owner, self._number, amount))

    def _plan_next(self, stage: int, *, chance: float) -> None:
        random = self._set.random
        if random.random() > chance * (0.7 + 0.3 * self._manner().care):
            return
        text = random.choice(words.NEXT_STEPS[stage])
        on = self._set.days.later(self._day, random.randint(2, 9))
        self._add(self._day, PlanDeal(self._time(self._day, chances.AFTERNOON), self._owner, self._number, text, on))

    def _give_task(self) -> None:
        setting, random = self._set, self._set.random
        if random.random() > setting.size.tasks / 2.2:
            return
        due = setting.days.later(self._day, random.randint(2, 8))
        done = setting.days.later(due, random.choice((-1, -1, 0, 0, 0, 1)))
        minute = random.randint(*chances.AFTERNOON)
        given = self._time(self._day, chances.AFTERNOON)
        does = self._still_there(done) and done > self._day and random.random() < 0.97 + 0.03 * self._manner().care
        number, self.tasks = self.tasks, self.tasks + 1
        task = GiveTask(
            given, self._owner, number, random.choice(words.TASKS), due, self._customer, self._number,
            moment(done, minute) if does else None,
        )  # fmt: skip
        self.steps.append((self._day, task))
        if does:
            self.steps.append((done, DoTask(minute, self._owner, number)))

    def _manner(self) -> Manner:
        return self._set.people.people[self._owner].manner or chances.PLAIN

    def _usual_due(self, day: date) -> date:
        """People like to write the end of a month."""
        if self._set.random.random() < 0.5:
            return day
        following = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
        return following - timedelta(days=1)


_CHANGES: Final = (
    MoveDeal, PriceDeal, RedateDeal, HandDeal, PlanDeal, WinDeal, LoseDeal, UncloseDeal, ReopenDeal,
)  # fmt: skip


def _when(told: tuple[date, Any]) -> tuple[date, int]:
    return told[0], told[1].minute
