"""Facts that any module may record: an edit nobody counts, and the taking back of entries."""

from typing import Final

from xiaoguan.journal.facts.base import Fact, fact

MISTAKE: Final = "mistake"
UNDO: Final = "undo"
IMPORT_UNDONE: Final = "import_undone"


@fact(code=1, subject="object_id", subject_kind=None, customer="customer_id")
class FieldsChanged(Fact):
    """Some fields of an object were edited; codes and amounts here, personal values in the private table."""

    kind: int
    object_id: int
    customer_id: int | None = None
    fields: tuple[str, ...]
    old: tuple[str, ...] | None = None
    new: tuple[str, ...] | None = None


@fact(code=2, subject="object_id", subject_kind=None, customer="customer_id")
class EntriesReversed(Fact):
    """Entries about an object were taken back; the entry's ``reverses`` names them."""

    kind: int
    object_id: int
    customer_id: int | None = None
    reason: str
