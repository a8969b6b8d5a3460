"""How any room names and opens the records of another: each kind's labels, visibility and address.

``config.records`` lists one ``RecordKind`` for each kind of object; drill-downs, timelines and imports ask here.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from xiaoguan.org import memo

if TYPE_CHECKING:
    from xiaoguan.org.models import Member

Ids = Iterable[int]
# An object key has 48 bits for the id (journal.kinds).
LARGEST_ID: Final = 2**48 - 1
_LOT: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordKind:
    """A kind of object: its name for people, what they are called, how those are called that a member may open (no
    ``seen``: they are no secret, whoever meets one may know its name), and where they open. ``unseen`` names the few
    that a member may not open who may open all others; None where he may not, or they are many. ``unseen_among`` names
    those of some that he may not open."""

    kind: int
    name: object  # a lazily translated word
    labels: Callable[[Ids], dict[int, str]]
    seen: Callable[["Member", Ids], dict[int, str]] | None = None
    url: Callable[[int], str] | None = None
    unseen: Callable[["Member"], set[int] | None] | None = None
    unseen_among: Callable[["Member", Ids], set[int]] | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A record as one viewer may meet it: ``label`` and ``url`` are None where it is not visible."""

    kind: int
    id: int
    label: str | None
    url: str | None


_kinds: dict[int, RecordKind] = {}


def configure_records(kinds: Iterable[RecordKind]) -> None:
    """Set the kinds of records. Called once by ``config`` at start-up."""
    _kinds.clear()
    _kinds.update({item.kind: item for item in kinds})


def open_records(member: "Member", keys: Iterable[tuple[int, int]]) -> dict[tuple[int, int], Opened]:
    """For each (kind, id): its label and address if the member may see it, else an Opened without them."""
    wanted = set(keys)
    labels = labels_seen(member, wanted)
    return {key: _opened(key, labels.get(key)) for key in wanted}


def labels_seen(member: "Member", keys: Iterable[tuple[int, int]]) -> dict[tuple[int, int], str]:
    """The labels of those that the member may see: of thousands of which only a page is opened."""
    by_kind: dict[int, set[int]] = {}
    for kind, object_id in keys:
        # An address can name any number; databases refuse what no id can be.
        if 0 < object_id <= LARGEST_ID:
            by_kind.setdefault(kind, set()).add(object_id)
    return {
        (kind, object_id): label
        for kind, ids in by_kind.items()
        if kind in _kinds
        for object_id, label in _seen(_kinds[kind], member, ids).items()
    }


def _opened(key: tuple[int, int], label: str | None) -> Opened:
    return Opened(*key, label, None if label is None else address_of_record(*key))


def _seen(record: RecordKind, member: "Member", ids: Ids) -> dict[int, str]:
    seen = record.seen
    return _in_lots(record.labels if seen is None else lambda lot: seen(member, lot), ids)


def _in_lots(ask: Callable[[Ids], dict[int, str]], ids: Ids) -> dict[int, str]:
    """A figure by customer may name a hundred thousand; databases take only so many values in one question."""
    wanted = list(ids)
    result: dict[int, str] = {}
    for start in range(0, len(wanted), _LOT):
        result |= ask(wanted[start : start + _LOT])
    return result


def opened(member: "Member", keys: Iterable[tuple[int, int]]) -> dict[tuple[int, int], Opened]:
    """The same as ``open_records``, each asked for once a request: the parts of a page ask about the same records."""
    known, wanted = _known(member), set(keys)
    known |= open_records(member, wanted - set(known))
    return {key: known[key] for key in wanted}


def settle(member: "Member", kind: int, object_id: int, label: str) -> None:
    """A page has found a record for this member by its own policy: its parts need not ask ``opened`` again."""
    _known(member)[kind, object_id] = _opened((kind, object_id), label)


def _known(member: "Member") -> dict[tuple[int, int], Opened]:
    return memo.remember(("opened", member.pk), dict)


def unseen_ids(member: "Member", kind: int) -> set[int] | None:
    """The records of a kind that the member may not open, where they are few and all others he may; else None."""
    record = _kinds.get(kind)
    return record.unseen(member) if record and record.unseen else None


def unseen_among(member: "Member", kind: int, ids: Callable[[], Ids]) -> set[int] | None:
    """Which of these the member may not open; None where the kind can only say whom he may."""
    record = _kinds.get(kind)
    return record.unseen_among(member, ids()) if record and record.unseen_among else None


def address_of_record(kind: int, object_id: int) -> str | None:
    """Where a record opens whose visibility the caller has settled already; None where its kind has no page."""
    record = _kinds.get(kind)
    return record.url(object_id) if record and record.url else None


def labels_of(kind: int, ids: Ids) -> dict[int, str]:
    """Names of records whose visibility the caller has settled already (groups of a measure, for instance)."""
    record = _kinds.get(kind)
    return _in_lots(record.labels, ids) if record else {}


def kind_name(kind: int) -> object:
    """What people call this kind of object."""
    return _kinds[kind].name
