"""Customers that are probably the one that somebody is about to enter."""

from dataclasses import dataclass

from xiaoguan.crm import policy, rules
from xiaoguan.crm.models import Customer
from xiaoguan.lib.refusal import Refusal
from xiaoguan.org.models import Member

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Likeness:
    """A customer that is alike. ``customer`` is None where the member may not open it: he learns that it exists and
    whom to ask, nothing else. ``same`` is "name", "code" or "alike"."""

    customer: Customer | None
    owner: str | None
    same: str


def alike(member: Member, name: str, credit_code: str = "", *, but: int | None = None) -> list[Likeness]:
    """Customers of the same name (legal form and punctuation aside) or the same credit code."""
    key, match = rules.name_key(name), rules.match_key(name)
    found: dict[int, tuple[Customer, str]] = {}
    standing = Customer.objects.filter(removed_at=None).exclude(pk=but or 0).select_related("owner")
    code = _code(credit_code)
    if code:
        found |= {row.pk: (row, "code") for row in standing.filter(credit_code=code)}
    if len(match) > 1:
        rows = standing.filter(match_key=match).order_by("pk")[:_SHOWN]
        found |= {row.pk: (row, "name" if row.name_key == key else "alike") for row in rows if row.pk not in found}
    open_to = set(policy.visible_customers(member).filter(pk__in=found).values_list("pk", flat=True))
    return [
        Likeness(row if pk in open_to else None, row.owner.name if row.owner else None, same)
        for pk, (row, same) in list(found.items())[:_SHOWN]
    ]


def _code(typed: str) -> str | None:
    try:
        return rules.clean_credit_code(typed)
    except Refusal:
        return None
