"""What is done for whoever bought: somebody asks every few weeks how the machine does."""

from collections.abc import Iterator
from datetime import date, timedelta

from xiaoguan.config.demo import chances, words
from xiaoguan.config.demo.chances import Setting
from xiaoguan.lib.demo import LogActivity


def calls_after_win(setting: Setting, owner: int, customer: int, won_on: date) -> Iterator[tuple[date, LogActivity]]:
    """The calls and visits of the year after a win, as far as the story tells of them."""
    random, last = setting.random, setting.days.last
    told_from, until = setting.as_of - chances.CARE_TOLD, min(won_on + chances.CARE_FOR, last)
    manner = setting.people.people[owner].manner or chances.PLAIN
    often = min(setting.size.activities / 3, 1) * (0.9 + 0.08 * manner.care)
    on = _next(setting, won_on)
    while on <= until:
        by = _looks_after(setting, owner, on)
        if by is not None and on >= told_from and random.random() < often:
            yield on, _call(setting, by, customer)
        on = _next(setting, on)


def _next(setting: Setting, day: date) -> date:
    return setting.days.on_or_after(day + timedelta(days=setting.random.randint(*chances.CARE_EVERY)))


def _call(setting: Setting, by: int, customer: int) -> LogActivity:
    random = setting.random
    text = random.choice(words.CARE)
    kind = "visit" if text.startswith("上门") else "call"
    minute, length = random.randint(*chances.MORNING), random.randrange(*words.MINUTES[kind], 5)
    return LogActivity(minute, by, kind, customer, None, length, text)


def _looks_after(setting: Setting, owner: int, day: date) -> int | None:
    """The owner, or whoever took over from him."""
    person = setting.people.people[owner]
    while not person.present(day):
        if person.heir is None:
            return None
        person = setting.people.people[person.heir]
    return person.number
