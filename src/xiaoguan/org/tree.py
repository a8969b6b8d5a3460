"""The dated tree of units and who belongs where on which day.

A unit stands in the tree from its first placement on. After its last placement it is dissolved: its place is
kept, so that old figures still roll up, and its people count for its parent. A leaver stays with his last
unit. So everybody is in exactly one unit on every day since his first assignment.
"""

import uuid
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple, TypeVar

from xiaoguan.lib.prepared import Prepared
from xiaoguan.org import memo
from xiaoguan.org.models import Assignment, TreeVersion, Unit, UnitLead, UnitPlacement

_DAYS_KEPT = 64
_ANSWERS_KEPT = 2_000
_TOKEN = "token of the organisation"
T = TypeVar("T")


class Span(NamedTuple):
    """That ``key`` (a unit or a member) stood with ``value`` (parent, unit, lead) from ``start`` until
    before ``end``."""

    key: int
    value: int | None
    start: date | None
    end: date | None


class _Line(NamedTuple):
    """The values of one key, each from its day until the next one begins."""

    starts: list[date]
    values: list[int | None]

    def at(self, day: date) -> int | None:
        place = bisect_right(self.starts, day)
        return self.values[place - 1] if place else None


@dataclass(frozen=True)
class UnitTree:
    """Answers about one state of the organisation, without a query."""

    kinds: dict[int, str]
    placements: tuple[Span, ...]
    assignments: tuple[Span, ...]
    leads: tuple[Span, ...]
    _parents: dict[int, _Line] = field(init=False, repr=False, compare=False)
    _dissolved: dict[int, date] = field(init=False, repr=False, compare=False)
    _units: dict[int, _Line] = field(init=False, repr=False, compare=False)
    _leads_of: dict[int, list[Span]] = field(init=False, repr=False, compare=False)
    _by_day: dict[date, dict[int, int]] = field(init=False, repr=False, compare=False)
    _kept: dict[Hashable, Any] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        leads_of: dict[int, list[Span]] = defaultdict(list)
        for lead in self.leads:
            leads_of[lead.key].append(lead)
        for name, value in (
            ("_parents", _lines(self.placements)),
            ("_dissolved", _ends(self.placements)),
            ("_units", _lines(self.assignments)),
            ("_leads_of", leads_of),
            ("_by_day", {}),
            ("_kept", {}),
        ):
            object.__setattr__(self, name, value)

    @classmethod
    def load(cls) -> "UnitTree":
        """The tree as it is now: one query where this process has it already, five where it has not."""
        return memo.remember("tree", _load)

    def kept(self, key: Hashable, make: Callable[[], T]) -> T:
        """What is worked out of this state of the organisation and its settings alone, worked out once. Do not change
        the answer."""
        found: T | None = self._kept.get(key)
        if found is None:
            found = make()
            if len(self._kept) >= _ANSWERS_KEPT:
                self._kept.clear()
            self._kept[key] = found
        return found

    # --- people ---------------------------------------------------------------------------------------------

    def unit_of(self, person_id: int, day: date) -> int | None:
        """The unit to which a person belongs on a day; None before his first assignment."""
        line = self._units.get(person_id)
        if line is None:
            return None
        return self._standing(line.at(day), day)

    def units_on(self, day: date) -> dict[int, int]:
        """The unit of every person on a day. Do not change the answer: it is kept."""
        kept = self._by_day.get(day)
        if kept is None:
            found = ((person, self.unit_of(person, day)) for person in self._units)
            kept = {person: unit for person, unit in found if unit is not None}
            if len(self._by_day) >= _DAYS_KEPT:
                self._by_day.clear()
            self._by_day[day] = kept
        return kept

    def persons_of(self, unit_ids: Iterable[int], day: date) -> set[int]:
        """Who belongs to one of these units on a day, leavers of theirs included."""
        wanted = set(unit_ids)
        return {person for person, unit in self.units_on(day).items() if unit in wanted}

    def lead_of(self, unit_id: int, day: date) -> int | None:
        """Who leads a unit on a day."""
        return next((span.value for span in self._leads_of.get(unit_id, ()) if _covers(span, day)), None)

    def led_by(self, member_id: int, day: date) -> set[int]:
        """The units that a member leads on a day, without those below them."""
        return {span.key for span in self.leads if span.value == member_id and _covers(span, day)}

    def superior_of(self, member_id: int, day: date) -> int | None:
        """The lead of a member's unit, or of the next one above where he leads it himself or nobody does."""
        unit_id = self.unit_of(member_id, day)
        while unit_id is not None:
            lead = self.lead_of(unit_id, day)
            if lead is not None and lead != member_id:
                return lead
            unit_id = self.parent_of(unit_id, day)
        return None

    # --- units ----------------------------------------------------------------------------------------------

    def parent_of(self, unit_id: int, day: date) -> int | None:
        """The unit above on a day; the last one where it is dissolved; None for the company and before it
        existed."""
        line = self._parents.get(unit_id)
        return line.at(day) if line else None

    def founded(self, unit_id: int) -> date | None:
        """The first day on which a unit stands; None: since ever."""
        starts = [span.start for span in self.placements if span.key == unit_id]
        return None if None in starts else min((start for start in starts if start), default=None)

    def exists(self, unit_id: int, day: date) -> bool:
        """Whether a unit stands on a day: founded and not dissolved."""
        line = self._parents.get(unit_id)
        if line is None or day < line.starts[0]:
            return False
        ended = self._dissolved.get(unit_id)
        return ended is None or day < ended

    def units_existing(self, day: date) -> set[int]:
        """The units that stand on a day."""
        return {unit_id for unit_id in self.kinds if self.exists(unit_id, day)}

    def ancestor(self, unit_id: int, kind: str, day: date) -> int | None:
        """The nearest unit of a kind on the way up, itself included."""
        current: int | None = unit_id
        while current is not None and self.kinds.get(current) != kind:
            current = self.parent_of(current, day)
        return current

    def path(self, unit_id: int, day: date) -> list[int]:
        """The units from the top down to this one."""
        result = [unit_id]
        while (parent := self.parent_of(result[-1], day)) is not None:
            result.append(parent)
        return result[::-1]

    def children(self, unit_id: int, day: date) -> list[int]:
        """The units directly below on a day, dissolved ones included."""
        return [child for child, line in self._parents.items() if line.at(day) == unit_id]

    def subtree(self, unit_id: int, day: date) -> set[int]:
        """A unit and all below it on a day, dissolved ones included; empty before the unit was founded."""
        line = self._parents.get(unit_id)
        if line is None or day < line.starts[0]:
            return set()
        below: dict[int | None, list[int]] = defaultdict(list)
        for child, parents in self._parents.items():
            below[parents.at(day)].append(child)
        result, waiting = set(), [unit_id]
        while waiting:
            current = waiting.pop()
            result.add(current)
            waiting.extend(below.get(current, ()))
        return result

    def subtree_spans(self, unit_id: int) -> list[tuple[int, date | None, date | None]]:
        """Which units belonged to the subtree from when until before when: ``subtree`` for all days at
        once."""
        line = self._parents.get(unit_id)
        if line is None:
            return []
        below: dict[int | None, list[tuple[int, date, date]]] = defaultdict(list)
        for child, parents in self._parents.items():
            ends = [*parents.starts[1:], date.max]
            for parent, start, end in zip(parents.values, parents.starts, ends, strict=True):
                below[parent].append((child, start, end))
        result, waiting = [], [(unit_id, line.starts[0], date.max)]
        while waiting:
            current, start, end = waiting.pop()
            result.append((current, None if start == date.min else start, None if end == date.max else end))
            for child, child_start, child_end in below.get(current, ()):
                first, last = max(start, child_start), min(end, child_end)
                if first < last:
                    waiting.append((child, first, last))
        return result

    def _standing(self, unit_id: int | None, day: date) -> int | None:
        """The unit itself or, where it is dissolved by then, the one it fell to."""
        while unit_id in self._dissolved and day >= self._dissolved[unit_id]:
            parent = self.parent_of(unit_id, day)
            if parent is None:
                return unit_id
            unit_id = parent
        return unit_id


def _covers(span: Span, day: date) -> bool:
    return (span.start is None or span.start <= day) and (span.end is None or day < span.end)


def _lines(spans: Iterable[Span]) -> dict[int, _Line]:
    by_key: dict[int, list[tuple[date, int | None]]] = defaultdict(list)
    for span in spans:
        by_key[span.key].append((span.start or date.min, span.value))
    result = {}
    for key, pairs in by_key.items():
        pairs.sort(key=lambda pair: pair[0])
        result[key] = _Line([start for start, _ in pairs], [value for _, value in pairs])
    return result


def _ends(spans: Iterable[Span]) -> dict[int, date]:
    """The day on which each key's last span ends, for those that end."""
    last: dict[int, date] = {}
    for span in spans:
        last[span.key] = max(last.get(span.key, date.min), span.end or date.max)
    return {key: end for key, end in last.items() if end != date.max}


def touch() -> None:
    """Something was written that pages keep (the tree, roles, the company's row and days, stages and reasons): every
    process asks for it again."""
    TreeVersion.objects.filter(pk=1).update(token=uuid.uuid4().hex)
    memo.forget()


_token = Prepared(lambda: TreeVersion.objects.filter(pk=1).values_list("token", flat=True))


def token_read(token: str) -> None:
    """The token as somebody has just read it with something else: in this request it is not asked for again."""
    memo.remember(_TOKEN, lambda: token)


# The state this process knows, with its token. Replaced as one object, so threads need no lock.
_known: tuple[str, UnitTree] | None = None


def _load() -> UnitTree:
    global _known
    # The token is read before the rows: rows newer than their token are read once more, never kept for too
    # long.
    token = memo.remember(_TOKEN, lambda: _token()[0])
    known = _known
    if known is not None and known[0] == token:
        return known[1]
    tree = UnitTree(
        kinds=dict(Unit.objects.values_list("id", "kind")),
        placements=_spans(UnitPlacement.objects.values_list("unit_id", "parent_id", "start", "end")),
        assignments=_spans(Assignment.objects.values_list("member_id", "unit_id", "start", "end")),
        leads=_spans(UnitLead.objects.values_list("unit_id", "member_id", "start", "end")),
    )
    _known = token, tree
    return tree


def _spans(rows: Iterable[tuple[int, int | None, date | None, date | None]]) -> tuple[Span, ...]:
    return tuple(Span(*row) for row in rows)
