"""The story of a deal: what its journal tells and what was done about it, in one timeline, newest first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final

from xiaoguan.deals.queries.history import history
from xiaoguan.journal.facts.general import UNDO, EntriesReversed
from xiaoguan.journal.kinds import DEAL
from xiaoguan.journal.models import Origin
from xiaoguan.journal.sentences import Told
from xiaoguan.org.models import Member
from xiaoguan.services.calendar.models import Activity
from xiaoguan.services.calendar.queries import About, settled_activities

PAGE: Final = 20
_LARGEST: Final = 2**62


@dataclass(frozen=True, slots=True)
class Place:
    """Where an older part begins: behind these two, 0 where none was shown yet."""

    entry_id: int = 0
    activity_id: int = 0

    @classmethod
    def read(cls, text: str) -> "Place":
        """From an address; anything else is the beginning."""
        parts = text.split("-")
        known = [int(part) for part in parts if part.isascii() and part.isdigit() and len(part) < 20]
        if len(parts) != 2 or len(known) != 2 or max(known) > _LARGEST:
            return cls()
        return cls(*known)

    def __str__(self) -> str:
        return f"{self.entry_id}-{self.activity_id}"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that happened: an entry in words, or an activity (a list of one, as its own room's template takes)."""

    told: Told | None = None
    activities: tuple[About, ...] = ()


@dataclass(frozen=True, slots=True)
class Story:
    """A page of the timeline, and the place from which the older part follows."""

    items: list[Item]
    older: Place | None


def story(member: Member, deal_id: int, *, place: Place, activities: bool) -> Story:
    """A page of what happened with a deal, with its activities or without. That the member sees the deal and may see
    activities at all, the caller has settled."""
    entries = history(member, deal_id, before=place.entry_id or None, page_size=PAGE)
    done = settled_activities(DEAL, deal_id, before=place.activity_id or None) if activities else []
    undone = _undone(entries.told)
    items: list[Item] = []
    shown = 0
    for item in islice(_merged(entries.told, done[:PAGE]), PAGE):
        shown += 1
        place = _behind(place, item)
        if not _is_bookkeeping(item, undone):
            items.append(item)
    rest = shown < len(entries.told) + len(done) or entries.next_before is not None
    return Story(items, place if rest else None)


def _merged(told: Sequence[Told], done: Sequence[Activity]) -> Iterator[Item]:
    """Both in their own order, the later of the two heads first."""
    entries, activities = iter(told), iter(done)
    entry, activity = next(entries, None), next(activities, None)
    while entry or activity:
        if entry and (activity is None or _moment(entry) >= activity.happened_at):
            yield Item(told=entry)
            entry = next(entries, None)
        elif activity:
            yield Item(activities=(About(activity, None),))
            activity = next(activities, None)


def _moment(told: Told) -> datetime:
    """What a file brings happened when it became known, not when it was read in."""
    brought = told.entry.origin in (Origin.IMPORT, Origin.OPENING)
    return told.entry.known_at if brought else told.entry.recorded_at


def _behind(place: Place, item: Item) -> Place:
    if item.told:
        return Place(item.told.entry.id, place.activity_id)
    return Place(place.entry_id, item.activities[0].row.pk)


def _undone(told: Sequence[Told]) -> set[int]:
    """Steps that were undone a moment after they were taken, and their undoing."""
    found: set[int] = set()
    for one in told:
        fact = one.entry.fact
        if isinstance(fact, EntriesReversed) and fact.reason == UNDO:
            found |= {one.entry.id, *one.entry.reverses}
    return found


def _is_bookkeeping(item: Item, undone: set[int]) -> bool:
    """What was undone, and what a correction tells again: only the list of changes keeps them."""
    if item.told is None:
        return False
    corrected = item.told.taken_back is not None and item.told.taken_back.corrected
    return corrected or item.told.entry.id in undone
