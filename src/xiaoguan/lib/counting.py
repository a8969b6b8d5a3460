"""Counting to a limit: "999+" is as good an answer as 81,204, and costs the same at a million as at a thousand."""

from typing import Any, Final

from django.db.models import IntegerField, QuerySet, Subquery

COUNT_TO: Final = 999


class _Counted(Subquery):
    """The number of a subquery's rows."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


def how_many(rows: QuerySet[Any], most: int = COUNT_TO) -> int:
    """How many rows there are, up to one more than ``most``."""
    return rows.order_by()[: most + 1].count()


def counted(rows: QuerySet[Any], most: int = COUNT_TO) -> Subquery:
    """The same as an expression, for rows that name an outer one (``OuterRef``)."""
    return _Counted(rows.order_by().values("pk")[: most + 1])
