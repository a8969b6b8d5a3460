"""Import customers. A row with a number of its own is that number's customer; else the name finds it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xiaoguan.crm import rules
from xiaoguan.crm.actions import (
    CustomerChange,
    NewCustomer,
    amend_customers,
    create_customers,
    ensure_sources,
    known_customers,
    remove_customers,
    transfer_customers,
)
from xiaoguan.crm.imports.common import PERMISSION, doing, given, owner_of, problem, repeated, restored, stored
from xiaoguan.crm.imports.customer_columns import COLUMNS
from xiaoguan.crm.models import Customer
from xiaoguan.journal.facts.general import IMPORT_UNDONE
from xiaoguan.journal.kinds import CUSTOMER
from xiaoguan.lib.days import company_day
from xiaoguan.lib.refusal import Refusal
from xiaoguan.services.transfer.contract import (
    AppliedRow,
    Assumption,
    Context,
    Did,
    Importable,
    Outcome,
    Prepared,
    Problem,
    Ready,
    Row,
)
from xiaoguan.services.transfer.words import Words

_PLAIN: Final = (
    "short_name", "industry", "region", "country", "city", "credit_code", "website", "revenue", "employees",
    "founded_year",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerRow:
    """A row that makes sense. ``owner_id`` None: the file does not say; ``parent`` and ``source`` are names."""

    external_id: str | None
    name: str
    values: dict[str, Any]
    owner_id: int | None
    parent: str | None
    source: str | None
    on: date | None


def study(rows: Sequence[Row], memory: dict[str, Any]) -> None:
    """Note which names the file has and who belongs to whom: a parent may stand after its subsidiary."""
    names: dict[str, int] = memory.setdefault("names", {})
    children: dict[str, list[str]] = memory.setdefault("children", {})
    for row in rows:
        name, parent = row.values.get("name"), row.values.get("parent")
        if name:
            names[rules.name_key(name)] = 1
        if name and parent:
            children.setdefault(rules.name_key(parent), []).append(name)


def prepare(rows: Sequence[Row], context: Context) -> Prepared:
    """Turn parsed rows into customers to write, or say what is wrong with them."""
    result = Prepared()
    names = [row.values["name"] for row in rows] + [p for row in rows if (p := row.values.get("parent"))]
    known = known_customers(names)
    lost_parents = undated = 0
    for row in rows:
        item = _read(row, context)
        if isinstance(item, Problem):
            result.problems.append(item)
            continue
        parent = item.parent
        lost_parents += bool(parent and parent not in known and rules.name_key(parent) not in context.memory["names"])
        undated += item.on is None and item.name not in known
        found = known.get(item.name) if item.external_id is None else None
        result.rows.append(Ready(row.line, item.external_id, item, object_id=found))
    result.assumptions = _assumed(lost_parents, undated)
    return result


def _assumed(lost_parents: int, undated: int) -> list[Assumption]:
    found = (
        Assumption(code="parent_unknown", rows=lost_parents, words=Words(gettext_noop(
            "Parent companies that are neither in the file nor here are left empty."
        ))),
        Assumption(code="created_on", rows=undated, words=Words(gettext_noop(
            "The file does not say since when these customers are known; today is taken."
        ))),
    )  # fmt: skip
    return [assumption for assumption in found if assumption.rows]


def _read(row: Row, context: Context) -> CustomerRow | Problem:
    external_id = row.values.get("external_id")
    key = external_id or rules.name_key(row.values["name"])
    owner = owner_of(row, context)
    wrong = repeated(row, key, context, "customers") or _wrong(row, context)
    if wrong or isinstance(owner, Problem):
        return wrong or owner  # type: ignore[return-value]  # one of the two is a problem
    return CustomerRow(
        external_id=external_id,
        name=row.values["name"],
        values=given(row, context, _PLAIN),
        owner_id=owner,
        parent=row.values.get("parent"),
        source=row.values.get("source"),
        on=row.values.get("created_on"),
    )


def _wrong(row: Row, context: Context) -> Problem | None:
    values = row.values
    try:
        rules.clean_credit_code(values.get("credit_code"))
    except Refusal:
        return problem(
            row,
            "credit_code",
            gettext_noop("“%(value)s” is no unified social credit code: its length, letters or last sign are wrong."),
            gettext_noop("Copy it again from the business licence, or leave it empty."),
        )
    today = company_day(context.at)
    try:
        rules.check_founded(values.get("founded_year"), today)
    except Refusal:
        return problem(
            row,
            "founded_year",
            gettext_noop("%(value)s cannot be the year of foundation."),
            gettext_noop("Write the year with four digits."),
        )
    if (values.get("employees") or 0) < 0:
        return problem(
            row, "employees", gettext_noop("There cannot be %(value)s employees."), gettext_noop("Check the figure.")
        )
    if values.get("created_on") and values["created_on"] > today:
        return problem(
            row, "created_on", gettext_noop("%(value)s lies in the future."), gettext_noop("Check the year.")
        )
    return None


def apply(rows: Sequence[Ready], context: Context) -> list[Outcome]:
    """Write ready rows: new customers in bulk, changed ones amended; then who belongs to whom."""
    known = known_customers([row.payload.name for row in rows if row.payload.external_id is None])
    sources = ensure_sources(sorted({row.payload.source for row in rows if row.payload.source}), **doing(context))
    fresh: list[tuple[Ready, int]] = []
    there: list[tuple[Ready, int]] = []
    for row in rows:
        object_id = row.object_id or (known.get(row.payload.name) if row.external_id is None else None)
        (there if object_id else fresh).append((row, object_id or 0))
    ids = create_customers([_new(row.payload, sources) for row, _none in fresh], **doing(context))
    outcomes = [Outcome(row.line, pk, Did.CREATED) for (row, _none), pk in zip(fresh, ids, strict=True)]
    outcomes += _update(there, sources, context)
    _join_groups(rows, context)
    return outcomes


def _new(item: CustomerRow, sources: dict[str, int]) -> NewCustomer:
    values = {**item.values, "external_id": item.external_id}
    if item.source:
        values["source_id"] = sources[item.source]
    cleaned = {name: value for name, value in values.items() if value is not None}
    return NewCustomer(name=item.name, owner_id=item.owner_id, values=cleaned, on=item.on)


def _update(there: Sequence[tuple[Ready, int]], sources: dict[str, int], context: Context) -> list[Outcome]:
    """Amend what differs; ``before`` keeps what stood there."""
    standing = Customer.objects.in_bulk([pk for _row, pk in there])
    outcomes, changes, owners = [], [], []
    for row, pk in there:
        now = {"name": row.payload.name, **_filled(row.payload.values)}
        if now.get("credit_code"):
            now["credit_code"] = rules.clean_credit_code(now["credit_code"])
        if row.payload.source:
            now["source_id"] = sources[row.payload.source]
        before = {name: old for name in now if (old := getattr(standing[pk], name)) != now[name]}
        if row.payload.owner_id and row.payload.owner_id != standing[pk].owner_id:
            owners.append((pk, row.payload.owner_id))
            before["owner_id"] = standing[pk].owner_id
        changes.append(CustomerChange(customer_id=pk, values={name: now[name] for name in before if name in now}))
        did = Did.UPDATED if before else Did.UNCHANGED
        outcomes.append(Outcome(row.line, pk, did, stored(before)))
    amend_customers([change for change in changes if change.values], **doing(context))
    transfer_customers(owners, **doing(context))
    return outcomes


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    """An emptied cell is an empty text, or None for numbers and codes."""
    nullable = ("credit_code", "revenue", "employees", "founded_year")
    return {name: "" if value is None and name not in nullable else value for name, value in values.items()}


def _join_groups(rows: Sequence[Ready], context: Context) -> None:
    """Set parents where both are there by now: of these rows, and of earlier rows that waited for one of these."""
    children: dict[str, list[str]] = context.memory.get("children", {})
    pairs = [(row.payload.name, row.payload.parent) for row in rows if row.payload.parent]
    for row in rows:
        pairs += [(child, row.payload.name) for child in children.get(rules.name_key(row.payload.name), [])]
    if not pairs:
        return
    ids = known_customers(sorted({name for pair in pairs for name in pair}))
    joined = {ids[child]: ids[parent] for child, parent in pairs if child in ids and parent in ids}
    changes = [CustomerChange(customer_id=child, values={"parent_id": parent}) for child, parent in joined.items()]
    amend_customers(changes, **doing(context))


def undo(rows: Sequence[AppliedRow], context: Context) -> None:
    """Take imported customers back; amended ones get their earlier values again."""
    created = [row.object_id for row in rows if row.did is Did.CREATED]
    remove_customers(created, reason=IMPORT_UNDONE, **doing(context))
    changes, owners = [], []
    for row in rows:
        if row.did is Did.UPDATED:
            before = restored(row.before or {})
            if "owner_id" in before:
                owners.append((row.object_id, before.pop("owner_id")))
            changes.append(CustomerChange(customer_id=row.object_id, values=before))
    amend_customers(changes, **doing(context))
    transfer_customers(owners, **doing(context))


CUSTOMERS: Final = Importable(
    kind="customers",
    label=_("Customers"),
    object_kind=CUSTOMER,
    columns=COLUMNS,
    study=study,
    prepare=prepare,
    apply=apply,
    undo=undo,
    permission=PERMISSION,
)
