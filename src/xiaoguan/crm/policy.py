"""Who sees and who may change customers, contacts and products.

A customer is seen by those whose scope reaches its owner or the owner of one of its deals. A customer without owner is
open to all who may see customers: somebody has to find it in order to take it.
"""

from collections.abc import Collection
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from xiaoguan.crm.models import Contact, Customer, Product, ProductLine
from xiaoguan.crm.neighbours import standing_deals
from xiaoguan.lib.days import company_day
from xiaoguan.org.by_owner import SeenByOwner
from xiaoguan.org.models import Member
from xiaoguan.org.scope import allowed, persons_in, scope_of
from xiaoguan.org.tree import UnitTree

# Up to this share of all people their deals are read at once; where they are more, each customer is asked by itself.
_SMALL_SHARE: Final = 0.03
# The same where thousands of customers were found by their names, each of whom would be asked.
_SHARE_AMONG_HITS: Final = 0.15


def _today_scope(member: Member, permission: str) -> tuple[bool, set[int] | None]:
    """(has the permission, whose records it reaches; None means everybody's, without the permission nobody's)."""
    today = company_day(timezone.now())
    scope = scope_of(member, permission, today)
    return (False, set()) if scope is None else (True, persons_in(scope, today))


def _has(member: Member, permission: str) -> bool:
    return allowed(member, permission, company_day(timezone.now()))


def listed_customers(member: Member, *, hits: bool = False) -> QuerySet[Customer]:
    """The same customers, for counting them and for a page of them; ``hits``: for counting many found by their names.

    Of few people all that is theirs is found by its indexes. Of many that would be most of the company's deals, while
    asking one customer after the other soon meets a page of theirs.
    """
    has, persons = _today_scope(member, "customers.view")
    everybody = UnitTree.load().units_on(company_day(timezone.now()))
    share = _SHARE_AMONG_HITS if hits else _SMALL_SHARE
    if not has or persons is None or len(persons) > len(everybody) * share:
        return visible_customers(member)
    standing = Customer.objects.filter(removed_at=None)
    owned, free = (standing.filter(owner).order_by().values("pk") for owner in (Q(owner_id__in=persons), Q(owner=None)))
    with_deals = _deals_of(persons).order_by().values("customer_id")
    return standing.filter(pk__in=owned.union(free, with_deals, all=True))


def owned_customers(member: Member) -> QuerySet[Customer]:
    """Those of the visible customers that an owner within reach has, or nobody: found by one index."""
    has, persons = _today_scope(member, "customers.view")
    if not has or persons is None:
        return visible_customers(member)
    return Customer.objects.filter(_owned_within(persons), removed_at=None)


def _reached(member: Member, permission: str) -> QuerySet[Customer]:
    return customers_within(_today_scope(member, permission)[1])


def viewed_owners(member: Member) -> set[int] | None:
    """Ids of those whose customers, or whose deals' customers, a person may see; None means everybody's, and none at
    all that he may not even see those of nobody."""
    return _today_scope(member, "customers.view")[1]


def customers_within(persons: Collection[Any] | None) -> QuerySet[Customer]:
    """The customers of these persons and of their deals, and those of nobody (None: all), for a question that is
    prepared."""
    standing = Customer.objects.filter(removed_at=None)
    if persons is None:
        return standing
    if not persons:
        return standing.none()
    # Asked customer by customer: the customers of all deals that a scope reaches may be a hundred thousand.
    with_deals = Exists(_deals_of(persons).filter(customer_id=OuterRef("pk")))
    return standing.filter(_owned_within(persons) | with_deals)


visible_customers = SeenByOwner(customers_within, viewed_owners)
"""The customers that a person may see: for one of them, or a few."""


def _owned_within(persons: Collection[Any]) -> Q:
    """By one of them, or by nobody."""
    return Q(owner_id__in=persons) | Q(owner_id=None)


def _deals_of(persons: Collection[Any]) -> QuerySet[Any]:
    return standing_deals().filter(owner_id__in=persons, customer_id__isnull=False)


def may_edit(member: Member, customer: Customer) -> bool:
    """Whoever's scope reaches the owner; a customer without owner is anybody's who may amend customers."""
    has, persons = _today_scope(member, "customers.edit")
    return has and (persons is None or customer.owner_id is None or customer.owner_id in persons)


def may_create(member: Member) -> bool:
    """Whether the person may enter customers at all."""
    return _has(member, "customers.edit")


def may_transfer(member: Member, customer: Customer) -> bool:
    """Handing over somebody's customer takes the right to hand over his deals; a free one may be taken by anybody who
    may amend it."""
    if customer.owner_id is None:
        return may_edit(member, customer)
    has, persons = _today_scope(member, "deals.transfer")
    return has and (persons is None or customer.owner_id in persons)


def possible_owners(member: Member) -> set[int] | None:
    """Ids of members to whom the person may give a customer; None means everybody."""
    has, persons = _today_scope(member, "deals.transfer")
    return persons if has else {member.pk}


def visible_contacts(member: Member) -> QuerySet[Contact]:
    """Contacts of the customers that the person may see and that his permission for contacts reaches too."""
    return known_contacts(member).filter(removed_at=None)


def known_contacts(member: Member) -> QuerySet[Contact]:
    """The same with those who were removed: history speaks of them."""
    reached = visible_customers(member)
    if _today_scope(member, "contacts.view") != _today_scope(member, "customers.view"):
        reached &= _reached(member, "contacts.view")
    return Contact.objects.filter(customer__in=reached)


def may_see_contacts_of(member: Member, customer: Customer) -> bool:
    """Whether the person, who sees the customer, may see who is there and how to reach them."""
    has, persons = _today_scope(member, "contacts.view")
    if not has or persons is None or (customer.owner_id is None or customer.owner_id in persons):
        return has
    return _reached(member, "contacts.view").filter(pk=customer.pk).exists()


def may_edit_contact(member: Member, contact: Contact) -> bool:
    """Whoever may amend its customer."""
    return may_edit(member, contact.customer)


def visible_products(member: Member) -> QuerySet[Product]:
    """All products for those who may see products."""
    standing = Product.objects.filter(removed_at=None)
    return standing if _has(member, "products.view") else standing.none()


def visible_lines(member: Member) -> QuerySet[ProductLine]:
    """All product lines for those who may see products."""
    return ProductLine.objects.all() if _has(member, "products.view") else ProductLine.objects.none()


def may_edit_products(member: Member) -> bool:
    """Whether the person may enter, amend and merge products."""
    return _has(member, "products.edit")


def may_edit_product(member: Member, _product: Product) -> bool:
    """The same for one product."""
    return may_edit_products(member)
