"""What a question is answered with. Figures and names of groups are worked out when somebody looks at them: a report
of five thousand people shows fifty."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

from xiaoguan.ledger.measures.asking import Ask
from xiaoguan.ledger.measures.dimensions import DIMENSIONS, Sort, Value
from xiaoguan.ledger.measures.figures import Figure
from xiaoguan.ledger.measures.language import Measure
from xiaoguan.ledger.measures.totals import Key
from xiaoguan.org.records import labels_of

NO_DATA = "–"
Sizes = Mapping[Key, int | Decimal]


class Row(NamedTuple):
    """One group of a measure: its key (a value for each dimension asked), its name, its figure."""

    key: Key
    group: str | None
    figure: Figure


class Groups(Mapping[Key, Figure]):
    """The figures of a measure's groups by key, those without postings left out."""

    def __init__(
        self, keys: Collection[Key], work_out: Callable[[Key], Figure], sizes: Callable[[], Sizes] | None = None
    ) -> None:
        self._keys, self._work_out, self._sizes = keys, work_out, sizes
        self._known: dict[Key, Figure] = {}

    def __getitem__(self, key: Key) -> Figure:
        if key not in self._keys:
            raise KeyError(key)
        if key not in self._known:
            self._known[key] = self._work_out(key)
        return self._known[key]

    def __iter__(self) -> Iterator[Key]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)

    @cached_property
    def sizes(self) -> Sizes:
        """What groups are ranked by: their values in any one unit, 0 where there is none."""
        if self._sizes is not None:
            return self._sizes()
        return {key: figure.value or 0 for key, figure in self.items()}

    def ends(self) -> list[Figure]:
        """The figures of the smallest and the largest group."""
        sizes = self.sizes
        return [self[pick(sizes, key=sizes.__getitem__)] for pick in (min, max)] if sizes else []


class Names:
    """What the groups of an answer are called: all of its measures together, so that names are looked up once."""

    def __init__(self, by: tuple[str, ...], groups: Iterable[Groups]) -> None:
        self._by, self._groups = by, groups

    @cached_property
    def of_all(self) -> Mapping[Key, str]:
        """Every group's."""
        return self.of({key for groups in self._groups for key in groups})

    def of(self, keys: Iterable[Key]) -> Mapping[Key, str]:
        """Those of these groups alone."""
        wanted = list(keys)
        labels = [_labels(name, {key[place] for key in wanted}) for place, name in enumerate(self._by)]
        return {key: _joined(key, labels) for key in wanted}


def _labels(dimension: str, values: set[Value]) -> Mapping[Value, str]:
    kind, found = DIMENSIONS[dimension].kind, values - {None}
    if kind is None:
        return {item: str(item) for item in found}
    labels: dict[Value, str] = {}
    labels.update(labels_of(kind, {item for item in found if isinstance(item, int)}).items())
    return labels


def _joined(key: Key, labels: list[Mapping[Value, str]]) -> str:
    parts = zip(key, labels, strict=True)
    return " · ".join(NO_DATA if item is None else known.get(item, str(item)) for item, known in parts)


@dataclass(kw_only=True)
class MeasureAnswer:
    """A measure's figure for the whole, and those of its groups. Nobody changes it."""

    measure: Measure
    total: Figure
    groups: Groups
    ask: Ask
    names: Names

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """All groups with their names, by value, largest first; time in its order."""
        if not self.ask.by:
            return tuple(Row(key, None, figure) for key, figure in self.groups.items())
        named = self.names.of_all
        rows = (Row(key, named[key], figure) for key, figure in self.groups.items())
        return tuple(sorted(rows, key=_order(self.ask)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was asked, and an answer for each measure by its key."""

    ask: Ask
    measures: dict[str, MeasureAnswer]
    names: Names


def time_place(question: Ask) -> int | None:
    """Which of the question's dimensions is time."""
    places = (place for place, name in enumerate(question.by) if DIMENSIONS[name].sort is Sort.TIME)
    return next(places, None)


def _order(question: Ask) -> Callable[[Row], Any]:
    """Time first and in its order, then the largest; groups without a value last."""
    place = time_place(question)

    def order(row: Row) -> Any:
        moment = "" if place is None else str(row.key[place])
        amount = row.figure.value
        return (moment, amount is None, -(amount or 0), row.group or "")

    return order
