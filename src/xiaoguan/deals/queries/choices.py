"""What can be chosen in forms and filters: stages, reasons, people, units, products, sources."""

from datetime import date
from typing import Any

from django.db.models import Model, QuerySet

from xiaoguan.deals import policy
from xiaoguan.deals.models import Deal, Stage
from xiaoguan.deals.queries.records import known_reasons, known_stages
from xiaoguan.journal.kinds import CUSTOMER
from xiaoguan.org.choosing import people_among
from xiaoguan.org.company import company
from xiaoguan.org.models import ExchangeRate, Member, Unit
from xiaoguan.org.records import open_records
from xiaoguan.org.scope import scope_of
from xiaoguan.org.tree import UnitTree

Choice = tuple[int, str]


def stages_of(pipeline_id: int) -> list[Stage]:
    return [stage for stage in known_stages() if stage.pipeline_id == pipeline_id]


def default_stages() -> list[Stage]:
    """The stages of the pipeline that deals go through."""
    return [stage for stage in known_stages() if stage.pipeline.is_default]


def loss_reasons() -> list[Choice]:
    return [(reason.pk, str(reason)) for reason in known_reasons()]


def owners(member: Member, permission: str, today: date) -> QuerySet[Member]:
    """People whose deals a permission reaches, or to whom a deal may go; those who left are not offered."""
    return people_among(policy.possible_owners(member, permission), today)


def may_choose_unit(member: Member, today: date) -> bool:
    """Whether any unit is there to choose; who sees only his own deals has none."""
    scope = scope_of(member, "deals.view", today)
    return scope is not None and (scope.everything or bool(scope.unit_ids))


def filter_units(member: Member, today: date) -> list[Choice]:
    """Units whose deals the member may see as a whole, from the top down."""
    scope = scope_of(member, "deals.view", today)
    if scope is None:
        return []
    tree = UnitTree.load()
    ids = tree.units_existing(today) if scope.everything else set(scope.unit_ids)
    names = dict(Unit.objects.filter(pk__in=ids).values_list("pk", "name"))
    ordered = sorted(names, key=lambda unit_id: (len(tree.path(unit_id, today)), names[unit_id]))
    return [(unit_id, names[unit_id]) for unit_id in ordered]


def related(name: str) -> type[Model]:
    """The sibling's model behind a foreign key of a deal (customer, product, source)."""
    model: Any = Deal._meta.get_field(name).related_model
    return model  # type: ignore[no-any-return]  # a foreign key always has one


def products() -> list[Choice]:
    """Products on sale, by name; merged and removed ones are not offered."""
    rows = related("product")._default_manager.filter(active=True, merged_into=None, removed_at=None)
    return _by_name(rows)


def sources() -> list[Choice]:
    """Sources in use, by name."""
    return _by_name(related("source")._default_manager.filter(active=True))


def _by_name(rows: QuerySet[Any]) -> list[Choice]:
    return sorted(rows.values_list("pk", "name"), key=lambda choice: choice[1].casefold())


def with_present(choices: list[Choice], record: Model | None) -> list[Choice]:
    """The choices and the record that stands there now, even where it is no longer offered."""
    if record is None or any(pk == record.pk for pk, _name in choices):
        return choices
    return [(record.pk, str(record)), *choices]


def currencies() -> list[str]:
    """The company's currency first, then those that have a rate."""
    own = company().currency
    further = ExchangeRate.objects.exclude(currency=own).values_list("currency", flat=True).distinct()
    return [own, *sorted(set(further))]


def customers_named(member: Member, name: str) -> list[int]:
    """Ids of the customers with exactly this name (in any case) that the member may see."""
    found = related("customer")._default_manager.filter(removed_at=None, name__iexact=name).values_list("pk", flat=True)
    keys = [(CUSTOMER, pk) for pk in found[:50]]
    return [key[1] for key, opened in open_records(member, keys).items() if opened.label is not None]


def may_name(member: Member, kind: int, object_id: int) -> str | None:
    """The name of a record that the member may see, None where he may not or it does not exist."""
    return open_records(member, [(kind, object_id)])[kind, object_id].label
