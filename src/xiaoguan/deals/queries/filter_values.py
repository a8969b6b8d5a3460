"""Values of filters by records: how those chosen are called, and which the member may choose, found by name."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, Final

from django.db.models import Q

from xiaoguan.deals import policy
from xiaoguan.deals.queries.choices import Choice, filter_units, related
from xiaoguan.deals.queries.records import known_stages
from xiaoguan.journal.kinds import CUSTOMER
from xiaoguan.org.models import Member
from xiaoguan.org.records import open_records
from xiaoguan.services.search.finding import ids_containing

OFFERED: Final = 12


def labels(member: Member, key: str, ids: Iterable[int], today: date) -> dict[int, str]:
    """Names of chosen records; one that does not exist or that the member may not see has none."""
    return _LABELS[key](member, set(ids), today)


def offered(member: Member, key: str, typed: str, today: date) -> list[Choice]:
    """Records to choose from whose name contains what was typed; the first few, in a useful order."""
    return _OFFERS[key](member, typed.strip()[:60], today)


def _stages(_member: Member, ids: set[int], _today: date) -> dict[int, str]:
    return {stage.pk: str(stage) for stage in known_stages() if stage.pk in ids}


def _every_stage(_member: Member, _typed: str, _today: date) -> list[Choice]:
    return [(stage.pk, str(stage)) for stage in known_stages()]


def _people(member: Member) -> Any:
    """Everybody whose deals the member may see, leavers included: their deals are still there."""
    ids = policy.possible_owners(member, "deals.view")
    people = Member.objects.filter(removed=False)
    return people if ids is None else people.filter(pk__in=ids)


def _owners(member: Member, ids: set[int], _today: date) -> dict[int, str]:
    return dict(_people(member).filter(pk__in=ids).values_list("pk", "name"))


def _find_owners(member: Member, typed: str, _today: date) -> list[Choice]:
    people = _people(member).filter(Q(name__icontains=typed) | Q(username__istartswith=typed))
    return list(people.order_by("name", "id").values_list("pk", "name")[:OFFERED])


def _units(member: Member, ids: set[int], today: date) -> dict[int, str]:
    return {pk: name for pk, name in filter_units(member, today) if pk in ids}


def _find_units(member: Member, typed: str, today: date) -> list[Choice]:
    said = typed.casefold()
    return [(pk, name) for pk, name in filter_units(member, today) if said in name.casefold()][:OFFERED]


def _customers(member: Member, ids: set[int], _today: date) -> dict[int, str]:
    found = open_records(member, [(CUSTOMER, pk) for pk in ids])
    return {key[1]: opened.label for key, opened in found.items() if opened.label is not None}


def _find_customers(member: Member, typed: str, today: date) -> list[Choice]:
    """Visible customers whose name contains what was typed, two characters at least."""
    rows = _model("customer")._default_manager.filter(removed_at=None, pk__in=ids_containing(CUSTOMER, typed))
    named = _customers(member, set(rows.order_by().values_list("pk", flat=True)[: 40 * OFFERED]), today)
    return sorted(named.items(), key=lambda choice: choice[1])[:OFFERED]


def _plain(name: str, **standing: Any) -> tuple[Callable[..., dict[int, str]], Callable[..., list[Choice]]]:
    """Records whose names are no secret in the company."""

    def named(_member: Member, ids: set[int], _today: date) -> dict[int, str]:
        return dict(_model(name)._default_manager.filter(pk__in=ids).values_list("pk", "name"))

    def find(_member: Member, typed: str, _today: date) -> list[Choice]:
        rows = _model(name)._default_manager.filter(name__icontains=typed, **standing)
        return list(rows.order_by("name_key").values_list("pk", "name")[:OFFERED])

    return named, find


def _model(name: str) -> Any:
    if name == "line":
        return related("product")._meta.get_field("line").related_model
    return related(name)


_NAMED_PRODUCTS, _FIND_PRODUCTS = _plain("product", merged_into=None, removed_at=None)
_NAMED_LINES, _FIND_LINES = _plain("line")
_NAMED_SOURCES, _FIND_SOURCES = _plain("source")
_LABELS: Final[dict[str, Callable[..., dict[int, str]]]] = {
    "stage": _stages, "owner": _owners, "unit": _units, "customer": _customers, "product": _NAMED_PRODUCTS,
    "line": _NAMED_LINES, "source": _NAMED_SOURCES,
}  # fmt: skip
_OFFERS: Final[dict[str, Callable[..., list[Choice]]]] = {
    "stage": _every_stage, "owner": _find_owners, "unit": _find_units, "customer": _find_customers,
    "product": _FIND_PRODUCTS, "line": _FIND_LINES, "source": _FIND_SOURCES,
}  # fmt: skip
KEYS: Final = tuple(_LABELS)
