"""Customers that nobody has spoken with for a while, though there is something to lose.

Asked from the deals, which are few, and not from the customers, which are many: at half a million customers only those
with an open deal or a win of the last year are looked at.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import connection

from xiaoguan.crm import policy, rules
from xiaoguan.crm.models import Contact, Customer
from xiaoguan.crm.queries import silence
from xiaoguan.lib.counting import COUNT_TO, how_many
from xiaoguan.lib.days import company_day, start_of_day
from xiaoguan.lib.money import RATE_SCALE
from xiaoguan.lib.prepared import Prepared, Text
from xiaoguan.lib.ranked import Place, read_place
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
    return _with_their_facts(member, persons, _ranked(persons, today, most + 1, read_place(after)))


def silent_and_how_many(
    member: Member, persons: Iterable[int] | None, today: date, *, most: int
) -> tuple[list[Silent], int]:
    """The first of them and, from the same look, what ``silent_count`` says."""
    found = _ranked(persons, today, max(COUNT_TO, most) + 1)
    return _with_their_facts(member, persons, found[: most + 1]), min(len(found), COUNT_TO + 1)


def _ranked(
    persons: Iterable[int] | None, today: date, most: int, place: tuple[float, int] | None = None
) -> list[tuple[int, float]]:
    """Customer and money at stake, the largest first, of those with whom nothing was done; behind a place."""
    stake, pk = place or (None, None)
    found: list[tuple[int, float]] = []
    quiet, bought = _days(today)
    if stake is None or stake > 0:
        lately = silence.bought_lately.written(_ids(persons), quiet)
        found = _asked(silence.with_stake.written(_ids(persons), quiet, stake, pk), today, most, lately)
    if len(found) < most:
        behind = pk if stake == 0 else None
        found += _asked(silence.without_stake.written(_ids(persons), quiet, bought, behind), today, most - len(found))
    return found


def _asked(groups: Text | None, today: date, most: int, but_not: Text | None = None) -> list[tuple[int, float]]:
    if groups is None:
        return []
    text, values = without_contact_since(*groups, start_of_day(rules.silent_before(today)))
    if but_not is not None:
        text, values = f"{text} AND NOT EXISTS ({but_not[0]})", (*values, *but_not[1])
    with connection.cursor() as cursor:
        cursor.execute(f"{text} ORDER BY at_stake DESC, customer_id DESC LIMIT %s", (*values, most))
        return list(cursor.fetchall())


def _with_their_facts(member: Member, persons: Iterable[int] | None, found: list[tuple[int, float]]) -> list[Silent]:
    ids = [pk for pk, _stake in found]
    seen = {row.pk: row for row in _seen(ids, policy.viewed_owners(member))}
    moments, amounts = last_contact(ids), _open_amounts(persons, ids)
    return [
        Silent(customer=seen[pk], amount=amounts.get(pk), last_at=moments.get(pk), place=str(Place(stake, pk)))
        for pk, stake in found
        if pk in seen
    ]


def silent_count(persons: Iterable[int] | None, today: date) -> int:
    """How many silent customers there are, up to one more than ``COUNT_TO``."""
    named = silence.mattering.written(_ids(persons), *_days(today))
    if named is None:
        return 0
    text, values = without_contact_since(*named, start_of_day(rules.silent_before(today)))
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
    rows = silence.whether_open(customer.pk, persons_in(scope, today), *_days(today))
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


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerStop:
    """Where a customer is, and whom to call there: the first contact with a number that the member may see."""

    customer: Customer
    contact: Contact | None


def stop_at(member: Member, customer_id: int) -> CustomerStop | None:
    """A customer on somebody's way; None where he may not see it."""
    customer = _seen.first([customer_id], policy.viewed_owners(member))
    if customer is None:
        return None
    reachable = policy.may_see_contacts_of(member, customer)
    return CustomerStop(customer=customer, contact=_with_number.first(customer.pk) if reachable else None)


def _days(today: date) -> tuple[date, date]:
    """Since when nothing was done with a silent customer, and since when it must have bought to matter."""
    return rules.silent_before(today), rules.bought_since(today)


def _ids(persons: Iterable[int] | None) -> list[int] | None:
    return None if persons is None else list(persons)


_seen = Prepared(lambda ids, persons: policy.customers_within(persons).filter(pk__in=ids).select_related("owner"))
_with_number = Prepared(
    lambda customer: Contact.objects.filter(customer_id=customer, removed_at=None).exclude(phone="").order_by("pk")[:1]
)


def _open_amounts(persons: Iterable[int] | None, customer_ids: list[int]) -> dict[int, Decimal]:
    result: dict[int, Decimal] = {}
    for pk, rate, amount in silence.open_sums(_ids(persons), customer_ids):
        result[pk] = result.get(pk, Decimal(0)) + amount * rate / RATE_SCALE
    return result
