"""The outbox: what entries owe to reactions, run with retries by whoever asks (``background`` does so all day).

Claiming and doing are two steps. A claim is a lease in a short transaction, so that several runners share the work. The
doing is one transaction that locks the delivery, lets the reaction write and marks it done: killed in the middle it
leaves nothing, and the lease runs out; finished, it cannot run again.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction
from django.db.models import F, Q

from xiaoguan.journal.models import Entry, Reversal
from xiaoguan.journal.reading import recorded
from xiaoguan.journal.recording import Recorded
from xiaoguan.lib.bulk import adapted, insert_rows
from xiaoguan.services.jobs.contract import Reaction
from xiaoguan.services.jobs.models import Delivery

State = Delivery.State
BACK_OFF: Final = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=12),
)
MOST_TRIES: Final = len(BACK_OFF) + 1
LEASE: Final = timedelta(minutes=5)
_ERROR_LENGTH: Final = 2_000
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Wiring:
    reactions: dict[str, Reaction] = field(default_factory=dict)
    woken: Callable[[], None] | None = None


_wiring = _Wiring()


def configure(reactions: Iterable[Reaction]) -> None:
    """Say which reactions exist. Called once by ``config``; refuses two with one key."""
    declared = list(reactions)
    if len({reaction.key for reaction in declared}) < len(declared):
        raise ValueError("two reactions share a key")
    _wiring.reactions = {reaction.key: reaction for reaction in declared}


def reaction(key: str) -> Reaction | None:
    """The reaction of that key; None where this version of the program has it no more."""
    return _wiring.reactions.get(key)


def on_wake(wake: Callable[[], None] | None) -> None:
    """Call ``wake`` after each commit that owes something at once."""
    _wiring.woken = wake


def enqueue(entries: Sequence[Recorded]) -> None:
    """Subscriber of the journal: owe each entry to the reactions that want it. Runs in the action's transaction."""
    owed = [
        (entry.id, one.key, int(State.WAITING), 0, entry.recorded_at + timedelta(seconds=one.delay_seconds), "")
        for one in _wiring.reactions.values()
        for entry in entries
        if isinstance(entry.fact, one.facts) and entry.origin in one.origins
    ]
    if not owed:
        return
    rows = [(*row[:4], adapted(connection, row[4]), row[5]) for row in owed]
    insert_rows(Delivery, ("entry_id", "reaction", "state", "tries", "next_at", "error"), rows)
    transaction.on_commit(_wake)


def _wake() -> None:
    if _wiring.woken is not None:
        _wiring.woken()


def run_due(at: datetime, limit: int = 20) -> int:
    """Run up to ``limit`` deliveries that are due at a moment; return how many were taken up, with whatever result."""
    claimed = _claim(at, limit)
    for delivery in claimed:
        _run(delivery, at)
    return len(claimed)


def _claim(at: datetime, limit: int) -> list[Delivery]:
    """Lease what is due, so that no other runner takes it up for a while."""
    due = Q(state__in=(State.WAITING, State.FAILED), next_at__lte=at) | Q(state=State.RUNNING, lease_until__lte=at)
    # An unlocked look first: on SQLite even an idle transaction would take the one write lock every second.
    if not Delivery.objects.filter(due).exists():
        return []
    with transaction.atomic():
        free = Delivery.objects.filter(due).order_by("next_at", "id")
        skip = connection.features.has_select_for_update_skip_locked
        found = list((free.select_for_update(skip_locked=True) if skip else free)[:limit])
        for delivery in found:
            delivery.tries += 1
            delivery.lease_until = at + LEASE
        ids = [delivery.pk for delivery in found]
        Delivery.objects.filter(pk__in=ids).update(state=State.RUNNING, tries=F("tries") + 1, lease_until=at + LEASE)
    return found


def _run(claim: Delivery, at: datetime) -> None:
    """Do one claimed delivery in its own transaction, or note why that failed."""
    try:
        with transaction.atomic():
            mine = Delivery.objects.select_for_update().filter(
                pk=claim.pk, state=State.RUNNING, tries=claim.tries, lease_until=claim.lease_until
            )
            delivery = mine.first()
            if delivery is None:
                return  # the lease ran out and another runner took it over
            if claim.tries > MOST_TRIES:
                _give_up(delivery, "The program ended each time while this was running.")
                return
            delivery.state = _react(delivery, at)
            delivery.lease_until, delivery.error, delivery.done_at = None, "", at
            delivery.save()
    except Exception as error:  # noqa: BLE001  whatever a reaction raises is kept and shown, and must not stop the others
        _log.warning("%s failed (try %s)", claim, claim.tries, exc_info=error)
        _note_failure(claim, error, at)


def _react(delivery: Delivery, at: datetime) -> State:
    if Reversal.objects.filter(reversed_id=delivery.entry_id).exists():
        return State.SKIPPED
    known = reaction(delivery.reaction)
    if known is None:
        raise LookupError(f"This version of the program has no reaction “{delivery.reaction}”.")
    known.react(recorded(Entry.objects.get(pk=delivery.entry_id)), at)
    return State.DONE


def _give_up(delivery: Delivery, error: str) -> None:
    delivery.state, delivery.lease_until, delivery.error = State.DEAD, None, error
    delivery.save()


def _note_failure(claim: Delivery, error: Exception, at: datetime) -> None:
    dead = claim.tries >= MOST_TRIES
    Delivery.objects.filter(pk=claim.pk, state=State.RUNNING, tries=claim.tries).update(
        state=State.DEAD if dead else State.FAILED,
        next_at=at if dead else at + BACK_OFF[claim.tries - 1],
        lease_until=None,
        error=f"{type(error).__name__}: {error}"[:_ERROR_LENGTH],
    )
