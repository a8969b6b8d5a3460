"""How many rows belong to each row of another question, counted to a limit: "999+" is as good an answer as 81,204, and
costs the same at a million as at a thousand."""

from typing import Any

from django.db.models import IntegerField, QuerySet, Subquery


class _Counted(Subquery):
    """The number of a subquery's rows."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


def counted_to(most: int, rows: QuerySet[Any]) -> Subquery:
    """An expression: how many of these rows (with an ``OuterRef``) there are, up to one more than ``most``."""
    return _Counted(rows.order_by().values("pk")[: most + 1])
