"""Import deals: a row becomes an opening and, where it was closed, a win or a loss. No stages are invented.

The amount before closing is unknown (a close value is hindsight). Customers and products of the file belong to
another module; ``config.imports`` hands over how to find or create them (``Neighbours``).
"""

from functools import partial

from django.utils.translation import gettext_lazy as _

from xiaoguan.deals.imports.columns import Neighbours, columns
from xiaoguan.deals.imports.reading import assume, prepare, study
from xiaoguan.deals.imports.writing import apply, undo
from xiaoguan.journal.kinds import DEAL
from xiaoguan.services.transfer.contract import Importable

__all__ = ["Neighbours", "deals_importable"]


def deals_importable(neighbours: Neighbours) -> Importable:
    """The importable kind "deals"."""
    return Importable(
        kind="deals",
        label=_("Deals"),
        object_kind=DEAL,
        columns=columns(neighbours),
        study=study,
        assume=assume,
        prepare=prepare,
        apply=partial(apply, neighbours=neighbours),
        undo=partial(undo, neighbours=neighbours),
        accept=neighbours.remember_products,
        permission="imports.run",
    )
