"""Customers enter, change, go to another owner, and leave when their import is undone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from xiaoguan.crm import rules
from xiaoguan.crm.actions.common import Edit, check_amount, check_lengths, edits_of, fields_changed, locked
from xiaoguan.crm.models import Customer, Source
from xiaoguan.crm.neighbours import standing_deals
from xiaoguan.journal.facts.crm import CustomerCreated, CustomerTransferred
from xiaoguan.journal.facts.general import EntriesReversed
from xiaoguan.journal.kinds import CUSTOMER, object_key
from xiaoguan.journal.models import Entry, Origin
from xiaoguan.journal.recording import Happening, Recorded, record
from xiaoguan.lib.days import company_day
from xiaoguan.lib.refusal import Refusal
from xiaoguan.org.doing import Doing
from xiaoguan.org.models import Member
from xiaoguan.services.search.keeping import keep

EDITABLE: Final = (
    "name", "short_name", "kind", "industry", "region", "country", "city", "source_id", "credit_code", "website",
    "revenue", "employees", "founded_year", "parent_id", "external_id",
)  # fmt: skip
_STATED: Final = frozenset({"kind", "revenue", "employees", "founded_year"})


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCustomer:
    """A customer to be entered. ``on`` is the day it belongs to (None: today), ``assumed`` marks a guessed day;
    ``values`` are further fields of ``EDITABLE``."""

    name: str
    owner_id: int | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    on: date | None = None
    assumed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerChange:
    """New values of some fields of ``EDITABLE``."""

    customer_id: int
    values: Mapping[str, Any]


def create_customers(
    items: Sequence[NewCustomer],
    *,
    by: Member | None,
    at: datetime,
    origin: int = Origin.LIVE,
    batch_id: int | None = None,
) -> list[int]:
    """Enter customers and return their ids in order. Refused for a bad name, credit code, year or a code in use."""
    doing = Doing(by=by, at=at, origin=origin, batch_id=batch_id)
    today = company_day(at)
    with transaction.atomic():
        rows = [_row(item, doing) for item in items]
        _refuse_taken(rows)
        Customer.objects.bulk_create(rows)
        keep(CUSTOMER, ((row.pk, rules.names_of(row)) for row in rows), fresh=True)
        record(
            [
                Happening(
                    fact=CustomerCreated(customer_id=row.pk, owner_id=row.owner_id, source_id=row.source_id),
                    on=item.on or today,
                    known_assumed=item.assumed,
                )
                for item, row in zip(items, rows, strict=True)
            ],
            **doing.book(),
        )
    return [row.pk for row in rows]


def _row(item: NewCustomer, doing: Doing) -> Customer:
    values = clean({"name": item.name, **item.values}, company_day(doing.at))
    return Customer(**values, owner_id=item.owner_id, created_at=doing.at, updated_at=doing.at)


def clean(values: Mapping[str, Any], today: date) -> dict[str, Any]:
    """Values as they are stored, with the keys that follow from the name. Refused where a rule says no."""
    unknown = set(values) - set(EDITABLE)
    if unknown:
        raise ValueError(f"not editable: {', '.join(sorted(unknown))}")
    result: dict[str, Any] = {
        name: " ".join(value.split()) if isinstance(value, str) else value for name, value in values.items()
    }
    if "name" in result:
        result["name"] = rules.clean_name(result["name"], 200)
        result |= {"name_key": rules.name_key(result["name"]), "match_key": rules.match_key(result["name"])}
    if "credit_code" in result:
        result["credit_code"] = rules.clean_credit_code(result["credit_code"])
    if "external_id" in result:
        result["external_id"] = result["external_id"] or None
    rules.check_founded(result.get("founded_year"), today)
    check_amount(result.get("revenue"), "revenue")
    check_lengths(Customer, result)
    return result


def _refuse_taken(rows: Sequence[Customer]) -> None:
    """Say which customer has the credit code or the outside number already, before the database does."""
    for name in ("credit_code", "external_id"):
        wanted = {value: row for row in rows if (value := getattr(row, name))}
        if len(wanted) < sum(1 for row in rows if getattr(row, name)):
            raise Refusal(_("Two of these customers have the same number."), field=name, code="taken")
        found = Customer.objects.filter(removed_at=None, **{f"{name}__in": list(wanted)})
        taken = found.exclude(pk__in=[row.pk for row in rows if row.pk]).first() if wanted else None
        if taken:
            raise Refusal(
                _("Another customer has the number %(value)s already.") % {"value": getattr(taken, name)},
                field=name,
                code="taken",
            )


def amend_customers(
    items: Sequence[CustomerChange],
    *,
    by: Member | None,
    at: datetime,
    origin: int = Origin.LIVE,
    batch_id: int | None = None,
) -> list[Recorded]:
    """Change fields of customers; what does not differ is left alone. One entry for each changed customer."""
    doing = Doing(by=by, at=at, origin=origin, batch_id=batch_id)
    today = company_day(at)
    with transaction.atomic():
        rows = locked(Customer, [item.customer_id for item in items])
        happenings = []
        for item in items:
            row = rows[item.customer_id]
            edits = _amend(row, clean(item.values, today))
            if edits:
                row.updated_at = at
                _refuse_taken([row])
                row.save()
                keep(CUSTOMER, [(row.pk, rules.names_of(row))])
                happenings.append(
                    fields_changed(kind=CUSTOMER, object_id=row.pk, customer_id=row.pk, edits=edits, on=today)
                )
        return record(happenings, **doing.book())


def _amend(row: Customer, values: dict[str, Any]) -> list[Edit]:
    if values.get("parent_id"):
        rules.check_parent(row.pk, _above(values["parent_id"]))
    named = {"source_id": _source_name, "parent_id": _customer_name}
    edits = edits_of(row, values, stated=_STATED)
    return [
        Edit(e.field, named[e.field](e.old), named[e.field](e.new), private=True) if e.field in named else e
        for e in edits
        if e.field not in ("name_key", "match_key")
    ]


def _source_name(pk: str | None) -> str | None:
    return Source.objects.values_list("name", flat=True).filter(pk=pk).first() if pk else None


def _customer_name(pk: str | None) -> str | None:
    return Customer.objects.values_list("name", flat=True).filter(pk=pk).first() if pk else None


def _above(customer_id: int) -> list[int]:
    """The company itself and those above it, nearest first."""
    chain: list[int] = []
    step: int | None = customer_id
    while step is not None and step not in chain:
        chain.append(step)
        step = Customer.objects.values_list("parent_id", flat=True).filter(pk=step).first()
    return chain


def transfer_customers(
    pairs: Sequence[tuple[int, int | None]],
    *,
    by: Member | None,
    at: datetime,
    origin: int = Origin.LIVE,
    batch_id: int | None = None,
) -> list[Recorded]:
    """Give customers to other owners: pairs of (customer id, member id or None). Who has it already keeps it."""
    doing = Doing(by=by, at=at, origin=origin, batch_id=batch_id)
    today = company_day(at)
    with transaction.atomic():
        rows = locked(Customer, [customer_id for customer_id, _owner in pairs])
        happenings = []
        for customer_id, owner_id in pairs:
            row = rows[customer_id]
            if row.owner_id == owner_id:
                continue
            told = CustomerTransferred(customer_id=row.pk, owner_from=row.owner_id, owner_id=owner_id)
            row.owner_id, row.updated_at = owner_id, at
            row.save(update_fields=["owner", "updated_at"])
            happenings.append(Happening(fact=told, on=today))
        return record(happenings, **doing.book())


def remove_customers(
    ids: Sequence[int],
    *,
    reason: str,
    by: Member | None,
    at: datetime,
    origin: int = Origin.LIVE,
    batch_id: int | None = None,
) -> list[Recorded]:
    """Take back that customers were entered: the rows are marked removed, their creation is reversed on its day.

    Refused while deals or contacts that stand lead to one of them (of the undone import they are gone already).
    """
    doing = Doing(by=by, at=at, origin=origin, batch_id=batch_id)
    with transaction.atomic():
        rows = locked(Customer, list(ids))
        _refuse_needed(rows)
        created = {
            entry.customer_id: entry
            for entry in Entry.objects.filter(
                subject_key__in=[object_key(CUSTOMER, pk) for pk in rows], kind=CustomerCreated.code
            )
        }
        Customer.objects.filter(pk__in=rows).update(removed_at=at, updated_at=at)
        return record(
            [
                Happening(
                    fact=EntriesReversed(kind=CUSTOMER, object_id=pk, customer_id=pk, reason=reason),
                    on=created[pk].on_date,
                    reverses=(created[pk].id,),
                )
                for pk in ids
            ],
            **doing.book(),
        )


def _refuse_needed(rows: Mapping[int, Customer]) -> None:
    standing = Customer.objects.filter(pk__in=rows)
    needed = standing.filter(pk__in=standing_deals().values("customer_id")).first()
    needed = needed or standing.filter(contacts__removed_at=None, contacts__isnull=False).first()
    if needed:
        raise Refusal(
            _("“%(name)s” cannot be removed: deals or contacts belong to it.") % {"name": needed.name},
            code="needed",
        )
