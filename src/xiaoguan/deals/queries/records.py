"""How other rooms name and open deals and stages (``org.records.RecordKind``)."""

from collections.abc import Iterable
from typing import Any, Final

from django.db.models import QuerySet

from xiaoguan.deals import policy
from xiaoguan.deals.models import Deal, LossReason, Stage
from xiaoguan.lib.addresses import address_of
from xiaoguan.lib.prepared import Prepared
from xiaoguan.org.by_owner import SeenByOwner
from xiaoguan.org.models import Member
from xiaoguan.org.tree import UnitTree

_FEW: Final = 1_000
_seen = Prepared(lambda ids, persons: policy.deals_within(persons).filter(pk__in=ids).values_list("pk", "name"))
_outside = Prepared(lambda ids, persons: policy.deals_outside(persons).filter(pk__in=ids).values_list("pk", flat=True))
_customers = Prepared(
    lambda ids: Deal.objects.filter(pk__in=ids, customer__isnull=False).values_list(
        "pk", "customer__short_name", "customer__name"
    )
)


def deals_seen(member: Member, ids: Iterable[int]) -> dict[int, str]:
    """The names of those deals that the member may open."""
    return dict(_seen(list(ids), policy.viewed_owners(member)))


def deals_unseen(member: Member) -> set[int] | None:
    """The removed deals, for whoever sees the deals of the whole company; None for others, or where they are many."""
    if policy.possible_owners(member, "deals.view") is not None:
        return None
    removed = Deal.objects.filter(state=Deal.State.REMOVED).order_by("-pk").values_list("pk", flat=True)
    found = set(removed[: _FEW + 1])
    return found if len(found) <= _FEW else None


def deals_unseen_among(member: Member, ids: Iterable[int]) -> set[int]:
    """Those of these deals that the member may not open."""
    return set(_outside(list(ids), policy.viewed_owners(member)))


def deal_labels(ids: Iterable[int]) -> dict[int, str]:
    """Names of deals, removed ones included: history speaks of them."""
    return dict(Deal.objects.filter(pk__in=list(ids)).values_list("pk", "name"))


def customers_of(ids: Iterable[int]) -> dict[int, str]:
    """Of which customer each of these deals is, by its short name where it has one."""
    return {pk: short or name for pk, short, name in _customers(list(ids))}


def deal_url(deal_id: int) -> str:
    return address_of("deals:deal", deal_id)


def stage_labels(ids: Iterable[int]) -> dict[int, str]:
    """Names of stages in the reader's language, in the order in which a deal passes them."""
    wanted = set(ids)
    return {stage.pk: str(stage) for stage in known_stages() if stage.pk in wanted}


def known_stages() -> list[Stage]:
    """The stages of all pipelines in their order; there are few, so they are kept."""
    return UnitTree.load().kept("stages", lambda: list(Stage.objects.select_related("pipeline")))


def known_reasons() -> list[LossReason]:
    """The reasons for losing in their order; kept like the stages."""
    return UnitTree.load().kept("loss reasons", lambda: list(LossReason.objects.all()))


def _in_full(persons: Any) -> QuerySet[Deal]:
    return policy.deals_within(persons).select_related(
        "customer", "owner", "product", "source", "stage", "pipeline", "loss_reason"
    )


visible_in_full = SeenByOwner(_in_full, policy.viewed_owners)
"""The visible deals with everything that their page names, in one query."""
