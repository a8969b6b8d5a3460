"""What the page of background work shows."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count

from xiaoguan.journal.facts.base import FACTS
from xiaoguan.journal.kinds import split_key
from xiaoguan.journal.models import Entry
from xiaoguan.org.models import Member
from xiaoguan.org.records import Opened, open_records
from xiaoguan.services.jobs.models import Delivery
from xiaoguan.services.jobs.outbox import reaction
from xiaoguan.services.jobs.policy import visible_deliveries

State = Delivery.State
OPEN_STATES = (State.DEAD, State.FAILED, State.RUNNING, State.WAITING)
_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Owed:
    """A delivery as people read it: which reaction, to what, about which record."""

    delivery: Delivery
    name: object
    about: Opened | None
    happened: str

    @property
    def troubled(self) -> bool:
        return self.delivery.state in (State.FAILED, State.DEAD)


def owed(member: Member, states: Sequence[int] = OPEN_STATES) -> list[Owed]:
    """The newest hundred deliveries in some states; three queries and what naming the records needs."""
    found = list(visible_deliveries(member).filter(state__in=states).order_by("-state", "-id")[:_SHOWN])
    entries = Entry.objects.in_bulk({delivery.entry_id for delivery in found})
    keys = {entry.id: split_key(entry.subject_key) for entry in entries.values()}
    records = open_records(member, keys.values())
    return [_owed(delivery, entries.get(delivery.entry_id), keys, records) for delivery in found]


def _owed(
    delivery: Delivery,
    entry: Entry | None,
    keys: dict[int, tuple[int, int]],
    records: dict[tuple[int, int], Opened],
) -> Owed:
    known = reaction(delivery.reaction)
    return Owed(
        delivery=delivery,
        name=known.name if known else delivery.reaction,
        about=records[keys[entry.id]] if entry else None,
        happened=FACTS[entry.kind].__name__ if entry else "",
    )


def counts(member: Member) -> dict[int, int]:
    """How many deliveries there are in each state."""
    rows = visible_deliveries(member).values_list("state").annotate(Count("id")).order_by()
    return dict(rows)


def given_up(member: Member) -> int:
    """How many deliveries need a person: they failed for the last time."""
    return visible_deliveries(member).filter(state=State.DEAD).count()
