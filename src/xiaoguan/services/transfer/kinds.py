"""The kinds of records that can be imported, as ``config`` wired them."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from xiaoguan.lib.refusal import Refusal
from xiaoguan.services.transfer.contract import Importable

_importables: dict[str, Importable] = {}


def configure_importables(importables: Sequence[Importable]) -> None:
    """Say which kinds there are, in the order in which people meet them. Called once by ``config``."""
    _importables.clear()
    _importables.update({importable.kind: importable for importable in importables})


def importables() -> tuple[Importable, ...]:
    return tuple(_importables.values())


def importable(kind: str) -> Importable:
    """The kind by its word of the command line. Refusal for an unknown one."""
    if kind not in _importables:
        raise Refusal(
            _("“%(kind)s” cannot be imported. What can be: %(kinds)s.")
            % {"kind": kind, "kinds": ", ".join(_importables)},
            code="unknown_kind",
        )
    return _importables[kind]
