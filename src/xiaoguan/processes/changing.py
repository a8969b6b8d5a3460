"""What a fact tells of its subject: the values that an object has from then on. Pure.

A value that is an id stands as the object it names; of deals and the like, only the first entry of a log tells all.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, Final

from xiaoguan.journal.facts import calendar, crm, deals, org
from xiaoguan.journal.facts.base import FACTS, Fact
from xiaoguan.journal.kinds import (
    ACTIVITY,
    CONTACT,
    CUSTOMER,
    DEAL,
    MEMBER,
    PRODUCT,
    PRODUCT_LINE,
    ROLE,
    SOURCE,
    STAGE,
    TASK,
    UNIT,
)
from xiaoguan.processes.mapping import FLOAT, LISTS, STRING, object_id

OPEN, WON, LOST, DONE, REMOVED, LEFT, DISSOLVED = "open", "won", "lost", "done", "removed", "left", "dissolved"
LABEL: Final = "label"

# Attributes of each kind of object, with their type and, where they name an object, its kind.
_DEAL: Final[dict[str, str | int]] = {
    "amount": FLOAT, "currency": STRING, "status": STRING, "due_on": STRING, "owner": MEMBER, "stage": STAGE,
    "customer": CUSTOMER, "product": PRODUCT, "product_line": PRODUCT_LINE, "source": SOURCE,
}  # fmt: skip
ATTRIBUTES: Final[dict[int, dict[str, str | int]]] = {
    DEAL: _DEAL,
    CUSTOMER: {"owner": MEMBER, "source": SOURCE},
    CONTACT: {"customer": CUSTOMER, "status": STRING},
    ACTIVITY: {"activity_kind": STRING, "member": MEMBER, "customer": CUSTOMER, "about": STRING},
    TASK: {"owner": MEMBER, "due_on": STRING, "status": STRING, "customer": CUSTOMER, "about": STRING},
    PRODUCT: {"price": FLOAT, "product_line": PRODUCT_LINE, "merged_into": PRODUCT},
    MEMBER: {"unit": UNIT, "status": STRING},
    UNIT: {"unit_kind": STRING, "parent": UNIT, "lead": MEMBER, "status": STRING},
}
# Names that are no one's: always in the log. Those of people and records: only where they are asked for.
PLAIN_LABELS: Final = frozenset({PRODUCT, PRODUCT_LINE, SOURCE, STAGE, ROLE, UNIT})
ASKED_LABELS: Final = frozenset({MEMBER, CUSTOMER, DEAL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """Which values a fact tells: ``fields`` by attribute, ``words`` that it implies."""

    fields: Mapping[str, str]
    words: Mapping[str, str]


def _tells(*names: str, words: Mapping[str, str] | None = None, **renamed: str) -> Telling:
    return Telling(fields={name: _field(name) for name in names} | renamed, words=words or {})


def _field(attribute: str) -> str:
    plain = ("amount", "currency", "due_on", "price", "activity_kind", "unit_kind")
    return attribute if attribute in plain else f"{attribute}_id"


_POSITION: Final = _tells(
    "amount", "currency", "due_on", "stage", "customer", "product", "product_line", "source", owner="person_id"
)
TELLINGS: Final[dict[type[Fact], Telling]] = {
    deals.DealCreated: Telling(fields=_POSITION.fields, words={"status": OPEN}),
    deals.DealOpenedAtStart: Telling(fields=_POSITION.fields, words={"status": OPEN}),
    deals.DealAmountChanged: _tells("amount"),
    deals.DealRedated: _tells("due_on"),
    deals.DealStageChanged: _tells("stage"),
    deals.DealTransferred: _tells(owner="person_id"),
    deals.DealDetailsChanged: _tells("customer", "product", "product_line", "source"),
    deals.DealWon: _tells(amount="won_amount", words={"status": WON}),
    deals.DealLost: _tells(amount="lost_amount", words={"status": LOST}),
    deals.WonDealReopened: _tells("amount", "stage", owner="person_id", words={"status": OPEN}),
    deals.LostDealReopened: _tells("amount", "stage", owner="person_id", words={"status": OPEN}),
    crm.CustomerCreated: _tells("owner", "source"),
    crm.CustomerTransferred: _tells("owner"),
    crm.ContactCreated: _tells("customer"),
    crm.ContactRemoved: _tells("customer", words={"status": REMOVED}),
    crm.ProductCreated: _tells("price", "product_line"),
    crm.ProductMerged: _tells(merged_into="into_id"),
    calendar.ActivityLogged: _tells("activity_kind", "member", "customer", "about"),
    calendar.ActivityAmended: _tells("activity_kind", "member", "customer"),
    calendar.TaskCreated: _tells("owner", "due_on", "customer", "about", words={"status": OPEN}),
    calendar.TaskAmended: _tells("owner", "due_on", "customer"),
    calendar.TaskDone: _tells("owner", "due_on", "customer", words={"status": DONE}),
    org.MemberJoined: _tells("unit"),
    org.MemberAssigned: _tells("unit"),
    org.MemberLeft: _tells(words={"status": LEFT}),
    org.UnitCreated: _tells("unit_kind", "parent"),
    org.UnitMoved: _tells("parent"),
    org.UnitDissolved: _tells(words={"status": DISSOLVED}),
    org.LeadAppointed: _tells(lead="member_id"),
}


@cache
def _told_fields(code: int, first: bool) -> tuple[tuple[str, str, Callable[[Any], Any] | None], ...] | None:
    """(attribute, field, how it is written) of what a fact tells."""
    fact = FACTS[code]
    telling = TELLINGS.get(fact)
    if telling is None:
        return None
    fields = telling.fields
    if first and issubclass(fact, deals.Position):
        fields = {**_POSITION.fields, **fields}
    types = ATTRIBUTES[fact.subject_kind or 0]
    return tuple((name, field, _writing(types[name])) for name, field in fields.items())


def values_told(fact: type[Fact], payload: dict[str, Any], *, first: bool) -> dict[str, Any] | None:
    """The values of its subject that an entry tells; None where it tells none. ``first``: the log has not spoken of
    the object before, so that a deal's whole position counts."""
    fields = _told_fields(fact.code, first)
    if fields is None:
        return None
    values: dict[str, Any] = {"status": OPEN} if first and issubclass(fact, deals.Position) else {}
    for name, field, write in fields:
        value = payload.get(field)
        if value is not None:
            values[name] = write(value) if write else value
    if "about" in values:
        values["about"] = object_id(payload["about_kind"], values["about"])
    values.update(TELLINGS[fact].words)
    return values


def _writing(kind: str | int) -> Callable[[Any], Any] | None:
    if isinstance(kind, int):
        return partial(object_id, kind)
    return float if kind == FLOAT else None


@cache
def named_by(kind: int, attribute: str) -> bool:
    """Whether an attribute of this kind of object makes a relation to the object that it names."""
    named = ATTRIBUTES.get(kind, {}).get(attribute)
    return attribute == "about" or (isinstance(named, int) and named not in LISTS)
