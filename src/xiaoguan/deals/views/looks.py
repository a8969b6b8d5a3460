"""How the list is looked at: order, grouping and columns, as they stand in its address."""

from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from xiaoguan.deals.queries.paging import NEWEST, SORTS

# key: (head, the order that it sorts by, figures stand right)
COLUMNS: Final[dict[str, tuple[Any, str, bool]]] = {
    "customer": (_("Customer"), "", False),
    "stage": (_("Stage"), "", False),
    "amount": (_("Amount"), "amount", True),
    "due": (_("Expected close"), "due", False),
    "closed": (_("Closed on"), "closed", False),
    "rests": (_("Rests"), "rests", True),
    "next": (_("Next step"), "next", False),
    "product": (_("Product"), "", False),
    "source": (_("Source"), "", False),
    "opened": (_("Opened on"), "opened", False),
    "owner": (_("Owner"), "", False),
}
USUAL_OPEN: Final = ("customer", "stage", "amount", "due", "rests", "next", "owner")
USUAL_CLOSED: Final = ("customer", "stage", "amount", "closed", "product", "owner")

GROUPS: Final[dict[str, Any]] = {
    "stage": _("Stage"),
    "owner": _("Owner"),
    "unit": _("Unit"),
    "customer": _("Customer"),
    "product": _("Product"),
    "source": _("Source"),
    "month": _("Month of expected close"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Order, grouping ("" for none) and columns in their fixed order."""

    sort: str
    group: str
    columns: tuple[str, ...]
    chosen: bool

    @property
    def parameters(self) -> dict[str, str]:
        """What of it stands in the address: what is not usual."""
        written = {
            "sort": "" if self.sort == NEWEST else self.sort,
            "group": self.group,
            "cols": ",".join(self.columns) if self.chosen else "",
        }
        return {key: text for key, text in written.items() if text}


def look_of(request: HttpRequest) -> Look:
    """What the address says; what it does not say, or says wrongly, is as usual."""
    sort, group = request.GET.get("sort", ""), request.GET.get("group", "")
    columns = columns_of(request.GET.get("cols", "").split(","))
    usual = USUAL_CLOSED if request.GET.get("state") in ("won", "lost") else USUAL_OPEN
    return Look(
        sort=sort if sort in SORTS else NEWEST,
        group=group if group in GROUPS else "",
        columns=columns or usual,
        chosen=bool(columns) and columns != usual,
    )


def columns_of(wanted: list[str]) -> tuple[str, ...]:
    """The known ones of these columns, in their fixed order."""
    return tuple(key for key in COLUMNS if key in wanted)
