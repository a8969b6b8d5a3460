"""What the modules' ``demo.py`` share while they fill the demo company: one day, one seed, who and what exists."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

from xiaoguan.lib.days import start_of_day


@dataclass(slots=True)
class DemoContext:
    """The demo company is a function of (seed, as-of day). Each module notes the ids that later ones build on.

    ``ids`` holds lists of ids by kind ("customers", "products", "sources" …); ``members`` ids by user name.
    """

    as_of: date
    seed: int = 1
    random: Random = field(init=False)
    members: dict[str, int] = field(default_factory=dict)
    ids: dict[str, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)

    def day(self, days_ago: int) -> date:
        """The day so many days before the as-of day."""
        return self.as_of - timedelta(days=days_ago)

    def at(self, day: date, hour: int = 10) -> datetime:
        """A moment on a day in office hours."""
        return start_of_day(day) + timedelta(hours=time(hour).hour)
