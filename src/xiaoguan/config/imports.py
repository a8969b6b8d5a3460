"""What can be imported, in the order in which a company does it, and how deals find customers and products."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, Final

from xiaoguan.crm import actions as crm
from xiaoguan.crm.imports import ACTIVITIES, CONTACTS, CUSTOMERS, PRODUCTS, accept_products, product_names
from xiaoguan.deals.imports import Neighbours, deals_importable
from xiaoguan.journal.models import Origin
from xiaoguan.org.imports import members_importable
from xiaoguan.services.transfer import contract
from xiaoguan.services.transfer.contract import Context


def _doing(context: Context) -> dict[str, Any]:
    return {"by": context.by, "at": context.at, "origin": Origin.IMPORT, "batch_id": context.run_id}


def _customers(names: Sequence[str], context: Context) -> Mapping[str, int]:
    """Customers by name; a new one is new on the day of its first deal in the file."""
    remembered: dict[str, int] = context.scratch.setdefault("customers", {})
    asked = [name for name in names if name not in remembered]
    if asked:
        remembered |= crm.known_customers(asked)
        first_days: Mapping[str, str] = context.memory.get("first_days", {})
        by_day: dict[str | None, list[str]] = defaultdict(list)
        for name in asked:
            if name not in remembered:
                by_day[first_days.get(name)].append(name)
        for day, missing in by_day.items():
            on = date.fromisoformat(day) if day else None
            remembered |= crm.ensure_customers(missing, on=on, **_doing(context))
    return remembered


def _products(names: Sequence[str], context: Context) -> Mapping[str, int]:
    remembered: dict[str, int] = context.scratch.setdefault("products", {})
    asked = [name for name in names if name not in remembered]
    if asked:
        remembered |= crm.ensure_products(asked, **_doing(context))
    return remembered


def _leave(customers: Collection[int | None], products: Collection[int | None], context: Context) -> None:
    crm.take_back_brought(
        {pk for pk in customers if pk},
        {pk for pk in products if pk},
        batch_id=context.run_id,
        by=context.by,
        at=context.at,
    )


IMPORTABLES: Final = (
    members_importable(contract),
    CUSTOMERS,
    CONTACTS,
    PRODUCTS,
    deals_importable(
        Neighbours(
            customers=_customers,
            products=_products,
            product_names=product_names,
            remember_products=accept_products,
            first_wins=crm.note_first_wins,
            leave=_leave,
        )
    ),
    ACTIVITIES,
)
