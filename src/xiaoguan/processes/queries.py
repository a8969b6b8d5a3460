"""Which entries a log holds, read in chunks, so that a log of any length needs little memory.

For the operator of the system: everything is seen, as by the whole company.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from xiaoguan.journal.kinds import CUSTOMER, DEAL, object_key, split_key
from xiaoguan.journal.logs import Told, last_entry, told
from xiaoguan.journal.models import Entry
from xiaoguan.org.records import labels_of
from xiaoguan.processes.changing import ASKED_LABELS, PLAIN_LABELS
from xiaoguan.processes.mapping import logged_facts
from xiaoguan.processes.objects import Labels
from xiaoguan.services.calendar.queries import calendar_of

_CHUNK = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What an export asks for. Without days: everything."""

    day_from: date | None = None
    day_to: date | None = None
    names: bool = False
    with_reversed: bool = False


Stories = dict[int, list[Told]]


def by_number(wanted: Wanted) -> Iterator[list[Told]]:
    """Entries in the order in which they were recorded, up to the newest one at the start."""
    end, last = last_entry(), 0
    while last < end:
        found = told(_entries(wanted, end).filter(id__gt=last).order_by("id")[:_CHUNK])
        last = found[-1].id if len(found) == _CHUNK else end
        yield _kept(found, wanted)


def by_deal(wanted: Wanted) -> Iterator[Stories]:
    """Deals, by key, with what happened to them, the activities and the tasks about them."""
    end = last_entry()
    for deals in _stories(_entries(wanted, end), "subject_key", object_key(DEAL, 0), object_key(DEAL + 1, 0)):
        about = calendar_of(DEAL, [split_key(key)[1] for key in deals])
        keys = {object_key(*item): object_key(DEAL, deal) for item, deal in about.items()}
        for entry in told(_entries(wanted, end).filter(subject_key__in=list(keys))):
            deals[keys[entry.subject_key]].append(entry)
        yield _in_order(deals, wanted)


def by_customer(wanted: Wanted) -> Iterator[Stories]:
    """Customers, by key, with all that happened to them, their contacts and their deals."""
    for customers in _stories(_entries(wanted, last_entry()), "customer_id", 0, 1 << 48):
        yield _in_order({object_key(CUSTOMER, number): story for number, story in customers.items()}, wanted)


def labels(*, names: bool) -> Labels:
    """Names of objects: those of lists always, of people and records only where they are asked for."""
    named = PLAIN_LABELS | ASKED_LABELS if names else PLAIN_LABELS

    def of(kind: int, numbers: Iterable[int]) -> Mapping[int, str]:
        return labels_of(kind, numbers) if kind in named else {}

    return of


def _entries(wanted: Wanted, end: int) -> QuerySet[Entry]:
    kinds = [fact.code for fact in logged_facts(with_reversed=wanted.with_reversed)]
    entries = Entry.objects.filter(id__lte=end, kind__in=kinds)
    if wanted.day_from:
        entries = entries.filter(on_date__gte=wanted.day_from)
    if wanted.day_to:
        entries = entries.filter(on_date__lte=wanted.day_to)
    return entries


def _stories(entries: QuerySet[Entry], column: str, low: int, high: int) -> Iterator[Stories]:
    """Entries grouped by a column, each group whole."""
    last = low
    while True:
        page = entries.filter(**{f"{column}__gt": last, f"{column}__lt": high}).order_by(column, "id")
        found = told(page[:_CHUNK])
        stories: Stories = defaultdict(list)
        for entry in found:
            stories[getattr(entry, column)].append(entry)
        if len(found) == _CHUNK:
            # The last group may go on behind the page.
            key = getattr(found[-1], column)
            del stories[key]
            if not stories:
                stories[key] = told(entries.filter(**{column: key}).order_by("id"))
        if not stories:
            return
        last = max(stories)
        yield stories


def _in_order(stories: Stories, wanted: Wanted) -> Stories:
    ordered = {key: sorted(_kept(story, wanted), key=_place) for key, story in stories.items()}
    return {key: story for key, story in ordered.items() if story}


def _place(entry: Told) -> tuple[date, int, int]:
    return entry.on_date, entry.place, entry.id


def _kept(entries: list[Told], wanted: Wanted) -> list[Told]:
    return entries if wanted.with_reversed else [entry for entry in entries if entry.reversed_by is None]
