"""The roles a company starts with: data, put into the table by a migration and amended there."""

from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class DefaultRole:
    key: str
    name_zh: str
    name_en: str
    grants: dict[str, str]


def _at(level: str, *keys: str) -> dict[str, str]:
    return dict.fromkeys(keys, level)


_SELLING = (
    "customers.view", "customers.edit", "contacts.view", "deals.view", "deals.create", "deals.edit",
    "deals.win", "deals.lose", "deals.reopen", "activities.view", "activities.log", "tasks.view",
    "tasks.edit", "measures.view",
)  # fmt: skip
_LOOKING = (
    "customers.view", "deals.view", "activities.view", "tasks.view", "measures.view", "org.view",
    "products.view",
)  # fmt: skip

DEFAULT_ROLES: Final = (
    DefaultRole("administrator", "管理员", "Administrator", _at(
        "company", *_SELLING, "deals.transfer", "org.view", "org.manage", "roles.manage", "audit.view",
        "products.view", "products.edit", "imports.run", "imports.undo", "periods.close", "books.reconcile",
    )),
    DefaultRole("director", "销售总监", "Sales director", _at(
        "company", *_SELLING, "deals.transfer", "org.view", "audit.view", "products.view", "products.edit",
    )),
    DefaultRole("manager", "销售经理", "Sales manager", {
        **_at("subtree", *_SELLING, "deals.transfer", "audit.view"),
        **_at("company", "org.view", "products.view"),
    }),
    DefaultRole("representative", "销售代表", "Sales representative", {
        **_at("own", *_SELLING), **_at("company", "org.view", "products.view"),
    }),
    DefaultRole("operations", "销售运营", "Sales operations", _at(
        "company", *_SELLING, "deals.transfer", "org.view", "org.manage", "products.view", "products.edit",
        "imports.run", "imports.undo", "books.reconcile",
    )),
    DefaultRole("finance", "财务", "Finance", _at("company", *_LOOKING, "periods.close", "books.reconcile")),
    DefaultRole("hr", "人事", "Human resources", _at("company", "org.view", "org.manage", "audit.view")),
)  # fmt: skip


def ensure_roles(role_model: Any) -> int:
    """Create the default roles that are missing, leaving the others as they were amended. Returns how
    many."""
    existing = set(role_model.objects.values_list("key", flat=True))
    missing = [
        role_model(key=role.key, name_zh=role.name_zh, name_en=role.name_en, grants=role.grants, position=position)
        for position, role in enumerate(DEFAULT_ROLES)
        if role.key not in existing
    ]
    role_model.objects.bulk_create(missing)
    return len(missing)
