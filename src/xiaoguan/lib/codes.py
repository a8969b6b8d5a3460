"""A column of a few codes (states, kinds), whose comparisons are written into the text of a query.

A partial index serves only queries from whose text its condition follows. SQLite reads no bound value for that: with
``state = ?`` it never takes an index on ``state = 1``, and reads the rows instead (six times slower, measured).
"""

from typing import Any

from django.db import models
from django.db.models.lookups import Exact, In


class CodeField(models.SmallIntegerField):
    """A small integer; migrations know it as that, because the column is the same."""

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.SmallIntegerField", args, kwargs


class _Written:
    """Puts numbers where their places are. What is no number stays a parameter."""

    def process_rhs(self, compiler: Any, connection: Any) -> tuple[Any, Any]:
        text, values = super().process_rhs(compiler, connection)  # type: ignore[misc]  # a lookup's
        if not values or not all(isinstance(value, int) for value in values):
            return text, values
        return text % tuple(map(int, values)), ()


@CodeField.register_lookup
class _ExactCode(_Written, Exact):
    pass


@CodeField.register_lookup
class _CodeAmong(_Written, In):
    pass
