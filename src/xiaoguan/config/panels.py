"""Who fills which slot of which page, by the name of an address that answers with a fragment: at once with a whole
page, by itself where the page is there already."""

from typing import Final

from xiaoguan.ui.panels import Panels

PANELS: Final[Panels] = {
    # Deals are addressed by the customer's id, the calendar by (kind, id).
    "customer": {
        "figures": "analysis:customer-figures",
        "products": "analysis:customer-products",
        "log": "calendar:log",
        "deals": "deals:customer-panel",
        "calendar": "calendar:about",
    },
    # The next step of a follow-up is the deal's own: deals wrap the calendar's form.
    "deal": {
        "calendar": "calendar:about",
        "log": "deals:log",
        "contacts": "crm:contacts",
        "call": "crm:call",
    },
}
