"""Find by name, or create, what a file or a form speaks of: customers, products, sources."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from xiaoguan.crm import rules
from xiaoguan.crm.actions.aliases import meanings
from xiaoguan.crm.actions.common import lock_names
from xiaoguan.crm.actions.customers import NewCustomer, create_customers
from xiaoguan.crm.actions.products import NewProduct, create_products
from xiaoguan.crm.models import Alias, Customer, Product, Source
from xiaoguan.journal.facts.crm import SourceCreated
from xiaoguan.journal.models import Origin
from xiaoguan.journal.recording import Happening, record
from xiaoguan.lib.days import company_day
from xiaoguan.org.doing import Doing
from xiaoguan.org.models import Member


def ensure_customers(
    names: Sequence[str],
    *,
    by: Member | None,
    at: datetime,
    on: date | None = None,
    origin: int = Origin.LIVE,
    batch_id: int | None = None,
) -> dict[str, int]:
    """Ids of customers by their names as written: the oldest of that name, else what the spelling is confirmed to mean,
    else a new one without owner (its day ``on`` is then marked as assumed)."""
    with transaction.atomic():
        lock_names()
        found = known_customers(names)
        missing = list({rules.name_key(name): name for name in names if name not in found}.values())
        if missing:
            items = [NewCustomer(name=name, on=on, assumed=on is not None) for name in missing]
            ids = create_customers(items, by=by, at=at, origin=origin, batch_id=batch_id)
            made = {rules.name_key(name): pk for name, pk in zip(missing, ids, strict=True)}
            found |= {name: made[rules.name_key(name)] for name in names if name not in found}
    return found


def known_customers(names: Sequence[str]) -> dict[str, int]:
    """Ids of existing customers by their names as written, confirmed spellings included."""
    keys = {name: rules.name_key(name) for name in names}
    wanted = set(keys.values())
    standing = Customer.objects.filter(removed_at=None)
    rows = standing.filter(name_key__in=wanted).order_by("-pk").values_list("name_key", "pk")
    by_key = meanings(Alias.Kind.CUSTOMER, list(wanted)) | dict(rows)
    return {name: by_key[key] for name, key in keys.items() if key in by_key}


def ensure_products(
    names: Sequence[str],
    *,
    by: Member | None,
    at: datetime,
    origin: int = Origin.LIVE,
    batch_id: int | None = None,
) -> dict[str, int]:
    """Ids of products by their names as written. A product of that very name wins even if it is merged into another,
    so that the same file read again says the same; then a confirmed spelling; else a new product without line."""
    with transaction.atomic():
        lock_names()
        keys = {name: rules.name_key(name) for name in names}
        standing = Product.objects.filter(removed_at=None, name_key__in=set(keys.values()))
        by_key = meanings(Alias.Kind.PRODUCT, list(keys.values())) | dict(standing.values_list("name_key", "pk"))
        missing = {key: name for name, key in keys.items() if key not in by_key}
        if missing:
            items = [NewProduct(name=name) for name in missing.values()]
            ids = create_products(items, by=by, at=at, origin=origin, batch_id=batch_id)
            by_key |= dict(zip(missing, ids, strict=True))
    return {name: by_key[key] for name, key in keys.items()}


def ensure_sources(
    names: Sequence[str],
    *,
    by: Member | None,
    at: datetime,
    origin: int = Origin.LIVE,
    batch_id: int | None = None,
) -> dict[str, int]:
    """Ids of sources by their names as written, created where there are none."""
    doing = Doing(by=by, at=at, origin=origin, batch_id=batch_id)
    with transaction.atomic():
        lock_names()
        keys = {name: rules.name_key(name) for name in names}
        by_key = dict(Source.objects.filter(name_key__in=set(keys.values())).values_list("name_key", "pk"))
        missing = {key: rules.clean_name(name, 80) for name, key in keys.items() if key not in by_key}
        rows = Source.objects.bulk_create([Source(name=name, name_key=key) for key, name in missing.items()])
        told = [SourceCreated(source_id=row.pk) for row in rows]
        record([Happening(fact=fact, on=company_day(at)) for fact in told], **doing.book())
    return {name: (by_key | {row.name_key: row.pk for row in rows})[key] for name, key in keys.items()}
