"""What happened with a customer, newest day first, as far as the member may open it.

Things stand on the day they belong to, not in the order in which they were entered: yesterday's visit logged today
comes before what happened this morning. A page goes on from the (day, entry) where the last one ended. What the member
may not open is looked over and left out, so that a page is filled from at most ``LOOKED_AT`` entries.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from django.db.models import Q, QuerySet

from xiaoguan.crm.models import Customer
from xiaoguan.journal.facts import crm as facts
from xiaoguan.journal.facts import deals
from xiaoguan.journal.facts.calendar import ActivityLogged
from xiaoguan.journal.facts.general import FieldsChanged
from xiaoguan.journal.kinds import ACTIVITY, CONTACT, CUSTOMER, DEAL, MEMBER, object_key, split_key
from xiaoguan.journal.models import Entry
from xiaoguan.journal.reading import entries_of_customer
from xiaoguan.journal.sentences import Key, Told, tell
from xiaoguan.lib.days import company_day
from xiaoguan.lib.prepared import Prepared
from xiaoguan.org.models import Member
from xiaoguan.org.records import Opened, labels_of, open_records
from xiaoguan.services.calendar.models import Activity
from xiaoguan.services.calendar.queries import activities_standing

PAGE: Final = 20
LOOKED_AT: Final = 300
ALL, ACTIVITIES, DEALS, CHANGES = "all", "activities", "deals", "changes"
TABS: Final = (ALL, ACTIVITIES, DEALS, CHANGES)
_DEAL_EVENTS: Final = (
    deals.DealCreated, deals.DealOpenedAtStart, deals.DealStageChanged, deals.DealTransferred, deals.DealWon,
    deals.DealLost, deals.WonDealReopened, deals.LostDealReopened,
)  # fmt: skip
_CHANGES: Final = (
    facts.CustomerCreated, facts.CustomerTransferred, facts.ContactCreated, facts.ContactRemoved, FieldsChanged,
)  # fmt: skip
_DEAL_CODES: Final = frozenset(fact.code for fact in _DEAL_EVENTS)


class Place(NamedTuple):
    """Where in a story one stands."""

    day: date
    entry_id: int

    def __str__(self) -> str:
        return f"{self.day}.{self.entry_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened: ``at`` its moment where that is of its own day; ``activity`` its row where it is one;
    ``record`` the deal that it happened to."""

    told: Told
    day: date
    at: datetime | None
    activity: Activity | None
    record: Opened | None

    @property
    def when(self) -> datetime | date:
        """What a timeline shows beside it."""
        return self.at or self.day


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A page of what happened. ``counts`` by tab ("20+" where more was not looked at) stand on the first page alone;
    ``next`` is where the older part follows."""

    events: list[Event]
    counts: dict[str, str]
    next: str


class _Row(NamedTuple):
    id: int
    day: date
    kind: int
    subject: int


def read_place(text: str) -> Place | None:
    """A place as an address names it; None for anything else."""
    day, _dot, entry = text.partition(".")
    try:
        return Place(date.fromisoformat(day), int(entry)) if entry.isascii() and 0 < len(entry) < 19 else None
    except ValueError:
        return None


def story(member: Member, customer: Customer, tab: str, *, after: Place | None, reads_contacts: bool) -> Story:
    """A page of one tab; the caller has settled that the member sees the customer."""
    rows = _rows(customer, tab, after)
    looked = {(row.id): row for row in rows[:LOOKED_AT]}
    first_of_all = rows if tab == ALL or after else _rows(customer, ALL, None)
    sight = _Sight.over(member, customer, {row.id: row for row in [*looked.values(), *first_of_all[:LOOKED_AT]]})
    seen = [row for row in looked.values() if sight.shows(row)]
    page = seen[:PAGE]
    return Story(
        events=_events(member, customer, page, sight, reads_contacts),
        counts={} if after else _counts(first_of_all, sight),
        next=_next(page, seen, rows),
    )


def _next(page: Sequence[_Row], seen: Sequence[_Row], rows: Sequence[_Row]) -> str:
    if len(seen) > PAGE:
        return str(Place(page[-1].day, page[-1].id))
    if len(rows) > LOOKED_AT:
        return str(Place(rows[LOOKED_AT - 1].day, rows[LOOKED_AT - 1].id))
    return ""


def _rows(customer: Customer, tab: str, after: Place | None) -> list[_Row]:
    """The next entries of a tab by their day, one more than are looked at: ids and kinds alone."""
    own = object_key(CUSTOMER, customer.pk)
    return [_Row(*row) for row in _in_order(customer.pk, own, *(after or (None, None)), tab=tab)]


def _behind(customer: Any, key: Any, day: Any, entry: Any, *, tab: str) -> QuerySet[Any, Any]:
    entries = entries_of_customer(customer).filter(_of(key, tab))
    if day is not None:
        # Beside the exact bound a plain one, from which the index can start.
        entries = entries.filter(on_date__lte=day).filter(Q(on_date__lt=day) | Q(id__lt=entry))
    ordered = entries.order_by("-on_date", "-id").values_list("id", "on_date", "kind", "subject_key")
    return ordered[: LOOKED_AT + 1]


_in_order = Prepared(_behind)
_entries = Prepared(lambda ids: Entry.objects.filter(id__in=ids))


def _of(key: Any, tab: str) -> Q:
    activities, of_deals = Q(kind=ActivityLogged.code), Q(kind__in=_DEAL_CODES)
    own = Q(subject_key=key)
    people = Q(subject_key__gte=object_key(CONTACT, 0), subject_key__lt=object_key(CONTACT + 1, 0))
    changes = Q(kind__in=[fact.code for fact in _CHANGES]) & (own | people)
    return {ACTIVITIES: activities, DEALS: of_deals, CHANGES: changes}.get(tab, activities | of_deals | changes)


@dataclass(frozen=True, slots=True)
class _Sight:
    """What the member may see of some entries: standing activities and the records that entries are about."""

    customer_id: int
    activities: Mapping[int, Activity]
    records: Mapping[Key, Opened]

    @classmethod
    def over(cls, member: Member, customer: Customer, rows: Mapping[int, _Row]) -> "_Sight":
        subjects = {split_key(row.subject) for row in rows.values()}
        activities = activities_standing(member, {pk for kind, pk in subjects if kind == ACTIVITY})
        about = {(row.about_kind, row.about_id) for row in activities.values()}
        keys = {key for key in subjects | about if key[0] not in (ACTIVITY, CONTACT) and key != (CUSTOMER, customer.pk)}
        return cls(customer.pk, activities, open_records(member, keys))

    def shows(self, row: _Row) -> bool:
        key = split_key(row.subject)
        if key[0] == ACTIVITY:
            activity = self.activities.get(key[1])
            return activity is not None and self._opens((activity.about_kind, activity.about_id))
        return key[0] == CONTACT or self._opens(key)

    def _opens(self, key: Key) -> bool:
        return key == (CUSTOMER, self.customer_id) or (key in self.records and self.records[key].label is not None)

    def deal_of(self, key: Key) -> Opened | None:
        activity = self.activities.get(key[1]) if key[0] == ACTIVITY else None
        about = (activity.about_kind, activity.about_id) if activity else key
        return self.records.get(about) if about[0] == DEAL else None


def _counts(rows: Sequence[_Row], sight: _Sight) -> dict[str, str]:
    """How many events each tab has for this member; with a plus where not all were looked at."""
    more = "+" if len(rows) > LOOKED_AT else ""
    seen = [_tab_of(row) for row in rows[:LOOKED_AT] if sight.shows(row)]
    return {tab: f"{seen.count(tab) if tab != ALL else len(seen)}{more}" for tab in TABS}


def _tab_of(row: _Row) -> str:
    if row.kind == ActivityLogged.code:
        return ACTIVITIES
    return DEALS if row.kind in _DEAL_CODES else CHANGES


def _events(
    member: Member, customer: Customer, page: Sequence[_Row], sight: _Sight, reads_contacts: bool
) -> list[Event]:
    entries = {entry.id: entry for entry in _entries([row.id for row in page])}
    readable = {None, CUSTOMER, CONTACT} if reads_contacts else {None, CUSTOMER}
    told = tell(
        [entries[row.id] for row in page],
        lambda keys: _names(member, customer, keys, sight.records, reads_contacts),
        may_read=lambda kind, _id: kind in readable,
    )
    events = [_event(one, entries[one.entry.id], sight) for one in told]
    # Within a day by the moment where it is known; what has none of its own stands above.
    return sorted(events, key=_order, reverse=True)


def _order(event: Event) -> tuple[Any, ...]:
    return event.day, event.at is None, event.at.timestamp() if event.at else 0, event.told.entry.id


def _event(told: Told, entry: Entry, sight: _Sight) -> Event:
    key = split_key(entry.subject_key)
    return Event(
        told=told,
        day=entry.on_date,
        at=entry.occurred_at if company_day(entry.occurred_at) == entry.on_date else None,
        activity=sight.activities.get(key[1]) if key[0] == ACTIVITY else None,
        record=sight.deal_of(key),
    )


def _names(
    member: Member, customer: Customer, keys: set[Key], known: Mapping[Key, Opened], reads_contacts: bool
) -> Mapping[Key, str]:
    """Colleagues are named to everybody, the customer's own people to whom its contacts are shown; other records as
    their own policy says."""
    names = {key: record.label for key, record in known.items() if record.label}
    ids = {kind: {object_id for key_kind, object_id in keys if key_kind == kind} for kind in (MEMBER, CONTACT)}
    if ids[MEMBER]:
        names |= {(MEMBER, pk): name for pk, name in labels_of(MEMBER, ids[MEMBER]).items()}
    if ids[CONTACT] and reads_contacts:
        people = customer.contacts.filter(pk__in=ids[CONTACT]).values_list("pk", "name")
        names |= {(CONTACT, pk): name for pk, name in people}
    further = open_records(member, {key for key in keys if key[0] not in ids and key not in known})
    return names | {key: record.label for key, record in further.items() if record.label}
