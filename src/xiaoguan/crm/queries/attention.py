"""Customers that nobody has spoken with for a while, though there is something to lose.

Asked from the deals, which are few, and not from the customers, which are many: at half a million customers only those
with an open deal or a win of the last year are looked at.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import F, FloatField, Max, Q, QuerySet, Sum
from django.db.models.functions import Cast, Coalesce

from xiaoguan.crm import policy, rules
from xiaoguan.crm.models import Contact, Customer
from xiaoguan.crm.neighbours import standing_deals
from xiaoguan.lib.counting import COUNT_TO, how_many
from xiaoguan.lib.days import company_day, start_of_day
from xiaoguan.lib.money import RATE_SCALE
from xiaoguan.org.models import Member
from xiaoguan.org.scope import persons_in, scope_of
from xiaoguan.services.calendar.queries import last_contact, without_contact_since


@dataclass(frozen=True, slots=True, kw_only=True)
class Silent:
    """A customer with the open money at stake and when something was last done with it (None: never)."""

    customer: Customer
    amount: Decimal | None
    last_at: datetime | None
    place: str


def silent(member: Member, persons: Iterable[int] | None, today: date, *, most: int, after: str = "") -> list[Silent]:
    """The silent customers of these people's deals, the largest open money first; one more than ``most`` tells that
    there are more."""
    groups = _mattering(persons, today)
    place = _read_place(after)
    if place is not None:
        stake, pk = place
        groups = groups.filter(Q(at_stake__lt=stake) | Q(at_stake=stake, customer_id__lt=pk))
    return _with_their_facts(member, persons, _ranked(groups, today, most + 1))


def silent_and_how_many(
    member: Member, persons: Iterable[int] | None, today: date, *, most: int
) -> tuple[list[Silent], int]:
    """The first of them and, from the same look, what ``silent_count`` says."""
    found = _ranked(_mattering(persons, today), today, max(COUNT_TO, most) + 1)
    return _with_their_facts(member, persons, found[: most + 1]), min(len(found), COUNT_TO + 1)


def _ranked(groups: QuerySet[Any, Any], today: date, most: int) -> list[tuple[int, float]]:
    """Customer and money at stake, the largest first, of those with whom nothing was done."""
    named = groups.order_by().values("customer_id", "at_stake")
    text, values = without_contact_since(named, start_of_day(rules.silent_before(today)))
    with connection.cursor() as cursor:
        cursor.execute(f"{text} ORDER BY at_stake DESC, customer_id DESC LIMIT %s", (*values, most))
        return list(cursor.fetchall())


def _with_their_facts(member: Member, persons: Iterable[int] | None, found: list[tuple[int, float]]) -> list[Silent]:
    ids = [pk for pk, _stake in found]
    seen = {row.pk: row for row in policy.visible_customers(member).filter(pk__in=ids).select_related("owner")}
    moments, amounts = last_contact(ids), _open_amounts(persons, ids)
    return [
        Silent(customer=seen[pk], amount=amounts.get(pk), last_at=moments.get(pk), place=f"{stake!r}|{pk}")
        for pk, stake in found
        if pk in seen
    ]


def silent_count(persons: Iterable[int] | None, today: date) -> int:
    """How many silent customers there are, up to one more than ``COUNT_TO``."""
    named = _mattering(persons, today).order_by().values("customer_id")
    text, values = without_contact_since(named, start_of_day(rules.silent_before(today)))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM ({text} LIMIT %s) AS silent", (*values, COUNT_TO + 1))
        return int(cursor.fetchone()[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """For how many days nothing was done with a customer that matters; ``since`` None: never anything."""

    days: int | None
    since: datetime | None
    has_open_deal: bool


def silence_of(member: Member, customer: Customer, today: date) -> Silence | None:
    """Whether one customer is silent, by the deals that the member sees; None where it is not."""
    scope = scope_of(member, "deals.view", today)
    if scope is None:
        return None
    group = _mattering(persons_in(scope, today), today).filter(customer_id=customer.pk).order_by()
    is_open = Max("pk", filter=Q(state=standing_deals().model.State.OPEN))
    rows = list(group.annotate(open_deal=is_open).values_list("open_deal", flat=True)[:1])
    if not rows:
        return None
    last = last_contact([customer.pk]).get(customer.pk)
    if last and last >= start_of_day(rules.silent_before(today)):
        return None
    days = (today - company_day(last)).days if last else None
    return Silence(days=days, since=last, has_open_deal=rows[0] is not None)


def without_owner() -> int:
    """How many customers belong to nobody, up to one more than ``COUNT_TO``."""
    return how_many(Customer.objects.filter(removed_at=None, owner=None))


def contact_of(member: Member, customer_id: int) -> Contact | None:
    """Whom to call at a customer: the first contact with a number that the member may see."""
    known = policy.visible_contacts(member).filter(customer_id=customer_id).exclude(phone="")
    return known.order_by("pk").first()


def city_of(member: Member, customer_id: int) -> str:
    """Where a customer that the member may see is, as far as it is known."""
    return policy.visible_customers(member).filter(pk=customer_id).values_list("city", flat=True).first() or ""


def _mattering(persons: Iterable[int] | None, today: date) -> QuerySet[Any, Any]:
    """Customers of the deals that matter, none of them opened or closed since the day, each with its open money."""
    quiet = rules.silent_before(today)
    deals = _deals(persons)
    state = deals.model.State
    # Said twice: the first is the condition of an index, which SQLite does not find in the second.
    matters = Q(state__in=(state.OPEN, state.WON)) & (
        Q(state=state.OPEN) | Q(state=state.WON, closed_on__gte=rules.bought_since(today))
    )
    stake = Coalesce(Cast("amount", FloatField()), 0.0) * Cast("rate", FloatField())
    groups: QuerySet[Any, Any] = (
        deals.filter(matters)
        .values("customer_id")
        .annotate(
            at_stake=Coalesce(Sum(stake, filter=Q(state=state.OPEN)), 0.0),
            last_opened=Max("opened_on"),
            last_closed=Max("closed_on"),
        )
        .filter(Q(last_closed=None) | Q(last_closed__lt=quiet), last_opened__lt=quiet)
    )
    return groups


def _deals(persons: Iterable[int] | None) -> QuerySet[Any]:
    deals = standing_deals().filter(customer_id__isnull=False)
    return deals if persons is None else deals.filter(owner_id__in=persons)


def _open_amounts(persons: Iterable[int] | None, customer_ids: list[int]) -> dict[int, Decimal]:
    deals = _deals(persons)
    known = deals.filter(customer_id__in=customer_ids, state=deals.model.State.OPEN, amount__isnull=False).order_by()
    result: dict[int, Decimal] = {}
    for pk, rate, amount in known.values_list("customer_id", "rate").annotate(Sum(F("amount"))):
        result[pk] = result.get(pk, Decimal(0)) + amount * rate / RATE_SCALE
    return result


def _read_place(text: str) -> tuple[float, int] | None:
    stake, _bar, pk = text.partition("|")
    try:
        return (float(stake), int(pk)) if pk.isascii() and pk.isdigit() and len(pk) < 19 else None
    except ValueError:
        return None
