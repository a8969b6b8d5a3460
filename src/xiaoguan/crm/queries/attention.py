"""Customers that nobody has spoken with for a while, though there is something to lose.

Asked from the deals, which are few, and not from the customers, which are many: at half a million customers only those
with an open deal or a win of the last year are looked at.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db import connection
from django.db.models import F, FloatField, Max, Q, QuerySet, Sum
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast, Coalesce

from xiaoguan.crm import policy, rules
from xiaoguan.crm.models import Contact, Customer
from xiaoguan.crm.neighbours import standing_deals
from xiaoguan.lib.counting import COUNT_TO, how_many
from xiaoguan.lib.days import company_day, start_of_day
from xiaoguan.lib.money import RATE_SCALE
from xiaoguan.lib.prepared import Prepared, Text
from xiaoguan.org.models import Member
from xiaoguan.org.scope import persons_in, scope_of
from xiaoguan.services.calendar.queries import last_contact, without_contact_since

_STAKE: Final = Coalesce(Cast("amount", FloatField()), 0.0) * Cast("rate", FloatField())
# More than there will be: what is cut to a number is put in order by itself first.
_ALL: Final = 10**9
_OF_THE_ROW: Final = RawSQL("met.customer_id", ())


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
    return _with_their_facts(member, persons, _ranked(persons, today, most + 1, _read_place(after)))


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
        lately = _bought_lately.written(_ids(persons), quiet)
        found = _asked(_with_stake.written(_ids(persons), quiet, stake, pk), today, most, lately)
    if len(found) < most:
        behind = pk if stake == 0 else None
        found += _asked(_without_stake.written(_ids(persons), quiet, bought, behind), today, most - len(found))
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
        Silent(customer=seen[pk], amount=amounts.get(pk), last_at=moments.get(pk), place=f"{stake!r}|{pk}")
        for pk, stake in found
        if pk in seen
    ]


def silent_count(persons: Iterable[int] | None, today: date) -> int:
    """How many silent customers there are, up to one more than ``COUNT_TO``."""
    named = _named.written(_ids(persons), *_days(today))
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
    rows = _whether_open(customer.pk, persons_in(scope, today), *_days(today))
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
class Stop:
    """Where a customer is, and whom to call there: the first contact with a number that the member may see."""

    customer: Customer
    contact: Contact | None


def stop_at(member: Member, customer_id: int) -> Stop | None:
    """A customer on somebody's way; None where he may not see it."""
    customer = _seen.first([customer_id], policy.viewed_owners(member))
    if customer is None:
        return None
    reachable = policy.may_see_contacts_of(member, customer)
    return Stop(customer=customer, contact=_with_number.first(customer.pk) if reachable else None)


def _days(today: date) -> tuple[date, date]:
    """Since when nothing was done with a silent customer, and since when it must have bought to matter."""
    return rules.silent_before(today), rules.bought_since(today)


def _ids(persons: Iterable[int] | None) -> list[int] | None:
    return None if persons is None else list(persons)


def _mattering(persons: Collection[Any] | None, quiet: Any, bought: Any) -> QuerySet[Any, Any]:
    """Customers of the deals that matter, none of them opened or closed since the day, each with its open money."""
    deals = _deals(persons)
    state = deals.model.State
    # Said twice: the first is the condition of an index, which SQLite does not find in the second.
    matters = Q(state__in=(state.OPEN, state.WON)) & (Q(state=state.OPEN) | Q(state=state.WON, closed_on__gte=bought))
    groups: QuerySet[Any, Any] = (
        deals.filter(matters)
        .values("customer_id")
        .annotate(
            at_stake=Coalesce(Sum(_STAKE, filter=Q(state=state.OPEN)), 0.0),
            last_opened=Max("opened_on"),
            last_closed=Max("closed_on"),
        )
        .filter(Q(last_closed=None) | Q(last_closed__lt=quiet), last_opened__lt=quiet)
    )
    return groups.order_by()


def _by_stake(persons: Any, quiet: Any, stake: Any, pk: Any) -> QuerySet[Any, Any]:
    """Those with open money, put in order before anybody asks what was done with them or bought by them lately: a page
    of the largest is met long before all have been asked."""
    deals = _deals(persons)
    worth: Any = Coalesce(Sum(_STAKE), 0.0)
    groups: QuerySet[Any, Any] = (
        deals.filter(state=deals.model.State.OPEN)
        .values("customer_id")
        .annotate(at_stake=worth, last_opened=Max("opened_on"))
        .filter(last_opened__lt=quiet, at_stake__gt=0)
    )
    if stake is not None:
        groups = groups.filter(Q(at_stake__lt=stake) | Q(at_stake=stake, customer_id__lt=pk))
    return groups.order_by("-at_stake", "-customer_id").values("customer_id", "at_stake")[:_ALL]


def _bought(persons: Any, quiet: Any) -> QuerySet[Any, Any]:
    deals = _deals(persons)
    won: QuerySet[Any, Any] = deals.filter(state=deals.model.State.WON, closed_on__gte=quiet)
    return won.filter(customer_id=_OF_THE_ROW).values("pk")


def _without(persons: Any, quiet: Any, bought: Any, pk: Any) -> QuerySet[Any, Any]:
    groups = _mattering(persons, quiet, bought).filter(at_stake=0)
    return (groups if pk is None else groups.filter(customer_id__lt=pk)).values("customer_id", "at_stake")


def _open_deal(customer: Any, persons: Any, quiet: Any, bought: Any) -> QuerySet[Any, Any]:
    is_open = Max("pk", filter=Q(state=standing_deals().model.State.OPEN))
    group = _mattering(persons, quiet, bought).filter(customer_id=customer)
    found: QuerySet[Any, Any] = group.annotate(open_deal=is_open).values_list("open_deal", flat=True)[:1]
    return found


def _deals(persons: Collection[Any] | None) -> QuerySet[Any]:
    deals = standing_deals().filter(customer_id__isnull=False)
    return deals if persons is None else deals.filter(owner_id__in=persons)


def _open_sums(persons: Any, customers: Any) -> QuerySet[Any, Any]:
    deals = _deals(persons)
    known = deals.filter(customer_id__in=customers, state=deals.model.State.OPEN, amount__isnull=False).order_by()
    sums: QuerySet[Any, Any] = known.values_list("customer_id", "rate").annotate(Sum(F("amount")))
    return sums


_with_stake = Prepared(_by_stake)
_bought_lately = Prepared(_bought)
_without_stake = Prepared(_without)
_named = Prepared(lambda *given: _mattering(*given).values("customer_id"))
_whether_open = Prepared(_open_deal)
_sums_of = Prepared(_open_sums)
_seen = Prepared(lambda ids, persons: policy.customers_within(persons).filter(pk__in=ids).select_related("owner"))
_with_number = Prepared(
    lambda customer: Contact.objects.filter(customer_id=customer, removed_at=None).exclude(phone="").order_by("pk")[:1]
)


def _open_amounts(persons: Iterable[int] | None, customer_ids: list[int]) -> dict[int, Decimal]:
    result: dict[int, Decimal] = {}
    for pk, rate, amount in _sums_of(_ids(persons), customer_ids):
        result[pk] = result.get(pk, Decimal(0)) + amount * rate / RATE_SCALE
    return result


def _read_place(text: str) -> tuple[float, int] | None:
    stake, _bar, pk = text.partition("|")
    try:
        return (float(stake), int(pk)) if pk.isascii() and pk.isdigit() and len(pk) < 19 else None
    except ValueError:
        return None
