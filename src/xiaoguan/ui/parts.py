"""Small values that pages hand to components. Any object with the same attributes, or a dict, will do."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One of several: a segment, a tab, a link of a menu."""

    label: str
    url: str
    active: bool = False
    icon: str = ""
    count: int | None = None


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A joint of a stage path. `note` is what stands under the name: "9/08 · 11 天"."""

    label: str
    note: str = ""
    state: Literal["", "done", "now", "lost"] = ""
    warn: bool = False


@dataclass(frozen=True, kw_only=True)
class Definition:
    """What a figure means: shown when its label is pressed or rested upon. Empty parts are left out."""

    label: str
    text: str = ""
    formula: str = ""
    period: str = ""
    scope: str = ""
    as_of: str = ""
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Series:
    """Values of one name along the labels; None is a gap. Tones: rest (grey), target (dashed ink)."""

    name: str
    values: Sequence[float | None]
    tone: Literal["", "rest", "target"] = ""


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A chart and the table behind it.

    `title` is the question it answers, `caption` says measure, unit and scope. `links[i]` opens what stands
    behind label i. `cut` starts the value axis above zero: only a waterfall may, and it is said in words.
    A waterfall has one series of signed steps; `steps[i]` is "total", "up", "down" or "won".
    """

    kind: Literal["bars", "lines", "waterfall"]
    title: str
    labels: Sequence[str]
    series: Sequence[Series]
    caption: str = ""
    unit: str = ""
    decimals: int = 0
    links: Sequence[str] = field(default=())
    steps: Sequence[Literal["total", "up", "down", "won"]] = field(default=())
    cut: float | None = None
    stacked: bool = False
    head: str = ""

    def __post_init__(self) -> None:
        for series in self.series:
            if len(series.values) != len(self.labels):
                raise ValueError(f"{series.name}: {len(series.values)} values for {len(self.labels)} labels")
        if self.kind == "waterfall" and (len(self.series) != 1 or len(self.steps) != len(self.labels)):
            raise ValueError("a waterfall has one series and one step kind for each label")
        if self.cut is not None and self.kind != "waterfall":
            raise ValueError("bars and lines start at zero; only a waterfall may cut its axis")
