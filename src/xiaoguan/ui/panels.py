"""Slots of a page that other rooms fill: each is the address of a fragment, fetched under that room's own policy.

``config.panels`` lists page → slot → name of the address; a page asks here and knows nobody.
"""

from collections.abc import Mapping

from xiaoguan.lib.addresses import address_of

Panels = Mapping[str, Mapping[str, str]]
_panels: dict[str, Mapping[str, str]] = {}


def configure_panels(panels: Panels) -> None:
    """Set which addresses fill which slots. Called once by ``config`` at start-up."""
    _panels.clear()
    _panels.update(panels)


def panel_url(page: str, slot: str, *args: int) -> str:
    """The address that fills a slot of a page for these objects; KeyError where nobody does."""
    return address_of(_panels[page][slot], *args)
