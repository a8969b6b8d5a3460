"""What filters and their values are called, on the page and in the address."""

from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xiaoguan.deals.models import Deal
from xiaoguan.deals.queries.filters import ALL_STATES

FIELDS: Final[dict[str, Any]] = {
    "q": _("Search"),
    "state": _("State"),
    "stage": _("Stage"),
    "owner": _("Owner"),
    "unit": _("Unit"),
    "customer": _("Customer"),
    "product": _("Product"),
    "line": _("Product line"),
    "source": _("Source"),
    "amount": _("Amount"),
    "due": _("Expected close"),
    "opened": _("Opened on"),
    "closed": _("Closed on"),
    "rests": _("Rests"),
    "next": _("Next step"),
}

# code: (word in the address, word on the page)
STATES: Final[dict[int, tuple[str, Any]]] = {
    int(Deal.State.OPEN): ("open", pgettext_lazy("deal", "Open")),
    int(Deal.State.WON): ("won", pgettext_lazy("deal", "Won")),
    int(Deal.State.LOST): ("lost", pgettext_lazy("deal", "Lost")),
    ALL_STATES: ("all", pgettext_lazy("deals", "All")),
}

DUE: Final[dict[str, Any]] = {
    "overdue": _("overdue"),
    "week": _("this week"),
    "month": _("this month"),
    "quarter": _("this quarter"),
    "next-quarter": _("next quarter"),
    "none": _("not planned"),
}

OPENED: Final[dict[str, Any]] = {
    "week": _("this week"),
    "month": _("this month"),
    "quarter": _("this quarter"),
    "last-quarter": _("last quarter"),
}

NEXT_STEPS: Final[dict[str, Any]] = {
    "none": pgettext_lazy("next step", "none"),
    "overdue": _("overdue"),
    "week": _("due this week"),
}

# What stands for "names none" in filters by records.
UNSET: Final[dict[str, Any]] = {
    "stage": _("no stage"),
    "customer": _("no customer"),
    "product": _("no product"),
    "line": _("no product line"),
    "source": _("no source"),
}
