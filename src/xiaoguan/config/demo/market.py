"""The customers of the demo company: invented firms in the places where its people sell."""

from collections.abc import Iterator
from datetime import date
from random import Random
from typing import Any, Final

from xiaoguan.config.demo import words
from xiaoguan.crm.rules import check_sign
from xiaoguan.lib.demo import EnterCustomer, PersonAtCustomer

_MORNING: Final = (8 * 60 + 40, 9 * 60 + 25)


class Market:
    """Makes one customer after the other; no two have the same name or credit code."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._first: dict[str, Iterator[tuple[str, str, str, str, str, int]]] = {}
        self._taken: set[str] = set()
        self._provinces = {
            region: [(province, city) for province, cities in places for city in cities]
            for region, places in words.PLACES.items()
        }
        self.count = 0
        for region, places in words.PLACES.items():
            here = {province for province, _cities in places}
            self._first[region] = iter([told for told in words.FIRST_CUSTOMERS if told[3] in here])

    def enter(self, region: str, owner: int, day: date) -> EnterCustomer:
        """The next customer of a region, entered by its owner in the morning."""
        random = self._random
        name, short_name, industry, province, city, employees = next(self._first[region], None) or self._new(region)
        number, self.count = self.count, self.count + 1
        source = random.choices(range(len(words.SOURCES)), words.SOURCE_WEIGHTS)[0]
        values: dict[str, Any] = {
            "short_name": short_name,
            "industry": industry,
            "region": province,
            "country": "中国",
            "city": city,
            "employees": employees,
            "founded_year": random.randint(1985, day.year - 4),
            "credit_code": _credit_code(number),
        }
        people = tuple(self._person() for _ in range(random.choice((1, 2, 2, 3))))
        minute = random.randint(*_MORNING)
        return EnterCustomer(minute, owner, number, name, values, source, people)

    def _new(self, region: str) -> tuple[str, str, str, str, str, int]:
        random = self._random
        province, city = random.choice(self._provinces[region])
        industry, names, employees = random.choice(words.INDUSTRIES)
        short = "".join(random.choices(words.SYLLABLES, k=2))
        name = f"{city}{short}{random.choice(names)}{random.choice(words.FORMS)}"
        while name in self._taken:
            short = "".join(random.choices(words.SYLLABLES, k=3 if random.random() < 0.5 else 2))
            name = f"{city}{short}{random.choice(names)}{random.choice(words.FORMS)}"
        self._taken.add(name)
        return name, short, industry, province, city, max(int(employees * random.lognormvariate(0, 0.6)) // 10 * 10, 20)

    def _person(self) -> PersonAtCustomer:
        random = self._random
        # 170 0000 is a range that no carrier gives out.
        phone = f"170 0000 {random.randrange(10_000):04d}"
        return PersonAtCustomer(
            random.choice(words.SURNAMES) + random.choice(words.GIVEN), random.choice(words.TITLES), phone
        )


def _credit_code(number: int) -> str:
    """A code with a right check sign that belongs to nobody: region 999999 does not exist."""
    body = f"91999999MA{number:07d}"
    return body + check_sign(body)
