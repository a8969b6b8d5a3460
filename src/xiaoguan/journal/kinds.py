"""Kinds of objects that entries speak of. Codes live in the books for ever: never re-used, never changed."""

from typing import Final

MEMBER: Final = 1
UNIT: Final = 2
ROLE: Final = 3
CUSTOMER: Final = 4
CONTACT: Final = 5
PRODUCT: Final = 6
PIPELINE: Final = 7
STAGE: Final = 8
DEAL: Final = 9
TASK: Final = 10
ACTIVITY: Final = 11
IMPORT: Final = 12
PERIOD: Final = 13
COMPANY: Final = 14
PRODUCT_LINE: Final = 15
SOURCE: Final = 16
HOLIDAY: Final = 17

NAMES: Final = {
    MEMBER: "member",
    UNIT: "unit",
    ROLE: "role",
    CUSTOMER: "customer",
    CONTACT: "contact",
    PRODUCT: "product",
    PIPELINE: "pipeline",
    STAGE: "stage",
    DEAL: "deal",
    TASK: "task",
    ACTIVITY: "activity",
    IMPORT: "import",
    PERIOD: "period",
    COMPANY: "company",
    PRODUCT_LINE: "product_line",
    SOURCE: "source",
    HOLIDAY: "holiday",
}
_SHIFT: Final = 48


def object_key(kind: int, object_id: int) -> int:
    """One bigint for (kind, id)."""
    return kind << _SHIFT | object_id


def split_key(key: int) -> tuple[int, int]:
    """The (kind, id) of an object key."""
    return key >> _SHIFT, key & ((1 << _SHIFT) - 1)
