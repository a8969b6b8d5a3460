"""What every change of the organisation does around its own: one writer at a time, and a new token of its state.

Who writes rows of the tree calls ``touch`` himself before ``record``, whose stamps ask the tree."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.db import transaction

from xiaoguan.org import memo
from xiaoguan.org.models import Company, Member
from xiaoguan.org.rules import Person
from xiaoguan.org.tree import touch


@contextmanager
def writing() -> Iterator[None]:
    """One transaction, one change of the organisation at a time (its rules look at more than one row)."""
    with transaction.atomic():
        Company.objects.select_for_update().get(pk=1)
        try:
            yield
            touch()
        finally:
            memo.forget()


def person_of(member: Member) -> Person:
    return Person(member.name, member.hired_on, member.left_on, member.removed)


def actor(by: Member | None) -> int | None:
    return by.pk if by is not None else None


def cut(rows: Any, first_day_without: date) -> None:
    """End dated rows on a day; what had not begun by then never does."""
    rows.filter(start__gte=first_day_without).delete()
    rows.filter(end=None).update(end=first_day_without)
    rows.filter(end__gt=first_day_without).update(end=first_day_without)
