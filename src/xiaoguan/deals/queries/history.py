"""What happened to a deal: its entries as a timeline, and what was changed from what to what."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import QuerySet

from xiaoguan.deals import sentences  # noqa: F401  registers the sentences
from xiaoguan.deals.queries.records import stage_labels
from xiaoguan.journal.facts import deals as facts
from xiaoguan.journal.facts.general import FieldsChanged
from xiaoguan.journal.kinds import DEAL, MEMBER, STAGE, object_key, split_key
from xiaoguan.journal.models import Entry
from xiaoguan.journal.sentences import Key, Told, tell
from xiaoguan.lib.prepared import Prepared
from xiaoguan.org.models import Member
from xiaoguan.org.records import labels_of, open_records

PAGE: Final = 30
MANY: Final = 100
_CHANGES: Final = tuple(
    kind.code
    for kind in (
        facts.DealAmountChanged, facts.DealRedated, facts.DealStageChanged, facts.DealTransferred,
        facts.DealDetailsChanged, facts.DealWon, facts.DealLost, facts.WonDealReopened, facts.LostDealReopened,
        FieldsChanged,
    )
)  # fmt: skip
UNDO_WITHIN: Final = timedelta(seconds=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """A page of a deal's story, newest first; ``next_before`` is the entry id from which the older ones follow."""

    told: list[Told]
    next_before: int | None


def _of(deal: Any, before: Any, *, changes: bool, most: int) -> QuerySet[Entry]:
    entries = Entry.objects.filter(subject_key=deal).order_by("-id")
    if changes:
        entries = entries.filter(kind__in=_CHANGES)
    return (entries if before is None else entries.filter(id__lt=before))[:most]


_page = Prepared(_of)
_changed = Prepared(lambda deal: _of(deal, None, changes=True, most=MANY).values_list("id"))


def history(
    member: Member, deal_id: int, *, before: int | None = None, changes: bool = False, page_size: int = PAGE
) -> History:
    """The entries of a deal that the member sees (the caller has settled that), with names he may know; ``changes``
    leaves only those in which a value became another."""
    page = _page(object_key(DEAL, deal_id), before or None, changes=changes, most=page_size + 1)
    more = len(page) > page_size
    page = page[:page_size]
    return History(
        told=tell(page, lambda keys: _names(member, keys)),
        next_before=page[-1].id if more else None,
    )


def how_many_changes(deal_id: int) -> int:
    """How often a value of the deal became another; counting stops at ``MANY``."""
    return len(_changed(object_key(DEAL, deal_id)))


def _names(member: Member, keys: set[Key]) -> Mapping[Key, str]:
    """Colleagues and stages are named to everybody who sees the deal; other records as their own policy says."""
    people = {object_id for kind, object_id in keys if kind == MEMBER}
    stages = {object_id for kind, object_id in keys if kind == STAGE}
    result: dict[Key, str] = {}
    if people:
        result |= {(MEMBER, pk): name for pk, name in labels_of(MEMBER, people).items()}
    if stages:
        result |= {(STAGE, pk): name for pk, name in stage_labels(stages).items()}
    others = {key for key in keys if key[0] not in (MEMBER, STAGE)}
    return result | {key: seen.label for key, seen in open_records(member, others).items() if seen.label}


def undoable_steps(member: Member, entry_ids: Iterable[int], now: datetime) -> dict[int, Entry]:
    """The steps by deal, where the member took every one of them himself a moment ago; empty where not."""
    wanted = set(entry_ids)
    own = Entry.objects.filter(pk__in=wanted, actor_id=member.pk, recorded_at__gte=now - UNDO_WITHIN)
    keys = [(split_key(entry.subject_key), entry) for entry in own]
    steps = {object_id: entry for (kind, object_id), entry in keys if kind == DEAL}
    return steps if len(steps) == len(wanted) else {}


def undoable(member: Member, deal_id: int, entry_id: int, now: datetime) -> bool:
    """Whether the member took this step himself a moment ago (the bar offers ten seconds; a slow line takes more)."""
    own = Entry.objects.filter(pk=entry_id, subject_key=object_key(DEAL, deal_id), actor_id=member.pk)
    return own.filter(recorded_at__gte=now - UNDO_WITHIN).exists()
