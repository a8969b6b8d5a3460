"""Posting rules as data: a module's ``postings.py`` says, fact by fact, which accounts are touched."""

from collections.abc import Mapping
from dataclasses import dataclass, field

DIMENSIONS = (
    "due_on", "person_id", "customer_id", "product_id", "product_line_id", "source_id", "stage_id", "currency", "rate",
    "tax",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One posting of a fact.

    ``value`` names the field that is the quantity (None: only units count), ``minus`` a field to subtract from it (a
    change of an amount posts the difference), ``sign`` turns it round, ``units`` says how many (``units_of``: the field
    that says it). ``of`` names other fields for dimensions, e.g. ``{"stage_id": "stage_from"}``. ``unless_none`` leaves
    the line out where that field is None. ``new`` says where new/existing customer comes from: the stamp's key, or a
    field of the fact.
    """

    account: str
    value: str | None = None
    minus: str | None = None
    sign: int = 1
    units: int = 0
    units_of: str | None = None
    why: str | None = None
    of: Mapping[str, str] = field(default_factory=dict)
    unless_none: str | None = None
    new: str | None = None
    # The field of each dimension, worked out once: this is read for every posting of every import.
    fields: tuple[str, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "fields", tuple(self.of.get(name, name) for name in DIMENSIONS))
