"""What the page of one figure shows: the figure, its definition, the records behind it and their postings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from xiaoguan.analysis.choice import GROUPINGS, Opening
from xiaoguan.analysis.showing import Frame, Shown, shown
from xiaoguan.analysis.words import DIMENSION_NAMES, WHY_NAMES, account_name, value_name
from xiaoguan.deals.queries.records import customers_of
from xiaoguan.journal.kinds import DEAL, MEMBER
from xiaoguan.ledger.measures.answers import NO_DATA
from xiaoguan.ledger.measures.behind import Adds, Behind, Item, PostingLine
from xiaoguan.ledger.measures.dimensions import DIMENSIONS
from xiaoguan.ledger.measures.figures import Figure
from xiaoguan.ledger.measures.language import Component, Field, Mean, Measure, Ratio, Unit
from xiaoguan.lib.money import from_stored
from xiaoguan.org.models import Member
from xiaoguan.org.records import kind_name, labels_of, open_records
from xiaoguan.ui import format as write


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingShown:
    """One posting under its record."""

    on: date
    account: str
    why: str
    quantity: str
    units: str
    person: str
    known_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordShown:
    """A record behind the figure and what it adds."""

    label: str
    url: str | None
    kind: object
    last_on: date
    over: str
    under: str
    unknown: bool
    counted: str
    postings: tuple[PostingShown, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """What several records add together, as the columns show it."""

    over: str
    under: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """The page of one figure. ``under_head`` is empty where nothing is divided."""

    frame: Frame
    figure: Shown
    group: str
    over_head: str
    under_head: str
    records: tuple[RecordShown, ...]
    behind: Behind
    more: Sums
    whole: Sums
    back: str
    next: str


def opened_page(
    measure: Measure, opening: Opening, frame: Frame, figure: Figure | None, behind: Behind, viewer: Member
) -> Opened:
    """Put the page together. ``figure`` None: what moving people brought is the sum of its records."""
    people, customers = _names_of_people(behind.items), _customers(behind.items)
    found = figure or _sum_of(measure, behind.whole)
    return Opened(
        frame=frame,
        figure=shown(measure, found, frame, opening),
        group=_of(opening, viewer, counted=bool(behind.opened or behind.hidden)),
        over_head=_over_head(measure),
        under_head=_under_head(measure),
        records=tuple(_record(measure, item, people, customers) for item in behind.items),
        behind=behind,
        more=_sums(measure, behind.more),
        whole=_sums(measure, behind.whole),
        back=opening.choice.url(),
        next=opening.url(after=behind.after) if behind.after else "",
    )


def _sum_of(measure: Measure, whole: Adds) -> Figure:
    part = measure.aggregate.components()[0]
    value = from_stored(whole.over) if part.field is Field.QUANTITY else Decimal(whole.over)
    known = None if whole.unknown and not whole.over else value
    return Figure(value=known, numerator=whole.over, count=whole.units, unknown=whole.unknown)


def _of(opening: Opening, viewer: Member, *, counted: bool) -> str:
    """The group, and the customer to which it is narrowed."""
    parts = [_group(opening, viewer, counted=counted)]
    if opening.customer is not None:
        parts.append(_group(replace(opening, group="customer", value=opening.customer), viewer, counted=False))
    return " · ".join(part for part in parts if part)


def _group(opening: Opening, viewer: Member, *, counted: bool) -> str:
    """What the figure is of. An address can name any record: its name is told to whoever may open it, or where the
    overview names the group to this viewer too, because something in his scope was counted for it."""
    if opening.moved is not None:
        return str(WHY_NAMES[opening.moved])
    if opening.group is None:
        return ""
    kind = DIMENSIONS[opening.group].kind
    named = NO_DATA if opening.value is None else str(opening.value)
    if kind is not None and isinstance(opening.value, int):
        key = (kind, opening.value)
        if counted and opening.group in GROUPINGS:
            named = labels_of(kind, [opening.value]).get(opening.value, NO_DATA)
        else:
            named = open_records(viewer, [key])[key].label or NO_DATA
    return f"{DIMENSION_NAMES[opening.group]}: {value_name(opening.group, opening.value, named)}"


def _over_head(measure: Measure) -> str:
    match measure.aggregate:
        case Ratio(over, _under):
            return _accounts(over)
        case _:
            days = pgettext("quantity", "Days")
            return {Unit.MONEY: _("Amount"), Unit.DAYS: days}.get(measure.unit, _("Number"))


def _under_head(measure: Measure) -> str:
    match measure.aggregate:
        case Ratio(_over, under):
            return _accounts(under)
        case Mean():
            return _("Number")
        case _:
            return ""


def _accounts(part: Component) -> str:
    return " + ".join(account_name(key) for key in part.accounts)


def _record(measure: Measure, item: Item, people: Mapping[int, str], customers: Mapping[int, str]) -> RecordShown:
    sums = _sums(measure, item.adds)
    customer = customers.get(item.id) if item.kind == DEAL else None
    return RecordShown(
        label=" · ".join(part for part in (customer, item.label or f"{item.id}") if part),
        url=item.url,
        kind=kind_name(item.kind),
        last_on=item.last_on,
        over=sums.over,
        under=sums.under,
        unknown=item.adds.unknown != 0,
        counted=_counted(len(item.postings)),
        postings=tuple(_posting(line, people) for line in item.postings),
    )


def _counted(postings: int) -> str:
    return ngettext("%(n)s posting", "%(n)s postings", postings) % {"n": postings}


def _customers(items: Sequence[Item]) -> dict[int, str]:
    """Many deals are called the same: their customers tell them apart."""
    deals = [item.id for item in items if item.kind == DEAL]
    return customers_of(deals) if deals else {}


def _posting(line: PostingLine, people: Mapping[int, str]) -> PostingShown:
    return PostingShown(
        on=line.on,
        account=account_name(line.account),
        why=str(WHY_NAMES[line.why]) if line.why else "",
        quantity=write.number(from_stored(line.quantity), plus=True) if line.quantity else "",
        units=write.number(line.units, plus=True) if line.units else "",
        person=people.get(line.person_id, "") if line.person_id is not None else "",
        known_at=line.known_at,
    )


def _sums(measure: Measure, adds: Adds) -> Sums:
    parts = measure.aggregate.components()
    over = _written(adds.over, parts[0].field, measure.unit)
    match measure.aggregate:
        case Ratio(_over, under):
            return Sums(over=over, under=_written(adds.under, under.field, measure.unit))
        case Mean():
            return Sums(over=over, under=write.number(adds.under))
        case _:
            return Sums(over=over, under="")


def _written(stored: int, field: Field, unit: Unit) -> str:
    if field is Field.UNITS:
        return write.number(stored)
    return write.number(from_stored(stored), None if unit is Unit.DAYS else 2)


def _names_of_people(items: tuple[Item, ...]) -> dict[int, str]:
    ids = {line.person_id for item in items for line in item.postings if line.person_id is not None}
    return labels_of(MEMBER, ids)
