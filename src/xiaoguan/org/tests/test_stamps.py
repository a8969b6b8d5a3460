import time
from datetime import date

from django.db import connection
from django.test.utils import CaptureQueriesContext

from xiaoguan.journal.facts.audit import SignedIn
from xiaoguan.journal.facts.org import MemberLeft
from xiaoguan.journal.recording import Happening
from xiaoguan.org.actions import Transfer, assign_members
from xiaoguan.org.stamps import stamp_units
from xiaoguan.org.tests.conftest import AT


def left(member_id, day):
    return Happening(fact=MemberLeft(member_id=member_id), on=day)


def test_the_stamp_says_the_unit_of_the_day(cast):
    assign_members([Transfer(member_id=cast.rep.pk, unit_id=cast.team_b.pk, start=date(2024, 5, 15))], by=None, at=AT)
    happenings = [
        left(cast.rep.pk, date(2024, 5, 14)),
        left(cast.rep.pk, date(2024, 5, 15)),
        left(cast.rep.pk, date(2023, 5, 15)),
        Happening(fact=SignedIn(member_id=cast.rep.pk), on=date(2024, 5, 15)),
    ]
    assert stamp_units(happenings) == [
        {"units": {str(cast.rep.pk): cast.team_a.pk}},
        {"units": {str(cast.rep.pk): cast.team_b.pk}},
        {},
        {},
    ]


def test_ten_thousand_stamps_take_few_queries_and_little_time(cast):
    persons = [cast.rep.pk, cast.other.pk, cast.manager.pk, cast.southern.pk]
    happenings = [
        left(persons[number % 4], date.fromordinal(date(2024, 1, 1).toordinal() + number % 400))
        for number in range(10_000)
    ]
    stamp_units(happenings[:1])
    with CaptureQueriesContext(
        connection,
    ) as queries:
        started = time.perf_counter()
        stamps = stamp_units(happenings)
        took = time.perf_counter() - started
    assert len(stamps) == 10_000
    assert len(queries) <= 1
    # Budget 5 µs each; a shared machine is given four times that before the test says no.
    assert took < 10_000 * 20e-6, f"{took * 100:.2f} µs each"
