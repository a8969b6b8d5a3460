"""The compiled rules post what the small Python function posts, and a ledger that differs is caught."""

from datetime import UTC, date, datetime
from decimal import Decimal
from types import NoneType, UnionType
from typing import Any, get_args, get_type_hints

import pytest
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from xiaoguan.journal import recording
from xiaoguan.journal.facts.general import EntriesReversed
from xiaoguan.journal.kinds import DEAL
from xiaoguan.journal.recording import Happening, record
from xiaoguan.ledger.models import Posting
from xiaoguan.ledger.posting import post, posting_rules
from xiaoguan.ledger.proving.proof import differing_cells
from xiaoguan.ledger.reconcile import _ledger_against_replay
from xiaoguan.lib.append_only import past_triggers
from xiaoguan.lib.money import RATE_SCALE

AT = datetime(2026, 3, 1, 4, 0, 0, 123456, tzinfo=UTC)
days = st.dates(date(2026, 1, 1), date(2026, 4, 30))
numbers = st.integers(1, 4)
_BY_NAME = {
    "currency": st.sampled_from(["CNY", "USD"]),
    "kind": st.just(DEAL),
    **dict.fromkeys(("rate", "won_rate", "lost_rate"), st.sampled_from([RATE_SCALE, 712_345_678, 1])),
}
_BY_TYPE = {
    int: numbers, bool: st.booleans(), str: st.text("abc", max_size=3), date: days,
    Decimal: st.decimals(0, 10**9, places=4),
}  # fmt: skip
stamps = st.fixed_dictionaries(
    {},
    optional={
        "units": st.dictionaries(numbers.map(str), st.none() | numbers),
        "new": st.none() | st.booleans(),
        "open_from": days.map(date.isoformat),
    },
)


def fact_of(cls: type[Any]) -> st.SearchStrategy[Any]:
    """Any fact of a class, by the types of its fields."""
    hints = get_type_hints(cls)
    return st.builds(cls, **{name: _values(name, hints[name]) for name, _write, _read in cls._fields})


def _values(name: str, hint: Any) -> st.SearchStrategy[Any]:
    if name in _BY_NAME:
        return _BY_NAME[name]
    if isinstance(hint, UnionType):
        return st.none() | _values(name, next(part for part in get_args(hint) if part is not NoneType))
    return _BY_TYPE[hint]


@pytest.mark.both_databases
@pytest.mark.django_db
def test_an_empty_ledger_agrees():
    assert differing_cells(1) == []


@pytest.mark.both_databases
class TestCompiledRules(TestCase):
    @settings(max_examples=10, deadline=None)
    @given(st.data())
    def test_they_post_what_the_function_posts(self, data):
        facts = [data.draw(fact_of(cls)) for cls in posting_rules() if data.draw(st.booleans())]
        told = [Happening(fact=fact, on=data.draw(days)) for fact in facts]
        kept = data.draw(st.lists(stamps, min_size=len(told) + 1, max_size=len(told) + 1))
        recording.configure(stamps=[lambda happenings: kept[: len(happenings)]], subscribers=[post])
        with transaction.atomic():
            entries = record(told, by=None, at=AT)
            if entries:
                gone = EntriesReversed(kind=DEAL, object_id=1, reason="mistake")
                record([Happening(fact=gone, on=data.draw(days), reverses=(entries[0].id,))], by=None, at=AT)
        assert differing_cells(1) == []
        assert _ledger_against_replay() == []
        if first := Posting.objects.order_by("id").first():
            with past_triggers(connection, ["ledger_posting"]):
                Posting.objects.filter(pk=first.pk).update(unit_id=99)
            assert differing_cells(1) == [(first.account, first.on_date)]
            assert _ledger_against_replay()[0].about == f"entry {first.entry_id}, line {first.line}"
