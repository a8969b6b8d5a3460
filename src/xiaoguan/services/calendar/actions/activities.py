"""Logging what was done, wording it better, and taking it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db import IntegrityError, transaction

from xiaoguan.journal.facts.calendar import ActivityAmended, ActivityLogged
from xiaoguan.journal.facts.general import EntriesReversed
from xiaoguan.journal.kinds import ACTIVITY, object_key, split_key
from xiaoguan.journal.models import Entry, Origin
from xiaoguan.journal.recording import Happening, Recorded, record
from xiaoguan.lib.days import company_day
from xiaoguan.org.doing import Doing
from xiaoguan.org.models import Member
from xiaoguan.services.calendar import rules
from xiaoguan.services.calendar.actions.common import locked
from xiaoguan.services.calendar.models import Activity


@dataclass(frozen=True, slots=True, kw_only=True)
class NewActivity:
    """Something that was done: what, about which record (kind of ``journal.kinds``, id), by whom, when."""

    kind: str
    about_kind: int
    about_id: int
    member_id: int
    happened_at: datetime
    customer_id: int | None = None
    minutes: int | None = None
    text: str = ""
    external_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityChange:
    """Other words, kind or length for an activity; its day and its member stay (else take it back and log it again)."""

    activity_id: int
    kind: str
    minutes: int | None
    text: str


def log_activities(
    items: Sequence[NewActivity],
    *,
    by: Member | None,
    at: datetime,
    origin: int = Origin.LIVE,
    batch_id: int | None = None,
) -> list[int]:
    """Log activities and return their ids in order. Each belongs to the company day on which it happened."""
    doing = Doing(by=by, at=at, origin=origin, batch_id=batch_id)
    with transaction.atomic():
        rows = _logged(items, at)
        record([_told(row) for row in rows], **doing.book())
    return [row.pk for row in rows]


def log_once(item: NewActivity, *, once: str, by: Member, at: datetime) -> Recorded | None:
    """Log one activity that a form sends; None where the same words of the same form (``once``) were logged before:
    a second click and a repeated sending log nothing."""
    key = _key(item, once, by)
    try:
        with transaction.atomic():
            if _known(key):
                return None
            (row,) = _logged([item], at)
            (entry,) = record([_told(row, key)], **Doing(by=by, at=at).book())
            return entry
    except IntegrityError:
        # The same form was sent twice at the same time and the other one was faster.
        if not _known(key):
            raise
        return None


def _known(key: str) -> bool:
    return Entry.objects.filter(dedupe_key=key).exists()


def _key(item: NewActivity, once: str, by: Member) -> str:
    """Other words under the same form are another activity: what somebody typed is never dropped."""
    said = sha256(f"{item.kind} {item.about_kind} {item.about_id} {item.text}".encode()).hexdigest()[:16]
    return f"activity.logged {by.pk}:{once}:{said}"


def _logged(items: Sequence[NewActivity], at: datetime) -> list[Activity]:
    for item in items:
        rules.check_activity(happened_at=item.happened_at, minutes=item.minutes, at=at)
    return Activity.objects.bulk_create([_row(item, at) for item in items])


def _told(row: Activity, key: str | None = None) -> Happening:
    told = ActivityLogged(
        activity_id=row.pk,
        activity_kind=row.kind,
        about_kind=row.about_kind,
        about_id=row.about_id,
        customer_id=row.customer_id,
        member_id=row.member_id,
        minutes=row.minutes,
    )
    day = company_day(row.happened_at)
    return Happening(fact=told, on=day, occurred_at=row.happened_at, dedupe_key=key)


def _row(item: NewActivity, at: datetime) -> Activity:
    return Activity(
        kind=Activity.Kind(item.kind),
        about_kind=item.about_kind,
        about_id=item.about_id,
        customer_id=item.customer_id,
        member_id=item.member_id,
        happened_at=item.happened_at,
        minutes=item.minutes,
        text=item.text.strip(),
        external_id=item.external_id or None,
        created_at=at,
    )


def amend_activities(
    items: Sequence[ActivityChange],
    *,
    by: Member | None,
    at: datetime,
    origin: int = Origin.LIVE,
    batch_id: int | None = None,
) -> list[Recorded]:
    """Change kind, length or words of activities; those that do not differ are left alone."""
    doing = Doing(by=by, at=at, origin=origin, batch_id=batch_id)
    with transaction.atomic():
        rows = locked(Activity, [item.activity_id for item in items])
        happenings = []
        for item in items:
            row = rows[item.activity_id]
            rules.check_activity(happened_at=row.happened_at, minutes=item.minutes, at=at)
            wanted = (Activity.Kind(item.kind), item.minutes, item.text.strip())
            if wanted == (row.kind, row.minutes, row.text):
                continue
            row.kind, row.minutes, row.text = wanted
            row.save()
            told = ActivityAmended(
                activity_id=row.pk,
                customer_id=row.customer_id,
                member_id=row.member_id,
                activity_kind=row.kind,
                minutes=row.minutes,
            )
            happenings.append(Happening(fact=told, on=company_day(row.happened_at)))
        return record(happenings, **doing.book())


def take_back_activities(
    ids: Sequence[int],
    *,
    reason: str,
    by: Member | None,
    at: datetime,
    origin: int = Origin.LIVE,
    batch_id: int | None = None,
) -> list[Recorded]:
    """Activities that did not happen, or whose import is undone: marked removed, negated on their own day."""
    doing = Doing(by=by, at=at, origin=origin, batch_id=batch_id)
    with transaction.atomic():
        rows = locked(Activity, list(ids))
        keys = [object_key(ACTIVITY, pk) for pk in rows]
        logged = Entry.objects.filter(subject_key__in=keys, kind=ActivityLogged.code)
        entries = {split_key(entry.subject_key)[1]: entry for entry in logged}
        Activity.objects.filter(pk__in=rows).update(removed_at=at)
        return record(
            [
                Happening(
                    fact=EntriesReversed(kind=ACTIVITY, object_id=pk, customer_id=rows[pk].customer_id, reason=reason),
                    on=entries[pk].on_date,
                    reverses=(entries[pk].id,),
                )
                for pk in ids
            ],
            **doing.book(),
        )
