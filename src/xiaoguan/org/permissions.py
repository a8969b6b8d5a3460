"""What can be allowed at all, and how far: the registry of permission keys and the four levels.

A key is ``what.verb``; the level says whose records it reaches. Keys stand in role rows: never rename one.
"""

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

LEVELS: Final = ("own", "team", "subtree", "company")
LEVEL_NAMES: Final = {
    "own": pgettext_lazy("permission level", "Own"),
    "team": pgettext_lazy("permission level", "Team"),
    "subtree": pgettext_lazy("permission level", "Below too"),
    "company": pgettext_lazy("permission level", "All"),
}


@dataclass(frozen=True, slots=True)
class Permission:
    """A thing that a role may do. ``levelled`` is False where "whose" makes no sense (closing a period)."""

    key: str
    group: object
    name: object
    levelled: bool = True


_ORG = _("Organisation")
_CUSTOMERS = _("Customers")
_PRODUCTS = _("Products")
_DEALS = _("Deals")
_WORK = _("Activities and tasks")
_BOOKS = _("Figures and books")

PERMISSIONS: Final = (
    Permission("org.view", _ORG, _("See units and members")),
    Permission("org.manage", _ORG, _("Change units and members")),
    Permission("roles.manage", _ORG, _("Change roles and settings"), levelled=False),
    Permission("audit.view", _ORG, _("See sign-ins and who changed what")),
    Permission("customers.view", _CUSTOMERS, _("See customers")),
    Permission("customers.edit", _CUSTOMERS, _("Create and amend customers")),
    Permission("contacts.view", _CUSTOMERS, _("See contacts with phone numbers")),
    Permission("products.view", _PRODUCTS, _("See products and prices"), levelled=False),
    Permission("products.edit", _PRODUCTS, _("Amend products and prices"), levelled=False),
    Permission("deals.view", _DEALS, _("See deals")),
    Permission("deals.create", _DEALS, _("Create deals")),
    Permission("deals.edit", _DEALS, _("Amend and move deals")),
    Permission("deals.win", _DEALS, _("Win deals")),
    Permission("deals.lose", _DEALS, _("Lose deals")),
    Permission("deals.reopen", _DEALS, _("Re-open deals")),
    Permission("deals.transfer", _DEALS, _("Transfer deals")),
    Permission("activities.view", _WORK, _("See activities")),
    Permission("activities.log", _WORK, _("Log activities")),
    Permission("tasks.view", _WORK, _("See tasks")),
    Permission("tasks.edit", _WORK, _("Create and finish tasks")),
    Permission("measures.view", _BOOKS, _("See measures")),
    Permission("imports.run", _BOOKS, _("Import files"), levelled=False),
    Permission("imports.undo", _BOOKS, _("Undo imports"), levelled=False),
    Permission("periods.close", _BOOKS, _("Close periods"), levelled=False),
    Permission("books.reconcile", _BOOKS, _("Reconcile the books"), levelled=False),
)
BY_KEY: Final = {permission.key: permission for permission in PERMISSIONS}


def broadest(levels: list[str]) -> str | None:
    """The level that reaches furthest; None where there is none."""
    return max(levels, key=LEVELS.index, default=None)
