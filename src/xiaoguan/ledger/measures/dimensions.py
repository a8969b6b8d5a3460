"""What a measure can be grouped and filtered by."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from xiaoguan.journal import kinds

Value = int | str | bool | None
"""A dimension's value: an id, a code, a time label, yes or no, or None where a posting has none."""


class Sort(StrEnum):
    """How the value of a dimension is found."""

    COLUMN = "column"  # it stands in the posting
    PLACE = "place"  # a unit, or the unit of some kind above it, by the dated organisation
    TIME = "time"  # a stretch of the asked period


@dataclass(frozen=True, slots=True)
class Dimension:
    """``kind`` names the objects its values are ids of; ``column`` the posting's column it reads."""

    key: str
    sort: Sort
    column: str = ""
    kind: int | None = None
    unit_kind: str | None = None


DIMENSIONS: Final = {
    item.key: item
    for item in (
        Dimension("person", Sort.COLUMN, "person_id", kinds.MEMBER),
        Dimension("unit", Sort.PLACE, kind=kinds.UNIT),
        Dimension("region", Sort.PLACE, kind=kinds.UNIT, unit_kind="region"),
        Dimension("team", Sort.PLACE, kind=kinds.UNIT, unit_kind="team"),
        Dimension("customer", Sort.COLUMN, "customer_id", kinds.CUSTOMER),
        Dimension("product", Sort.COLUMN, "product_id", kinds.PRODUCT),
        Dimension("product_line", Sort.COLUMN, "product_line_id", kinds.PRODUCT_LINE),
        Dimension("source", Sort.COLUMN, "source_id", kinds.SOURCE),
        Dimension("stage", Sort.COLUMN, "stage_id", kinds.STAGE),
        Dimension("why", Sort.COLUMN, "why"),
        Dimension("is_new", Sort.COLUMN, "is_new"),
        Dimension("currency", Sort.COLUMN, "currency"),
        Dimension("month", Sort.TIME),
        Dimension("quarter", Sort.TIME),
        Dimension("week", Sort.TIME),
        Dimension("day", Sort.TIME, "on_date"),
    )
}
