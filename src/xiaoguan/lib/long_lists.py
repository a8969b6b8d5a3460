"""Long lists of numbers go to PostgreSQL as one value: ``owner_id IN (SELECT unnest(…))``.

The driver reads the text of a question anew each time and takes ten milliseconds over a thousand places, which is
longer than the database takes to answer. Registered for all fields by ``use_long_lists``, when the program starts.
"""

from collections.abc import Iterable, Sized
from typing import Any, Final

from django.db.models import Field, ForeignObject, IntegerField
from django.db.models.fields.related_lookups import RelatedIn
from django.db.models.lookups import In

LONGEST: Final = 300
"""numbers that are written one by one"""
AS_ONE: Final = "(SELECT unnest(%s::bigint[]))"


def is_long(values: Any) -> bool:
    """Whether these are numbers, and more than are written one by one."""
    return isinstance(values, Sized) and len(values) > LONGEST and all(type(value) is int for value in values)  # type: ignore[attr-defined]


class LongList(str):
    """Such a list, written as PostgreSQL reads an array: the driver would look at each number several times."""

    __slots__ = ()


def long_list(values: Iterable[int]) -> LongList:
    return LongList(f"{{{','.join(map(str, values))}}}")


class _AsOne:
    """A lookup that hands a long list over as one value."""

    rhs: Any
    lhs: Any

    def get_prep_lookup(self) -> Any:
        # Ids are what a column of ids keeps; Django would ask the field of each.
        field = getattr(self.lhs, "output_field", None)
        field = getattr(field, "target_field", field)
        if isinstance(field, IntegerField) and field.primary_key and is_long(self.rhs):
            return self.rhs
        return super().get_prep_lookup()  # type: ignore[misc]  # mixed into a lookup

    def process_rhs(self, compiler: Any, connection: Any) -> Any:
        if connection.vendor == "postgresql" and is_long(self.rhs):
            return AS_ONE, (long_list(self.rhs),)
        return super().process_rhs(compiler, connection)  # type: ignore[misc]  # as above


class _In(_AsOne, In):
    pass


class _RelatedIn(_AsOne, RelatedIn):
    pass


def use_long_lists() -> None:
    """Let every ``…__in`` do so. Harmless when called again."""
    Field.register_lookup(_In)
    ForeignObject.register_lookup(_RelatedIn)
