"""Records that are seen by whose they are: all that a member may open, or one of them, found by a prepared question."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet

from xiaoguan.lib.prepared import Prepared
from xiaoguan.org.models import Member
from xiaoguan.org.records import LARGEST_ID

Row = TypeVar("Row", bound=Model)
Owners = set[int] | None
"""Ids of those whose records are seen; None means everybody's."""


class SeenByOwner(Generic[Row]):
    """Called with a member, the records that he may open. ``within`` makes the question from owners (``Owners`` or
    their places in a prepared question), ``owners`` says whose records a member sees."""

    def __init__(self, within: Callable[[Any], QuerySet[Row]], owners: Callable[[Member], Owners]) -> None:
        self._within, self._owners = within, owners
        self._one: Prepared[Row] = Prepared(lambda pk, persons: within(persons).filter(pk=pk))

    def __call__(self, member: Member) -> QuerySet[Row]:
        return self._within(self._owners(member))

    def find(self, member: Member, pk: int) -> Row | None:
        """The record with this id, if the member may open it."""
        return self._one.first(pk, self._owners(member)) if 0 < pk <= LARGEST_ID else None
