"""The people of the demo company: who sells where from when until when, and how well."""

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate
from random import Random
from typing import Final, NamedTuple

from xiaoguan.config.demo.sizes import Size
from xiaoguan.config.demo.words import COMPANY, GIVEN, NUMERALS, PINYIN, REGIONS, SURNAMES
from xiaoguan.config.demo.workdays import Workdays

SIGN_INS: Final = ("admin", "director", "manager", "rep", "ops", "finance", "hr")
FOUNDED_DAYS: Final = 1_500
_RAMP_DAYS: Final = 120
# Username, name, role, days since hiring, for those without a team.
_STAFF: Final = (
    ("admin", "管明", "administrator", 1500),
    ("director", "顾承远", "director", 1400),
    ("ops", "何敏", "operations", 900),
    ("finance", "钱一诺", "finance", 1100),
    ("hr", "孙若兰", "hr", 800),
)
_MANAGERS: Final = (("manager", "沈嘉禾"), ("xu.jing", "徐静"), ("zhao.qihang", "赵启航"), ("liang.wei", "梁伟"))
# Username, name, place of the team among all teams.
_SELLERS: Final = (
    ("rep", "林晓雯", 0),
    ("wang.haoran", "王浩然", 0),
    ("zhu.lin", "朱琳", 0),
    ("zhou.ziang", "周子昂", 2),
    ("huang.siyu", "黄思语", 2),
    ("he.jiajun", "何家俊", 3),
)


class Manner(NamedTuple):
    """How somebody sells, lastingly: share of deals won, days taken, how many, how large, how carefully."""

    skill: float
    pace: float
    load: float
    size: float
    care: float


@dataclass(slots=True, kw_only=True)
class Person:
    """``moves``: (day, unit) of later teams; ``last_day`` and ``heir`` (a person's number) where somebody leaves."""

    number: int
    username: str
    name: str
    role: str
    unit: int
    hired: date
    manner: Manner | None = None
    moves: list[tuple[date, int]] = field(default_factory=list)
    last_day: date | None = None
    heir: int | None = None

    def unit_on(self, day: date) -> int:
        places = [start for start, _unit in self.moves]
        place = bisect_right(places, day)
        return self.moves[place - 1][1] if place else self.unit

    def present(self, day: date) -> bool:
        return self.hired <= day and (self.last_day is None or day <= self.last_day)


class UnitPlan(NamedTuple):
    name: str
    kind: str
    parent: int | None
    region: str


class People:
    """Units and people by number; the first of each are the same in every company of a size."""

    def __init__(self, size: Size, random: Random, days: Workdays, as_of: date) -> None:
        self._random, self._days, self._as_of = random, days, as_of
        self.founded = as_of - timedelta(days=FOUNDED_DAYS)
        self.units: list[UnitPlan] = []
        self.people: list[Person] = []
        self.leads: dict[int, int] = {}
        self._names: set[str] = set()
        self._found(size)
        self._hire_staff(size)
        self._hire_sellers(size)
        self._move_some()
        self._let_some_leave(size)

    @property
    def sellers(self) -> list[Person]:
        return [person for person in self.people if person.manner]

    def manager_of(self, person: Person, day: date) -> int:
        return self.leads[person.unit_on(day)]

    def region_of(self, person: Person, day: date) -> str:
        return self.units[person.unit_on(day)].region

    def weights(self, day: date) -> tuple[list[Person], list[float]]:
        """Who sells on a day, and running sums of how much; newcomers begin slowly."""
        there = [person for person in self.sellers if person.present(day)]
        loads = []
        for person in there:
            assert person.manner
            loads.append(person.manner.load * (0.4 if (day - person.hired).days < _RAMP_DAYS else 1.0))
        return there, list(accumulate(loads))

    # --- founding and hiring --------------------------------------------------------------------------------

    def _found(self, size: Size) -> None:
        self.units.append(UnitPlan(COMPANY, "company", None, REGIONS[0]))
        for region, count in zip(REGIONS, size.teams, strict=False):
            parent = len(self.units)
            self.units.append(UnitPlan(region, "region", 0, region))
            for place in range(count):
                name = f"{region.removesuffix('大区')}{numeral(place + 1)}组"
                self.units.append(UnitPlan(name, "team", parent, region))

    def _add(self, username: str, name: str, role: str, unit: int, hired: date, manner: Manner | None = None) -> Person:
        hired = max(hired, self.founded)
        person = Person(
            number=len(self.people), username=username, name=name, role=role, unit=unit, hired=hired, manner=manner
        )
        self.people.append(person)
        self._names.add(name)
        return person

    def _hire_staff(self, size: Size) -> None:
        for username, name, role, days in _STAFF:
            person = self._add(username, name, role, 0, self._as_of - timedelta(days=days))
            if role == "director":
                self.leads[0] = person.number
        managers = iter(_MANAGERS)
        for unit, plan in enumerate(self.units):
            if plan.kind == "team" or (plan.kind == "region" and size.heads):
                first = next(managers, None) if plan.kind == "team" else None
                username, name = first or self._somebody()
                hired = (self._as_of - timedelta(days=self._random.randint(900, 1400))).replace(day=1)
                self.leads[unit] = self._add(username, name, "manager", unit, hired).number

    def _hire_sellers(self, size: Size) -> None:
        teams = [number for number, unit in enumerate(self.units) if unit.kind == "team"]
        for username, name, place in _SELLERS:
            days = self._random.randint(750, 1100)
            team = teams[min(place, len(teams) - 1)]
            self._add(
                username, name, "representative", team, self._as_of - timedelta(days=days), _known_manner(username)
            )
        for count in range(size.sellers + _leavers(size) - len(_SELLERS)):
            username, name = self._somebody()
            team = teams[(count * 7 + count // len(teams)) % len(teams)]
            self._add(username, name, "representative", team, self._hiring_day(), self._manner())

    def _hiring_day(self) -> date:
        """Two of three were there before the story; companies hire at the beginning of a month."""
        ago = self._random.randint(735, 1450) if self._random.random() < 0.66 else self._random.randint(45, 700)
        first = (self._as_of - timedelta(days=ago)).replace(day=1)
        return first if first < self._days.first else self._days.on_or_after(first)

    def _somebody(self) -> tuple[str, str]:
        name = self._random.choice(SURNAMES) + self._random.choice(GIVEN)
        for _try in range(20):
            if name not in self._names:
                break
            name = self._random.choice(SURNAMES) + self._random.choice(GIVEN)
        letters = "".join(self._random.choices(PINYIN, k=2))
        return f"{letters}.{len(self.people):04d}", name

    def _manner(self) -> Manner:
        random = self._random
        return Manner(
            skill=min(max(random.lognormvariate(0, 0.35), 0.45), 1.9),
            pace=min(max(random.lognormvariate(0, 0.25), 0.6), 1.8),
            load=min(max(random.lognormvariate(0, 0.35), 0.4), 2.2),
            size=min(max(random.lognormvariate(0, 0.3), 0.5), 2.0),
            care=random.uniform(0.35, 0.97),
        )

    # --- what changes ---------------------------------------------------------------------------------------

    def _move_some(self) -> None:
        """One known person changes team, so that "then" and "now" differ somewhere; of the others one in fifteen."""
        teams = [number for number, unit in enumerate(self.units) if unit.kind == "team"]
        known = next(person for person in self.people if person.username == "zhu.lin")
        known.moves.append((self._as_of - timedelta(days=150), teams[1]))
        for person in self.sellers[len(_SELLERS) :]:
            if self._random.random() < 1 / 15:
                near = [team for team in teams if self.units[team].region == self.units[person.unit].region]
                others = [team for team in near if team != person.unit]
                day = person.hired + timedelta(days=self._random.randint(120, 600))
                if others and self._days.first < day < self._as_of:
                    person.moves.append((self._days.on_or_after(day.replace(day=1)), self._random.choice(others)))
                    person.moves = [move for move in person.moves if move[0] < self._as_of]

    def _let_some_leave(self, size: Size) -> None:
        candidates = [person for person in self.sellers[len(_SELLERS) :] if person.hired < self._days.first]
        for person in self._random.sample(candidates, min(_leavers(size), len(candidates))):
            day = self._days.first + timedelta(days=self._random.randint(90, 690))
            person.last_day = self._days.on_or_before(day)
            person.moves = [move for move in person.moves if move[0] <= person.last_day]
        for person in self.people:
            if person.last_day:
                person.heir = self._heir(person, person.last_day)

    def _heir(self, person: Person, day: date) -> int | None:
        """A colleague of the team takes over, else its lead; of some nobody does."""
        if self._random.random() < 0.15:
            return None
        unit = person.unit_on(day)
        stays = [p for p in self.sellers if p.unit_on(day) == unit and p.present(day) and p.present(self._stay(day))]
        return self._random.choice(stays).number if stays else self.leads[unit]

    def _stay(self, day: date) -> date:
        return day + timedelta(days=120)


def numeral(number: int) -> str:
    """1 to 99 in Chinese."""
    tens, ones = divmod(number, 10)
    if tens == 0:
        return NUMERALS[ones - 1]
    head = "十" if tens == 1 else f"{NUMERALS[tens - 1]}十"
    return head + (NUMERALS[ones - 1] if ones else "")


def _leavers(size: Size) -> int:
    """People who left in the two years: one in eight."""
    return 0 if size.sellers < 10 else max(size.sellers // 8, 2)


def _known_manner(username: str) -> Manner:
    """The two whom every visitor meets: one careful, one who lets things rest."""
    known = {
        "rep": Manner(skill=1.25, pace=0.9, load=1.2, size=1.1, care=0.85),
        "wang.haoran": Manner(skill=0.8, pace=1.3, load=1.1, size=0.9, care=0.4),
        "huang.siyu": Manner(skill=1.4, pace=0.85, load=1.0, size=1.3, care=0.9),
    }
    return known.get(username, Manner(skill=1.0, pace=1.0, load=1.0, size=1.0, care=0.7))
