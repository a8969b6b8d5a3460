"""The mapping knows every fact: nothing personal goes out, no id stands as a bare number."""

from datetime import date, datetime

import pytest

from xiaoguan.journal.facts.base import FACTS, Fact
from xiaoguan.journal.kinds import NAMES
from xiaoguan.journal.logs import moment_of
from xiaoguan.processes.changing import ATTRIBUTES, TELLINGS
from xiaoguan.processes.mapping import INTEGER, LEFT_OUT, logged_facts, shape_of
from xiaoguan.processes.tests.history import moment

# Numbers that name no object of a log: why a deal was lost, and entries of the journal.
NO_OBJECTS = {"reason_id", "origin_entry"}
OURS = [fact for fact in FACTS.values() if fact.__module__.startswith("xiaoguan.journal.facts.")]


@pytest.mark.parametrize("fact", [fact for fact in OURS if fact not in LEFT_OUT], ids=lambda fact: fact.__name__)
def test_every_id_of_a_fact_names_an_object(fact: type[Fact]) -> None:
    bare = [item.name for item in shape_of(fact).attributes if item.type == INTEGER]
    assert [name for name in bare if name.endswith(("_id", "_from", "_entry")) and name not in NO_OBJECTS] == []


@pytest.mark.parametrize("fact", OURS, ids=lambda fact: fact.__name__)
def test_names_in_a_shape_do_not_clash(fact: type[Fact]) -> None:
    shape = shape_of(fact)
    roles = [item.role for item in shape.relations]
    names = [item.name for item in shape.attributes]
    assert len(set(roles)) == len(roles)
    assert len(set(names)) == len(names)
    assert not {"subject", "actor"} & set(roles)


def test_who_signed_in_is_no_business_of_a_log() -> None:
    names = {fact.__name__ for fact in logged_facts(with_reversed=True)}
    assert not names & {"SignedIn", "SignInFailed", "LockedOut", "SignedOut", "PasswordChanged", "EventLogExported"}
    assert "EntriesReversed" in names
    assert "EntriesReversed" not in {fact.__name__ for fact in logged_facts(with_reversed=False)}


@pytest.mark.parametrize("fact", TELLINGS, ids=lambda fact: fact.__name__)
def test_what_a_fact_tells_of_an_object_is_declared_for_it(fact: type[Fact]) -> None:
    telling, fields = TELLINGS[fact], {name for name, _write, _read in fact._fields}
    assert set(telling.fields.values()) <= fields
    assert {*telling.fields, *telling.words} <= ATTRIBUTES[fact.subject_kind or 0].keys()
    assert fact.subject_kind in NAMES


@pytest.mark.parametrize(
    ("on", "occurred", "recorded", "expected"),
    [
        # As it happened.
        (date(2026, 3, 2), moment(date(2026, 3, 2), 9), moment(date(2026, 3, 2), 15), "2026-03-02T09:00:00+08:00"),
        # Told later, only the day is known: after all that was told on the day itself.
        (date(2026, 3, 2), moment(date(2026, 3, 9)), moment(date(2026, 3, 9)), "2026-03-02T23:59:59.999999+08:00"),
        # Told beforehand (an assignment from April on): from the day's beginning.
        (date(2026, 4, 1), moment(date(2026, 3, 9)), moment(date(2026, 3, 9)), "2026-04-01T00:00:00+08:00"),
    ],
)
def test_a_fact_with_a_day_only_is_at_that_day(on: date, occurred: datetime, recorded: datetime, expected: str) -> None:
    assert moment_of(on, occurred, recorded) == datetime.fromisoformat(expected)
