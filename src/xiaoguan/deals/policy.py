"""Who sees which deal and may do what to it. A person's scope follows the deal's owner, by today's organisation."""

from collections.abc import Callable, Collection
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from xiaoguan.deals.models import Deal
from xiaoguan.lib.days import company_day
from xiaoguan.org.by_owner import SeenByOwner
from xiaoguan.org.models import Member
from xiaoguan.org.scope import persons_in, reaches, scope_of
from xiaoguan.services.calendar.policy import may_log


def viewed_owners(member: Member) -> set[int] | None:
    """Ids of those whose deals a person may see; None means everybody's."""
    return possible_owners(member, "deals.view")


def deals_within(persons: Collection[Any] | None) -> QuerySet[Deal]:
    """The deals that stand with these persons (None: with anybody), for a question that is prepared."""
    deals = Deal.objects.exclude(state=Deal.State.REMOVED)
    return deals if persons is None else deals.filter(owner_id__in=persons)


def deals_outside(persons: Collection[Any] | None) -> QuerySet[Deal]:
    """All others."""
    removed = Q(state=Deal.State.REMOVED)
    return Deal.objects.filter(removed if persons is None else removed | ~Q(owner_id__in=persons))


def is_within(owner: int, persons: Collection[int] | None) -> bool:
    """The same of a deal in hand, by its owner."""
    return persons is None or owner in persons


visible_deals = SeenByOwner(deals_within, viewed_owners)
"""The deals that a person may see."""


def _may(permission: str) -> Callable[[Member, Deal], bool]:
    def may(member: Member, deal: Deal) -> bool:
        standing = deal.state != Deal.State.REMOVED
        return standing and reaches(member, permission, deal.owner_id, company_day(timezone.now()))

    return may


may_view = _may("deals.view")
may_edit = _may("deals.edit")
may_win = _may("deals.win")
may_lose = _may("deals.lose")
may_reopen = _may("deals.reopen")
may_transfer = _may("deals.transfer")


def may_follow_up(member: Member, _deal: Deal) -> bool:
    """Whoever sees the deal and may log activities."""
    return may_log(member)


def may_create(member: Member) -> bool:
    """Whether the person may open deals at all."""
    return scope_of(member, "deals.create", company_day(timezone.now())) is not None


def possible_owners(member: Member, permission: str) -> set[int] | None:
    """Ids of members to whom the person may give a deal under a permission; None means everybody."""
    today = company_day(timezone.now())
    scope = scope_of(member, permission, today)
    return set() if scope is None else persons_in(scope, today)
