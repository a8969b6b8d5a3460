"""Which open deals are meant: whose they are and what is the matter with them, as values and as a question's places.

Every page of whoever answers for deals asks about them in the same few ways, so the questions are prepared
(``lib.prepared``): a question's builder is given the places of ``OpenDeals.values`` and says which matter it means.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import reduce
from operator import or_
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from xiaoguan.deals import policy, rules
from xiaoguan.deals.models import Deal
from xiaoguan.deals.queries.pace import stage_paces
from xiaoguan.org.models import Member

ALL, ANY, RESTING, NO_STEP, LONG_PAST = "", "any", "resting", "no_step", "past"
TO_PUSH, PAST_CLOSE, OF_LEAVERS = "to_push", "past_close", "of_leavers"
KINDS: Final = (RESTING, NO_STEP, LONG_PAST)
# Written into the text, so that an index of those without a step serves (see ``lib.codes``).
WITHOUT_STEP: Final = Q(next_step=RawSQL("''", ()))


@dataclass(frozen=True, slots=True)
class OpenDeals:
    """The open deals of some owners (None: of anybody) with which something is the matter on a day."""

    owners: frozenset[int] | None
    today: date
    matter: str = ALL

    def with_matter(self, matter: str) -> "OpenDeals":
        return replace(self, matter=matter)

    @property
    def values(self) -> tuple[Any, ...]:
        """What ``chosen`` is given, in its order."""
        paces = stage_paces(self.today)
        waits = [rules.longest_rest(pace.median) for pace in paces.values()]
        return (
            self.owners, self.today, list(paces), [self.today - timedelta(days=days) for days in waits],
            self.today - timedelta(days=rules.longest_rest(None)),
            self.today - timedelta(days=rules.CLOSE_LONG_PAST),
            self.today + timedelta(days=rules.CLOSE_SOON),
        )  # fmt: skip


def open_deals(member: Member, persons: Iterable[int] | None, today: date) -> OpenDeals:
    """The open deals of these people that the member may see."""
    viewed = policy.viewed_owners(member)
    if persons is None:
        return OpenDeals(None if viewed is None else frozenset(viewed), today)
    return OpenDeals(frozenset(persons) if viewed is None else frozenset(viewed.intersection(persons)), today)


def chosen(
    owners: Any, today: Any, stages: Any, since: Any, since_else: Any, past: Any, soon: Any, *, matter: str
) -> QuerySet[Deal]:
    """The deals of ``OpenDeals.values``. One rests too long that came to a stage before its day in ``since``; to one
    that is not among ``stages``, before ``since_else``."""
    deals = policy.deals_within(owners).filter(state=Deal.State.OPEN)
    if matter == ALL:
        return deals
    rests = reduce(or_, by_stage(stages, since, since_else))
    return deals.filter(
        {
            ANY: rests | WITHOUT_STEP | Q(due_on__lt=past),
            RESTING: rests,
            NO_STEP: WITHOUT_STEP,
            LONG_PAST: Q(due_on__lt=past),
            TO_PUSH: rests | WITHOUT_STEP | Q(due_on__lte=soon),
            PAST_CLOSE: Q(due_on__lt=today),
            OF_LEAVERS: Q(owner__left_on__lte=today),
        }[matter]
    )


def by_stage(stages: Any, since: Any, since_else: Any) -> list[Q]:
    """``rules.rests_too_long`` as conditions of which a deal meets one at most: a stage each, and last all others."""
    known = [Q(stage_id=stage, stage_since__lt=day) for stage, day in zip(stages, since, strict=True)]
    other = Q(stage_since__lt=since_else)
    return [*known, other & ~Q(stage_id__in=stages) if known else other]
