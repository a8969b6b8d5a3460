"""What stands behind a figure: its records with what each adds to it, and their postings.

The list and the row "n more that you may not open" together are the figure, for every measure: a sum adds up, a ratio
adds up above and below the line, a median is the middle of the list.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from xiaoguan.journal.kinds import CUSTOMER, MEMBER, PRODUCT, split_key
from xiaoguan.ledger.accounts import WHY, all_accounts
from xiaoguan.ledger.measures.asking import Ask
from xiaoguan.ledger.measures.behind_asked import item_column, left_of, query_of, unseen_keys
from xiaoguan.ledger.measures.language import Distinct, Measure
from xiaoguan.ledger.measures.queries import run
from xiaoguan.ledger.measures.redating import side
from xiaoguan.ledger.measures.sql import all_of, column, is_in
from xiaoguan.org.models import Member
from xiaoguan.org.records import address_of_record, labels_of, labels_seen

_KINDS = {"customer_id": CUSTOMER, "person_id": MEMBER, "product_id": PRODUCT}


@dataclass(frozen=True, slots=True)
class Adds:
    """What something adds to a figure: above and below the line (as stored), units, and how many unknown."""

    over: int = 0
    under: int = 0
    units: int = 0
    unknown: int = 0

    def plus(self, other: "Adds", sign: int = 1) -> "Adds":
        return Adds(
            self.over + sign * other.over,
            self.under + sign * other.under,
            self.units + sign * other.units,
            self.unknown + sign * other.unknown,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingLine:
    """One posting as people read it. ``quantity`` as stored."""

    id: int
    entry_id: int
    on: date
    known_at: datetime
    account: str
    why: str | None
    quantity: int
    units: int
    person_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A record behind a figure, with its postings where it is on the page shown."""

    kind: int
    id: int
    label: str | None
    url: str | None
    adds: Adds
    last_on: date
    postings: tuple[PostingLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """A page of the records behind a figure, and the rest: ``hidden`` many may not be opened by this viewer and add
    ``more``. ``whole`` is everything together; ``after`` asks for the next page."""

    items: tuple[Item, ...]
    opened: int
    hidden: int
    more: Adds
    whole: Adds
    after: str | None


@dataclass(slots=True)
class _Found:
    key: int
    last_on: date
    adds: Adds = field(default_factory=Adds)


def postings_behind(
    measure: Measure,
    asks: Sequence[Ask],
    member: Member | None,
    *,
    sign: int = 1,
    only_side: int = 0,
    after: str | None = None,
    limit: int = 50,
) -> Behind:
    """The records behind the figure of an ungrouped question (of several, added together, where people moved).

    ``member`` None sees every record. ``only_side`` +1 or −1 keeps those that came in, or left. Largest first, then by
    id; ``after`` continues behind a record. ValueError for a malformed ``after``.
    """
    if len(asks) == 1 and sign == 1 and not only_side:
        # Most figures: of their records those alone are read that are shown, found where the postings are.
        unseen = unseen_keys(measure, asks[0], member)
        if unseen is not None:
            return _ranked(measure, asks[0], member, unseen, after, limit)
    found = _kept(measure, _found(measure, asks, sign))
    if only_side:
        found = [item for item in found if side(item.adds.over, item.adds.units, item.adds.unknown) == only_side]
    names = _Names(measure, member, found)
    seen = sorted((item for item in found if names.visible(item.key)), key=_order)
    hidden = [item for item in found if not names.visible(item.key)]
    start = _start(seen, after)
    page = seen[start : start + limit]
    rest = len(seen) > start + limit
    return Behind(
        items=tuple(_items(measure, asks, page, names)),
        opened=len(seen),
        hidden=len(hidden),
        more=_sum(hidden),
        whole=_sum(found),
        after=_place(page[-1]) if rest else None,
    )


def _ranked(
    measure: Measure, question: Ask, member: Member | None, unseen: set[int], after: str | None, limit: int
) -> Behind:
    """The page where all records but a few may be opened: only as many are read as are shown."""
    query = replace(query_of(measure, question, "objects"), left=left_of(measure))
    only = is_in(column(item_column(measure)), unseen)
    hidden = [_item(row) for row in run(replace(query, where=all_of([query.where, only])))] if unseen else []
    ranked = replace(query, kind="ranked", most=limit + 1 + len(hidden))
    rows = run(replace(ranked, behind=_behind(after)))
    told = rows or run(replace(ranked, most=1))
    many, *adds = told[0][6:] if told else (0, 0, 0, 0, 0)
    items = [item for item in map(_item, rows) if item.key not in unseen]
    page = items[:limit]
    return Behind(
        items=tuple(_items(measure, [question], page, _Names(measure, member, page))),
        opened=int(many) - len(hidden),
        hidden=len(hidden),
        more=_sum(hidden),
        whole=Adds(*map(int, adds)),
        after=_place(page[-1]) if len(items) > limit else None,
    )


def _item(row: Sequence[Any]) -> _Found:
    key, over, under, units, unknown, last = row[:6]
    return _Found(key, _day(last), Adds(int(over), int(under), int(units), int(unknown)))


def _behind(after: str | None) -> tuple[int, int] | None:
    if not after:
        return None
    over, key = (int(part) for part in after.split("."))
    return over, key


def _found(measure: Measure, asks: Sequence[Ask], sign: int) -> list[_Found]:
    found: dict[int, _Found] = {}
    # Over several questions what is left of one is only known of all together.
    left = left_of(measure) if len(asks) == 1 else ""
    for question in asks:
        for row in run(replace(query_of(measure, question, "objects"), left=left)):
            new = _item(row)
            item = found.setdefault(new.key, _Found(new.key, new.last_on))
            item.last_on = max(item.last_on, new.last_on)
            item.adds = item.adds.plus(new.adds, sign)
    return list(found.values())


def _kept(measure: Measure, found: list[_Found]) -> list[_Found]:
    """The same of several questions added together."""
    match left_of(measure):
        case "under":
            return [item for item in found if item.adds.under > 0]
        case "over":
            return [item for item in found if item.adds.over > 0]
        case "any":
            return [item for item in found if item.adds != Adds()]
    return found


class _Names:
    """Which records the viewer may open, and what they are called."""

    def __init__(self, measure: Measure, member: Member | None, found: list[_Found]) -> None:
        aggregate = measure.aggregate
        self._kind = _KINDS.get(aggregate.column) if isinstance(aggregate, Distinct) else None
        self._everything = member is None
        keys = [self.split(item.key) for item in found]
        self._labels = {} if member is None else labels_seen(member, keys)

    def split(self, key: int) -> tuple[int, int]:
        return split_key(key) if self._kind is None else (self._kind, key)

    def visible(self, key: int) -> bool:
        return self._everything or self.split(key) in self._labels

    def of(self, page: Iterable[_Found]) -> dict[tuple[int, int], tuple[str | None, str | None]]:
        """(kind, id) → label and address."""
        keys = [self.split(item.key) for item in page]
        if not self._everything:
            return {
                key: (self._labels[key], address_of_record(*key)) if key in self._labels else (None, None)
                for key in keys
            }
        by_kind = {kind: labels_of(kind, [number for of, number in keys if of == kind]) for kind, _number in keys}
        return {(kind, number): (by_kind[kind].get(number), None) for kind, number in keys}


def _items(measure: Measure, asks: Iterable[Ask], page: list[_Found], names: _Names) -> Iterable[Item]:
    postings = _postings(measure, asks, [item.key for item in page]) if page else {}
    labels = names.of(page)
    for item in page:
        kind, number = names.split(item.key)
        label, url = labels[kind, number]
        yield Item(
            kind=kind, id=number, label=label, url=url, adds=item.adds, last_on=item.last_on,
            postings=tuple(postings.get(item.key, ())),
        )  # fmt: skip


def _postings(measure: Measure, asks: Iterable[Ask], keys: list[int]) -> dict[int, list[PostingLine]]:
    accounts = {item.code: item.key for item in all_accounts()}
    whys = {code: word for word, code in WHY.items()}
    result: dict[int, list[PostingLine]] = {}
    for question in asks:
        query = query_of(measure, question, "postings")
        only = is_in(column(item_column(measure)), keys)
        for row in run(replace(query, where=all_of([query.where, only]))):
            key, number, entry_id, on, known_at, code, why, quantity, units, person_id = row
            line = PostingLine(
                id=number, entry_id=entry_id, on=_day(on), known_at=_moment(known_at), account=accounts[code],
                why=whys.get(why), quantity=quantity, units=units, person_id=person_id,
            )  # fmt: skip
            result.setdefault(key, []).append(line)
    return result


def _order(item: _Found) -> tuple[int, int]:
    return (-item.adds.over, item.key)


def _place(item: _Found) -> str:
    return f"{item.adds.over}.{item.key}"


def _start(seen: list[_Found], after: str | None) -> int:
    """Behind the place named, whether or not that record is still there."""
    if not after:
        return 0
    over, key = _behind(after) or (0, 0)
    return sum(1 for item in seen if _order(item) <= (-over, key))


def _sum(found: Iterable[_Found]) -> Adds:
    whole = Adds()
    for item in found:
        whole = whole.plus(item.adds)
    return whole


def _day(found: Any) -> date:
    return found if isinstance(found, date) else date.fromisoformat(found)


def _moment(found: Any) -> datetime:
    # SQLite keeps moments as UTC text without saying so.
    moment: datetime = found if isinstance(found, datetime) else datetime.fromisoformat(found)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
